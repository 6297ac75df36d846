"""Real models that `SPECC_CORPUS` holds: which, and what must become of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import h5py

CORPUS = Path(os.environ.get("SPECC_CORPUS") or "no such folder")
MISSING = "SPECC_CORPUS names no folder of real files"
SUFFIXES = (".h5", ".hdf5", ".json", ".keras")

# By cause: the code, and the ends of the paths of the files that it is expected of.
REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "weights alone, without a config": ("S520", ()),  # known by the lack of one: `has_config`
    "a Lambda of bytecode": (
        "S522",
        ("space_to_depth_simple_tensorflow_1.h5", "space_to_depth_simple_tensorflow_2.h5"),
    ),
    "a class that isn't there": ("S520", ("pre_pr22362_nested_container.keras",)),
}
ALONE = "weights alone, without a config"

# Of these the outputs that lie beside them can't be theirs: see `test_outputs_beyond_reach`.
OTHERS_OUTPUTS = ("simple_lstm_tf_keras_2_model.h5", "simple_flatten_lstm_tf_keras_2_model.h5")


def files() -> list[str]:
    """Every file that may hold a model, by its path in the corpus."""
    found = [path for path in CORPUS.rglob("*") if path.suffix in SUFFIXES and path.is_file()]
    return sorted(str(path.relative_to(CORPUS)) for path in found)


def has_config(path: Path) -> bool:
    """Whether a file has a model's config, as h5py sees it; all but HDF5 has."""
    if path.suffix not in (".h5", ".hdf5"):
        return True
    with h5py.File(path) as file:
        return "model_config" in file.attrs


def expected_refusal(name: str) -> str:
    """The code of the refusal that is expected of a file; empty if it imports."""
    if not has_config(CORPUS / name):
        return REFUSED[ALONE][0]
    return next((code for code, ends in REFUSED.values() if ends and name.endswith(ends)), "")


def importable() -> list[str]:
    """The files that import."""
    return [name for name in files() if not expected_refusal(name)]


def with_outputs() -> Iterator[tuple[str, str]]:
    """Models beside which their inputs and outputs lie."""
    for name in files():
        beside = name.replace("_model.h5", "_inputs_and_outputs.h5")
        if beside != name and (CORPUS / beside).exists():
            yield name, beside
