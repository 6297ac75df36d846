"""What is saved of a live model: which of its variables, and what is said about the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.records import Origin, Record, model_slots, recall, remember
from specc.keras_backend.slots import Slot
from specc.keras_backend.training_state import optimizer_slots
from specc.keras_backend.values import as_array
from specc.version import __version__
from specc.weights import Provenance, TensorInfo, digests, open_source
from specc.weights.hashing import Hasher
from specc.weights.planning.completing import named
from specc.weights.verify import digested

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Role


@dataclass(frozen=True)
class Saving:
    """What is asked of a save.

    Attributes:
        only: `all`; `trainable`; or `changed`: what the model's files don't have as it is now.
        training: Whether optimizer and random generators go along.
        leave_changed: Whether `trainable` may leave out what changed since the model was bound.
        base: What the file is to complete; None for what the model was bound with.
    """

    only: str = "all"
    training: bool = False
    leave_changed: bool = False
    base: Record | None = None


class Saved:
    """The variables of a model that are saved, with what is said about them.

    Raises:
        SpeccError: S927 if variables that changed would be in no file.
    """

    def __init__(self, model: Any, saving: Saving) -> None:
        self._variables: dict[str, Any] = {}
        self.infos: list[TensorInfo] = []
        slots = model_slots(model)
        base = saving.base or recall(model) or Record()
        left_out = _left_out([slot for slot in slots if not slot.is_generator], saving.only, base)
        _check_changed(left_out, base, saving)
        for slot in slots:
            if slot.key not in left_out and (saving.training or not slot.is_generator):
                self._take(slot, _role(slot))
        for slot in optimizer_slots(model) if saving.training else ():
            self._take(slot, "optimizer")
        self.provenance = _provenance(model, saving.only, left_out, base)

    def _take(self, slot: Slot, role: Role) -> None:
        self._variables[slot.key] = slot.variable
        dtype = keras.backend.standardize_dtype(slot.variable.dtype)
        names = {"keras_path": slot.variable.path}
        shape = tuple(slot.variable.shape)
        self.infos.append(TensorInfo(slot.key, shape, dtype, names, role))

    def read(self, key: str) -> np.ndarray:
        """The value of a key."""
        return as_array(self._variables[key])


def _role(slot: Slot) -> Role:
    return "generator" if slot.is_generator else "table" if slot.is_table else "variable"


def _left_out(slots: Sequence[Slot], only: str, base: Record) -> dict[str, str]:
    """The digests of the variables that aren't saved."""
    if only == "trainable":
        return variable_digests(slot for slot in slots if not slot.variable.trainable)
    if only == "changed":
        known = [slot for slot in slots if _given(base, slot.key).value]
        found = variable_digests(known)
        return {key: value for key, value in found.items() if value == _given(base, key).value}
    return {}


NOWHERE: Final = Origin()


def _given(base: Record, key: str) -> Origin:
    return base.origins.get(key, NOWHERE)


def _check_changed(left_out: Mapping[str, str], base: Record, saving: Saving) -> None:
    changed = [key for key, value in left_out.items() if _given(base, key).value not in ("", value)]
    if not changed or saving.leave_changed:
        return
    files = sorted({_given(base, key).file for key in changed})
    message = f"{named(sorted(changed))}: left out, though changed since {', '.join(files)}"
    hint = 'only="changed" (`--only changed`) takes it along; leave_changed=True'
    hint += " (`--leave-changed`) leaves it out"
    raise SpeccError([Diagnostic("S927", message, help=hint)])


def check_state(model: Any, saving: Saving) -> None:
    """Whether state that would be left out has changed already; weights aren't looked at.

    Raises:
        SpeccError: S927 if it has.
    """
    if saving.only == "trainable" and not saving.leave_changed:
        state = [slot for slot in model_slots(model) if not (slot.trains or slot.is_generator)]
        _check_changed(variable_digests(state), saving.base or recall(model) or Record(), saving)


def variable_digests(slots: Iterable[Slot]) -> dict[str, str]:
    """The digests of variables' values, by their slots' keys."""
    with Hasher() as hasher:
        for slot in slots:
            hasher.add(slot.key, digested(as_array(slot.variable)))
        return hasher.digests()


def _provenance(model: Any, only: str, left_out: Mapping[str, str], base: Record) -> Provenance:
    record = recall(model)
    known = Provenance() if record is None else record.about()
    versions = {
        "specc": __version__,
        "keras": keras.__version__,
        "backend": f"{keras.backend.backend()} {_backend_version()}",
    }
    named_base = _base(base, left_out)
    return replace(known, only=only, left_out=dict(left_out), base=named_base, versions=versions)


def _base(base: Record, left_out: Iterable[str]) -> str:
    """The content digest of the one file that has what is left out; empty if there is none."""
    files = {base.origins[key].file for key in left_out if key in base.origins}
    contents = {base.contents.get(file, "") for file in files}
    return contents.pop() if len(contents) == 1 else ""


def _backend_version() -> str:
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return str(tf.__version__)
    return ""


def remember_file(model: Any, path: Path, only: str, content: str) -> None:
    """Notes that a model's variables are in a file: one that has all of them is its base now.

    So is one that it was bound with before, and that was written anew.
    """
    record = recall(model) or Record()
    if only != "all" and str(path) not in record.contents:
        return
    with open_source(path) as source:
        recorded = digests(source)
    keys = [slot.key for slot in model_slots(model) if slot.key in recorded]
    origins = {key: Origin(str(path), key, recorded[key], "", recorded[key]) for key in keys}
    contents = {**record.contents, str(path): content}
    whole = "" if only == "all" else record.whole
    known = {**record.origins, **origins}
    remember(model, replace(record, origins=known, contents=contents, whole=whole))


def remember_whole(model: Any, path: Path) -> None:
    """Notes a file without digests that has the whole model; it is read if it is asked for."""
    remember(model, replace(recall(model) or Record(), whole=str(path.absolute())))


def whole_file(model: Any) -> str | None:
    """The file without digests that the whole model was last saved in."""
    record = recall(model)
    return record.whole or None if record else None
