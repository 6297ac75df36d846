"""Every model of the corpus: imported, bound, and computing what it computed; or refused as known.

The corpus is many people's files of Keras 1, 2 and 3, which the repository doesn't carry.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from tests.importing.corpus import (
    CORPUS,
    MISSING,
    OTHERS_OUTPUTS,
    REFUSED,
    expected_refusal,
    files,
    importable,
    with_outputs,
)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=MISSING)


@pytest.mark.parametrize("name", files())
def test_each_imports_or_is_refused_for_the_known_reason(name: str) -> None:
    code = expected_refusal(name)
    try:
        specc.import_model(CORPUS / name)
    except SpeccError as error:
        assert code in [each.code for each in error.diagnostics], error
    else:
        assert not code, f"it imports, and `REFUSED` says {code}"


def test_the_table_of_refusals_names_files_that_are_there() -> None:
    for cause, (_, ends) in REFUSED.items():
        assert all(any(name.endswith(end) for name in files()) for end in ends), cause


def tolerated(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def arrays_of(group: h5py.Group) -> list[np.ndarray]:
    return [group[name][()] for name in group]


@pytest.mark.parametrize(("name", "beside"), list(with_outputs()))
def test_outputs_that_lie_beside_a_model(keras: ModuleType, name: str, beside: str) -> None:
    if name.endswith(OTHERS_OUTPUTS):
        pytest.skip("its outputs are another model's")
    model = specc.bind(specc.import_model(CORPUS / name), [str(CORPUS / name)])
    with h5py.File(CORPUS / beside) as file:
        [given] = arrays_of(file["inputs"])
        [expected] = arrays_of(file["outputs" if "outputs" in file else "predictions"])
    tolerated(np.asarray(model(given, training=False)), expected)


@pytest.mark.parametrize("end", OTHERS_OUTPUTS)
def test_outputs_beyond_reach(end: str) -> None:
    """What these models end in, a Dense of an LSTM's values in -1 to 1, can't be so large."""
    name, beside = next(pair for pair in with_outputs() if pair[0].endswith(end))
    with h5py.File(CORPUS / name) as file, h5py.File(CORPUS / beside) as other:
        dense = file["model_weights/dense_1/dense_1"]
        reach = np.abs(dense["kernel:0"][()]).sum() + np.abs(dense["bias:0"][()]).sum()
        [expected] = arrays_of(other["outputs"])
    assert np.abs(expected).max() > reach


def named(name: str) -> str:
    return name.replace("/", "|")


@pytest.fixture(scope="module")
def tf_keras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what tf-keras computes with every file that imports."""
    pytest.importorskip("tf_keras", reason="the extra `dev` has it")
    folder = tmp_path_factory.mktemp("tf_keras")
    given = {named(name): str(CORPUS / name) for name in importable()}
    program = Path(__file__).with_name("tf_keras_outputs.py")
    command = [sys.executable, str(program), str(folder)]
    subprocess.run(command, input=json.dumps(given), text=True, check=True, capture_output=True)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("name", importable())
def test_it_computes_what_tf_keras_computes(keras: ModuleType, tf_keras: Path, name: str) -> None:
    failure = tf_keras / f"{named(name)}.txt"
    assert not failure.exists(), f"tf-keras: {failure.read_text()}"
    weights = CORPUS / name if not name.endswith(".json") else tf_keras / f"{named(name)}.h5"
    model = specc.bind(specc.import_model(CORPUS / name), [str(weights)])
    with np.load(tf_keras / f"{named(name)}.npz") as arrays:
        given = [arrays[f"in{i}"] for i in range(len(model.inputs))]
        expected = [arrays[f"out{i}"] for i in range(len(model.outputs))]
    found = model(given if len(given) > 1 else given[0], training=False)
    for one, other in zip(found if isinstance(found, list) else [found], expected, strict=True):
        tolerated(np.asarray(one), other)
    keras.backend.clear_session()
