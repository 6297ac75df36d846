"""The weights of live models, written to files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import keras

from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.keras_backend.records import Record, model_slots, recall
from specc.keras_backend.slots import Slot
from specc.keras_backend.training_state import optimizer_slots
from specc.keras_backend.values import as_array
from specc.source.atomic import atomic_path
from specc.version import __version__
from specc.weights import Provenance, TensorInfo, write_npz, write_safetensors

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Role

KERAS: Final = (".weights.h5", ".keras")
"""What Keras itself writes."""


def write_weights(
    model: Any, path: Path, only: str = "all", training: bool = False, force: bool = False
) -> str:
    """Writes a model's weights; the file's suffix says its format.

    Args:
        model: A built Keras model.
        path: Ends in `.safetensors`, `.npz`, or, for Keras to load, `.weights.h5` or `.keras`.
        only: `all` or `trainable`.
        training: Whether optimizer and random generators go along.
        force: Whether an existing file may be replaced.

    Returns:
        The content digest; empty of Keras's own files, which have none.

    Raises:
        SpeccError: S805 if the suffix is none of these, or what writing raises.
    """
    if path.name.endswith(KERAS):
        _write_by_keras(model, path, only, force)
        return ""
    write = _WRITERS.get(path.suffix)
    if write is None:
        known = (*_WRITERS, *KERAS)
        hint = did_you_mean(path.suffix, known) if path.suffix else ""
        message = f"`{path.name}` ends in none of {', '.join(f'`{each}`' for each in known)}"
        raise SpeccError([Diagnostic("S805", message, help=hint)])
    saved = Saved(model, only, training)
    return write(path, saved.infos, saved.read, saved.provenance, force=force)


def _write_by_keras(model: Any, path: Path, only: str, force: bool) -> None:
    if only != "all":
        message = f"`{path.name}`: Keras's files hold all variables, or Keras doesn't load them"
        hint = "`.safetensors` and `.npz` may hold the trainable ones only"
        raise SpeccError([Diagnostic("S805", message, help=hint)])
    with atomic_path(path, force) as temporary:
        if path.suffix == ".keras":
            keras.saving.save_model(model, temporary)
        else:
            model.save_weights(temporary, overwrite=True)


class Saved:
    """What is saved of a model: which variables, and what is said about them."""

    def __init__(self, model: Any, only: str, training: bool) -> None:
        slots = model_slots(model)
        self._variables: dict[str, Any] = {}
        self.infos: list[TensorInfo] = []
        left_out = []
        for slot in slots:
            if slot.is_generator and not training:
                continue
            if only == "trainable" and not slot.variable.trainable and not slot.is_generator:
                left_out.append(slot.key)
                continue
            self._variables[slot.key] = slot.variable
            self.infos.append(_info(slot, "generator" if slot.is_generator else "variable"))
        for slot in optimizer_slots(model) if training else ():
            self._variables[slot.key] = slot.variable
            self.infos.append(_info(slot, "optimizer"))
        self.provenance = _provenance(model, only, left_out)

    def read(self, key: str) -> np.ndarray:
        """The value of a key."""
        return as_array(self._variables[key])


def _info(slot: Slot, role: Role) -> TensorInfo:
    dtype = keras.backend.standardize_dtype(slot.variable.dtype)
    names = {"keras_path": slot.variable.path}
    return TensorInfo(slot.key, tuple(slot.variable.shape), dtype, names, role)


def _provenance(model: Any, only: str, left_out: list[str]) -> Provenance:
    record = recall(model)
    known = Provenance() if record is None else record.about()
    versions = {
        "specc": __version__,
        "keras": keras.__version__,
        "backend": f"{keras.backend.backend()} {_backend_version()}",
    }
    return replace(
        known,
        only=only,
        left_out=tuple(sorted(left_out)),
        base=_base(record, left_out),
        versions=versions,
    )


def _base(record: Record | None, left_out: list[str]) -> str:
    """The content digest of the one file that has what is left out; empty if there is none."""
    if record is None or not left_out:
        return ""
    files = {record.origins[key].file for key in left_out if key in record.origins}
    contents = {record.contents.get(file, "") for file in files}
    return contents.pop() if len(contents) == 1 else ""


def _backend_version() -> str:
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return str(tf.__version__)
    return ""


_WRITERS: Final[dict[str, Callable[..., str]]] = {
    ".safetensors": write_safetensors,
    ".npz": write_npz,
}
