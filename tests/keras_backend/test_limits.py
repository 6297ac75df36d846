"""Depth and size: what Keras can't do comes back as a diagnostic, before it hurts."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

import specc
from benchmarks.texts import chain
from tests.keras_backend.specs import compile_body


def test_a_chain_beyond_pythons_stack(keras, tmp_path):
    limit = sys.getrecursionlimit()
    model = specc.compile(specc.loads(chain(400)), seed=1)
    assert len(model.layers) == 401
    assert sys.getrecursionlimit() == limit
    assert threading.stack_size() == 0
    model.save(tmp_path / "deep.keras")


@pytest.mark.long
@pytest.mark.parametrize("layers", [1_000, 3_000])
def test_a_long_chain_compiles_runs_and_saves(keras, tmp_path, layers):
    model = specc.compile(specc.loads(chain(layers)), seed=1)
    assert np.asarray(model(np.ones((1, 8), "float32"))).shape == (1, 8)
    model.save(tmp_path / "deep.keras")


def test_a_failure_deep_inside_is_reported_too(keras):
    text = chain(300) + "  - {Conv1D: {filters: 3, kernel_size: 3, kernel_initializer: identity}}\n"
    text = text.replace("shape: [8]", "shape: [9, 8]")
    with pytest.raises(specc.SpeccError) as caught:
        specc.compile(specc.loads(text))
    assert caught.value.diagnostics[0].code == "S607"
    assert caught.value.diagnostics[0].span.text == "Conv1D"


def test_a_recursion_too_deep_is_a_diagnostic(keras):
    from specc.diagnostics import Diagnostic
    from specc.keras_backend.depth import with_deep_stack

    def forever(count=0):
        return forever(count + 1)

    origin = specc.loads(chain(1)).graph.origin
    with pytest.raises(specc.SpeccError) as caught:
        with_deep_stack(1, forever, origin)
    [found] = caught.value.diagnostics
    assert isinstance(found, Diagnostic)
    assert (found.code, found.span) == ("S703", origin)


def test_a_signal_reaches_through_the_thread(keras):
    from specc.keras_backend.depth import DEEP, with_deep_stack

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        with_deep_stack(DEEP, interrupt, specc.loads(chain(1)).graph.origin)


HUGE = "- {Dense: {units: 1000000}, name: a}\n- {Dense: {units: 1000000}, name: b}"


def test_a_trillion_parameters_are_refused(keras):
    with pytest.raises(specc.SpeccError) as caught:
        compile_body(HUGE, "x: {shape: [4]}")
    [found] = caught.value.diagnostics
    assert found.code == "S702"
    assert "1,000,006,000,000 parameters" in found.message


def test_the_limit_can_be_moved(keras):
    spec = specc.loads(
        "specc: 1\nmodel: m\ninputs: {x: {shape: [4]}}\nbody: [{Dense: {units: 2}}]\n"
    )
    assert specc.compile(spec, max_parameters=10).count_params() == 10
    with pytest.raises(specc.SpeccError):
        specc.compile(spec, max_parameters=9)


def test_a_trillion_parameters_take_no_memory(tmp_path):
    code = """
    import resource, specc, keras, tensorflow
    tensorflow.zeros([8])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = 1 << 31
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + size, used + size))
    text = "specc: 1\\nmodel: m\\ninputs: {x: {shape: [4]}}\\nbody:\\n"
    text += "  - Dense: {units: 1000000}\\n  - Dense: {units: 1000000}\\n"
    try:
        specc.compile(specc.loads(text), seed=1)
    except specc.SpeccError as error:
        print(error.diagnostics[0].code)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.split() == ["S702"], done.stderr
