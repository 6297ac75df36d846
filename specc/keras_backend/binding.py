"""Plans carried out: models built with values from weight files, and values given to live ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.ir import Graph
from specc.keras_backend.compilation import MAX_PARAMETERS, compile_graph
from specc.keras_backend.records import Origin, Record, model_slots, recall, remember
from specc.keras_backend.settling import settle
from specc.keras_backend.slots import Slot
from specc.keras_backend.training_state import PREFIX, optimizer_slots
from specc.keras_backend.values import as_array, as_value
from specc.weights.ahead import ReadAhead
from specc.weights.metadata import digests, provenance
from specc.weights.planning import Bound, Plan
from specc.weights.planning.completing import Expected, differing, recorded_digest
from specc.weights.verify import array_digest, digested

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source

Progress = Callable[[int, int], None]
"""Is told how many tensors were read, of how many."""


def silent(_done: int, _all: int) -> None:
    """Tells nobody."""


class Values:
    """The values that a plan gives, read one at a time when they are asked for.

    Args:
        plan: A plan that binds.
        sources: The open files, as the plan counts them.
        mmap: Whether tensors may be views of the files.
        progress: Who is told how far it is.
        ahead: Who reads; it may have begun.
    """

    def __init__(
        self,
        plan: Plan,
        sources: Sequence[Source],
        mmap: bool = False,
        progress: Progress = silent,
        ahead: ReadAhead | None = None,
    ) -> None:
        self.plan = plan
        self.bound = {each.slot: each for each in plan.bound}
        self._unread: dict[str, list[Expected]] = {}
        for each in plan.unread:
            self._unread.setdefault(each.slot, []).append(each)
        self.given: set[str] = set()
        self.digests: dict[str, str] = {}
        """Of values of which no file records them, so far as they were made."""
        self._sources = sources
        self._mmap = mmap
        self._progress = progress
        self._ahead = ahead or ReadAhead(())

    def __call__(self, slot: Slot) -> Any:
        """The value of a slot; None for one that the plan leaves fresh.

        Raises:
            SpeccError: S923 if the variable that Keras made isn't what the plan was made for, S924
                if copies differ, S926 if a later file was saved with another value, or what
                reading raises.
        """
        bound = self.bound.get(slot.key)
        if bound is None:
            return None
        array = self.array(bound, keras.backend.standardize_dtype(slot.variable.dtype))
        if not slot.is_table and array.shape != tuple(slot.variable.shape):
            message = f"`{slot.key}` is {list(slot.variable.shape)}, and not {list(array.shape)}"
            raise SpeccError([Diagnostic("S923", message)])
        self._compare(bound, array, slot.trains)
        self.given.add(slot.key)
        self._progress(len(self.given), len(self.bound))
        return as_value(array)

    def _compare(self, bound: Bound, array: np.ndarray, trains: bool) -> None:
        """Whether the value is what later files were saved with; state is kept to be compared.

        State is small, so its digest costs nothing to speak of; weights may be most of the file.
        """
        expected = self._unread.get(bound.slot, [])
        if recorded_digest(self._sources, bound) or (trains and not expected):
            return
        digest = self.digests[bound.slot] = array_digest(array)
        for each in expected:
            if each.digest != digest:
                raise SpeccError([differing(each.path, [bound.slot])])

    def array(self, bound: Bound, dtype: str) -> np.ndarray:
        """What a file has for a slot, transposed and cast as the plan says."""
        import numpy as np

        from specc.weights.dtypes import numpy_dtype

        source = self._sources[bound.file]
        array = self._ahead.read(source, bound.key, mmap=self._mmap)
        for key in bound.copies:
            if digested(source.read(key)) != digested(array):
                message = f"`{bound.slot}`: `{bound.key}` and `{key}` are for it, and differ"
                hint = "`ignore` the one that isn't meant"
                raise SpeccError([Diagnostic("S924", message, help=hint)])
        if bound.transpose is not None:
            array = np.ascontiguousarray(array.transpose(bound.transpose))
        return array.astype(numpy_dtype(dtype)) if bound.cast else array

    def origins(self, seed: int | None, slots: Sequence[Slot]) -> dict[str, Origin]:
        """Where the values of a model's slots came from."""
        recorded = [digests(source) for source in self._sources]
        fresh = Origin(how="fresh" if seed is None else f"seed {seed}")
        return {
            slot.key: self._origin(self.bound[slot.key], recorded)
            if slot.key in self.bound
            else fresh
            for slot in slots
        }

    def _origin(self, bound: Bound, recorded: Sequence[Mapping[str, str]]) -> Origin:
        how = [f"transposed {list(bound.transpose)}"] if bound.transpose else []
        how += [f"cast from {bound.cast}"] if bound.cast else []
        digest = recorded[bound.file].get(bound.key, "")
        path = self.plan.files[bound.file].path
        value = recorded_digest(self._sources, bound) or self.digests.get(bound.slot, "")
        return Origin(path, bound.key, digest, ", ".join(how), value)

    def contents(self) -> dict[str, str]:
        """The content digests of the files, by their paths, so far as they say one."""
        known = {
            file.path: provenance(source)
            for file, source in zip(self.plan.files, self._sources, strict=True)
        }
        return {path: each.content for path, each in known.items() if each and each.content}


