"""What `import specc` gives to read specs with; what needs Keras is tested with the backend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import specc
from specc import SpeccError
from specc.diagnostics import Diagnostic
from specc.source.reader import MemoryReader

SPEC = """\
specc: 1
model: m
params: {width: 4, act: relu, sizes: [1, 2]}
variants: {wide: {width: 8}}
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: =width, activation: =act}, name: d}
"""


def _codes(problems: list[Diagnostic] | tuple[Diagnostic, ...]) -> list[str]:
    return [each.code for each in problems]


def _units(spec: specc.Spec) -> object:
    assert spec.graph is not None
    return spec.graph.operations[-1].arguments["units"]


def test_loads() -> None:
    spec = specc.loads(SPEC)
    assert spec.name == "m"
    assert spec.params == {"width": 4, "act": "relu", "sizes": [1, 2]}
    assert spec.to_yaml() == SPEC
    assert spec.path is None
    assert _units(spec) == 4


def test_load_reads_a_file_and_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "blocks.yaml").write_text(
        "specc: 1\nlibrary: b\ndefine: {twice: {inputs: [a], body: a * 2}}\n"
    )
    path = tmp_path / "m.yaml"
    path.write_text(SPEC + "  - twice\nimports: {twice: ./blocks.yaml}\n")
    spec = specc.load(path)
    assert spec.path == path
    assert spec.graph is not None
    assert spec.graph.operations[-1].class_name == "Multiply"


def test_load_reads_from_another_reader() -> None:
    reader = MemoryReader({"m.yaml": SPEC})
    assert _units(specc.load("m.yaml", reader=reader)) == 4


@pytest.mark.parametrize(
    ("variant", "params", "units"),
    [
        pytest.param(None, {}, 4, id="the default"),
        pytest.param("wide", {}, 8, id="a variant"),
        pytest.param(None, {"width": 6}, 6, id="a value"),
        pytest.param("wide", {"width": 6}, 6, id="a value goes over the variant"),
    ],
)
def test_values_of_params(variant: str | None, params: dict[str, object], units: int) -> None:
    spec = specc.loads(SPEC, variant=variant, params=params)
    assert (spec.variant, _units(spec)) == (variant, units)


def test_values_from_python_may_be_tuples() -> None:
    assert specc.loads(SPEC, params={"sizes": (3, 4)}).params["sizes"] == [3, 4]


@pytest.mark.parametrize(
    ("variant", "params", "code", "words"),
    [
        pytest.param("wid", {}, "S126", "did you mean `wide`?", id="an unknown variant"),
        pytest.param(None, {"widht": 3}, "S121", "did you mean `width`?", id="an unknown param"),
        pytest.param(None, {"width": 3.5}, "S124", "is int, not `3.5`", id="another type"),
        pytest.param(None, {"width": True}, "S124", "is int, not `true`", id="a boolean"),
        pytest.param(None, {"sizes": 3}, "S124", "not `3`", id="no list"),
        pytest.param(None, {"act": 3}, "S124", "is str, not `3`", id="no text"),
    ],
)
def test_wrong_values(
    variant: str | None, params: dict[str, object], code: str, words: str
) -> None:
    with pytest.raises(SpeccError) as caught:
        specc.loads(SPEC, variant=variant, params=params)
    assert _codes(caught.value.diagnostics) == [code]
    assert words in str(caught.value.diagnostics[0])


def test_numbers_of_numpy_are_numbers() -> None:
    given = {"width": np.int64(6), "sizes": [np.int32(3), np.uint8(4)]}
    params = specc.loads(SPEC, params=given).params
    assert (params["width"], params["sizes"]) == (6, [3, 4])
    assert {type(params["width"]), *map(type, params["sizes"])} == {int}  # type: ignore[call-overload]  # a list
    assert specc.loads(SPEC, params={"sizes": np.array([3, 4])}).params["sizes"] == [3, 4]
    with pytest.raises(SpeccError, match=r"is int, not `2\.5`"):
        specc.loads(SPEC, params={"width": np.float32(2.5)})
    with pytest.raises(SpeccError, match="is int, not `true`"):
        specc.loads(SPEC, params={"width": np.bool_(True)})


CALLS: dict[str, tuple[Callable[..., object], tuple[object, ...], dict[str, object], str]] = {
    "no path": (specc.load, ({},), {}, "named by a path, not by a dict"),
    "a number for a path": (specc.load, (3,), {}, "named by a path, not by `3`"),
    "nothing to check": (specc.check, (None,), {}, "named by a path, not by None"),
    "no spec to compile": (specc.compile, (3,), {}, "named by a path, not by `3`"),
    "no text": (specc.loads, ({},), {}, "text is a str, not a dict"),
    "bytes": (specc.loads, (b"specc: 1",), {}, "text is a str, not a bytes"),
    "a list of params": (specc.loads, (SPEC,), {"params": [("width", 3)]}, "maps names to values"),
    "params without names": (specc.loads, (SPEC,), {"params": {3: 3}}, "names for its keys"),
    "a number for a variant": (specc.loads, (SPEC,), {"variant": 3}, "by a str, not by `3`"),
    "a text for a seed": (specc.compile, ("m",), {"seed": "a"}, "a whole number, not `'a'`"),
    "a flag for a seed": (specc.compile, ("m",), {"seed": True}, "a whole number, not `True`"),
    "half a seed": (specc.compile, ("m",), {"seed": 1.5}, "a whole number, not `1.5`"),
    "a text for a limit": (specc.compile, ("m",), {"max_parameters": "9"}, "a whole number"),
}


@pytest.mark.parametrize(("call", "args", "kwargs", "words"), CALLS.values(), ids=CALLS)
def test_arguments_of_another_type(
    call: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        call(*args, **kwargs)


@pytest.mark.parametrize("given", [{"seed": -1}, {"seed": 2**32}, {"max_parameters": -1}], ids=str)
def test_arguments_out_of_bounds(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"not -1|from 0 to 4_294_967_295, not 4294967296"):
        specc.compile("m.yaml", **given)


def test_all_problems_are_raised_at_once() -> None:
    with pytest.raises(SpeccError) as caught:
        specc.loads(SPEC + "  - Dnse: {}\n  - {Dense: {unts: 3}}\n")
    assert _codes(caught.value.diagnostics) == ["S201", "S204"]


def test_warnings_come_with_the_spec() -> None:
    spec = specc.loads(SPEC + "outputs: x\n")
    assert "S430" in _codes(spec.diagnostics)


def test_a_spec_prints_what_was_chosen_and_not_its_text() -> None:
    shown = repr(specc.loads("specc: 1\nlibrary: l\nparams: {width: 8}\n", params={"width": 9}))
    assert shown == "Spec(path=None, variant=None, params={'width': 9})"


def test_check_covers_every_variant(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(SPEC.replace("{width: 8}", "{width: -8}"))
    assert _codes(specc.check(path)) == ["S207"]
    assert specc.load(path).graph is not None


def test_check_says_once_what_is_wrong_in_all_variants(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(SPEC.replace("activation", "activaton"))
    assert _codes(specc.check(path)) == ["S204"]


def test_check_of_a_spec() -> None:
    assert specc.check(specc.loads(SPEC)) == []


def test_a_missing_file_is_no_internal_error(tmp_path: Path) -> None:
    with pytest.raises(SpeccError) as caught:
        specc.load(tmp_path / "nope.yaml")
    assert _codes(caught.value.diagnostics) == ["S001"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("library: l", "a library", id="library"),
        pytest.param("layer: L\ninputs: [x]\nbody: x", "a layer", id="layer"),
        pytest.param("deployment: d\nmodel: m.yaml", "a deployment", id="deployment"),
    ],
)
def test_only_models_have_a_graph(text: str, what: str) -> None:
    from specc.api.specs import model_graph

    spec = specc.loads(f"specc: 1\n{text}\n")
    assert spec.graph is None
    with pytest.raises(SpeccError, match=what):
        model_graph(spec)


def test_the_same_text_gives_the_same_graph() -> None:
    from specc.ir import print_graph

    first, second = specc.loads(SPEC), specc.loads(SPEC)
    assert first.graph is not None and second.graph is not None
    assert print_graph(first.graph) == print_graph(second.graph)
