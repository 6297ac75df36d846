"""A source seen through a mapping: other keys and shapes, made when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostics
from specc.errors import SpeccError
from specc.weights.arrays import aligned_copy
from specc.weights.dtypes import numpy_dtype
from specc.weights.extents import BaseSource
from specc.weights.mapping.assigning import Assigned, assign
from specc.weights.mapping.misfit import Misfit
from specc.weights.mapping.operations import Form, arrays_after, forms_after
from specc.weights.mapping.rules import KeyMapping
from specc.weights.source import Source, TensorInfo

if TYPE_CHECKING:
    import numpy as np

_ASIDE: Final = ("optimizer", "metric", "generator")


class MappedSource(BaseSource):
    """The tensors of a source under other keys, changed as a mapping's rules say.

    Nothing is read before it is asked for. Closing it closes the source.

    Attributes:
        aside: Keys that no rule takes and none needs to: state of training.
        ignored: Keys that the mapping says aren't wanted.
    """

    def __init__(self, source: Source, mapping: KeyMapping, found: list[Assigned]) -> None:
        super().__init__(Path(source.path))
        self.format = f"{source.format} by {mapping.name}"
        self._source = source
        self._rules: dict[str, tuple[Assigned, int]] = {}
        taken = {key for assigned in found for key in assigned.sources}
        infos = {_key(info): info for info in source.tensors().values()}
        self._keys = {name: info.key for name, info in infos.items()}
        left = [info for name, info in infos.items() if name not in taken]
        self.aside = tuple(info.key for info in left if info.role in _ASIDE)
        self.ignored = tuple(info.key for info in left if info.role not in _ASIDE)

    def add(self, assigned: Assigned, forms: list[Form]) -> None:
        """Adds what a rule makes, in these forms."""
        first = self._source.tensors()[self._keys[assigned.sources[0]]]
        for place, (key, form) in enumerate(zip(assigned.targets, forms, strict=True)):
            names = {"mapped_from": " ".join(assigned.sources)}
            self._tensors[key] = TensorInfo(key, form.shape, form.dtype, names, first.role)
            self._rules[key] = assigned, place

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says; it is mapped only if it is as it stands in the file.

        Of several that are made of one, each reads that one.
        """
        assigned, place = self._rules[key]
        keys = [self._keys[name] for name in assigned.sources]
        operations = assigned.rule.operations
        if not operations:
            return self._source.read(keys[0], mmap=mmap)
        arrays = [self._source.read(name, mmap=mmap) for name in keys]
        made = arrays_after(operations, arrays)[place]
        return aligned_copy(made, numpy_dtype(self._tensors[key].dtype).newbyteorder("="))

    def close(self) -> None:
        """Lets go of the file."""
        self._source.close()


def map_source(source: Source, mapping: KeyMapping, diagnostics: Diagnostics) -> MappedSource:
    """A source seen through a mapping; a reversed mapping gives what it was made of.

    Warnings are added to `diagnostics`.

    Raises:
        SpeccError: with all problems, at their rules: keys without one, several for one key,
            tensors that what a rule does isn't for.
    """
    problems = Diagnostics()
    infos = {_key(info): info for info in source.tensors().values()}
    wanted = [key for key, info in infos.items() if _is_wanted(mapping, key, info)]
    found = assign(mapping, wanted, problems)
    mapped = MappedSource(source, mapping, found)
    for assigned in found:
        forms = _forms(assigned, infos, problems)
        if forms is not None:
            mapped.add(assigned, forms)
    if problems.has_errors:
        raise SpeccError(problems.sorted())
    diagnostics.extend(problems)
    return mapped


def _is_wanted(mapping: KeyMapping, key: str, info: TensorInfo) -> bool:
    """State of training is taken if a rule is for it, and else no problem."""
    if info.role not in _ASIDE:
        return True
    globs = [glob for rule in mapping.rules for glob in rule.sources]
    return any(glob.covers(key) for glob in globs)


def _key(info: TensorInfo) -> str:
    """What rules know a tensor by: in specc's own files its slot's key."""
    return info.names.get("specc_key", info.key)


def _forms(
    assigned: Assigned, infos: Mapping[str, TensorInfo], problems: Diagnostics
) -> list[Form] | None:
    taken = [infos[key] for key in assigned.sources]
    try:
        forms = [Form(info.shape, info.dtype) for info in taken]
        return forms_after(assigned.rule.operations, forms)
    except Misfit as error:
        shape = "×".join(map(str, taken[0].shape)) or "()"
        what = f"the rule isn't for `{taken[0].key}`, {taken[0].dtype} {shape}: {error}"
        problems.error("S936", what, assigned.rule.span, label=taken[0].key)
        return None