def bind_graph(
    graph: Graph,
    values: Values,
    seed: int | None = None,
    max_parameters: int = MAX_PARAMETERS,
) -> Any:
    """The model of a graph, its variables made with values from weight files.

    Raises:
        SpeccError: Keras refuses a step, a file can't be read, or Keras made other variables than
            the plan was made for.
    """
    model = compile_graph(graph, seed, max_parameters, values)
    slots = _all_slots(model, values)
    left = values.bound.keys() - values.given
    late = [slot for slot in slots if slot.key in left]
    _assign([(slot.variable, values(slot)) for slot in late])  # layers that can't be deferred
    _check_all_given(values)
    settle(slots)
    _remember(model, values, values.origins(seed, slots))
    return model


def bind_model(model: Any, values: Values) -> None:
    """Gives the variables of a live model their values: all, or none if anything fails.

    Raises:
        SpeccError: a file can't be read, or the model has other variables than the plan was made
            for.
    """
    slots = [slot for slot in _all_slots(model, values) if slot.key in values.bound]
    staged = [(slot.variable, values(slot)) for slot in slots]
    _check_all_given(values)
    _assign(staged)
    settle(slots)
    record = recall(model)
    before = {} if record is None else record.origins
    _remember(model, values, {**before, **values.origins(None, slots)})


def basis_of(model: Any, plan: Plan, sources: Sequence[Source]) -> Record:
    """What files have for a live model's variables, which stay as they are.

    Args:
        model: The model.
        plan: Of these files for it; it needn't bind.
        sources: The open files.
    """
    values = Values(plan, sources)
    slots = [slot for slot in model_slots(model) if slot.key in values.bound]
    for slot in slots:
        bound = values.bound[slot.key]
        if not recorded_digest(sources, bound):
            dtype = keras.backend.standardize_dtype(slot.variable.dtype)
            values.digests[slot.key] = array_digest(values.array(bound, dtype))
    return Record(origins=values.origins(None, slots), contents=values.contents())


def _all_slots(model: Any, values: Values) -> list[Slot]:
    slots = model_slots(model)
    trains = any(key.startswith(f"{PREFIX}.") for key in values.bound)
    return [*slots, *(optimizer_slots(model) if trains else ())]


def _check_all_given(values: Values) -> None:
    left = sorted(values.bound.keys() - values.given)
    if left:
        message = f"the model has no variable for `{left[0]}`, and {len(left) - 1} more"
        raise SpeccError([Diagnostic("S923", message)])


def _assign(staged: Sequence[tuple[Any, Any]]) -> None:
    """Assigns all; if one fails, an interrupt included, those before it get their values back."""
    before: list[tuple[Any, Any]] = []
    try:
        for variable, value in staged:
            before.append((variable, as_array(variable).copy()))
            variable.assign(value)
    except BaseException:
        for variable, value in before:
            variable.assign(value)
        raise


def _remember(model: Any, values: Values, origins: Mapping[str, Origin]) -> None:
    record = recall(model) or Record()
    contents = {**record.contents, **values.contents()}
    remember(model, replace(record, origins=origins, contents=contents, whole=""))
