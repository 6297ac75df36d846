"""Long models are cut into functions by the names of their blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from specc.ir import Graph, OperationKind, call_tensors, tensors

LONG = 24
"""Calls of a function that need no cutting: they fit a screen."""

WORTH = 3
"""Calls that are worth a function."""

FEW = 3
"""Outputs of a function; a block with more is written where it stands."""


@dataclass(frozen=True)
class Group:
    """Calls in a row that become a function.

    Attributes:
        prefix: The key of their block.
        entries: What is in it: calls by their index, and groups.
        inputs: The calls that it reads.
        outputs: The calls in it that are read outside.
    """

    prefix: str
    entries: tuple[Entry, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


Entry: TypeAlias = int | Group


def grouped(graph: Graph) -> tuple[Entry, ...]:
    """The calls of a model, those of blocks in groups if there are many."""
    return _Cutter(graph).cut(range(len(graph.calls)), "")


class _Cutter:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.readers: dict[int, list[int]] = {}
        self.calls: dict[int, list[int]] = {}
        for index, made in enumerate(graph.calls):
            self.calls.setdefault(made.operation, []).append(index)
            for tensor in call_tensors(made):
                self.readers.setdefault(tensor.call, []).append(index)
        self.results = {tensor.call for tensor in tensors(graph.outputs)}

    def cut(self, indices: Sequence[int], prefix: str) -> tuple[Entry, ...]:
        if len(indices) <= LONG:
            return tuple(indices)
        found: list[Entry] = []
        for block, run in groupby(indices, lambda index: self._block(index, prefix)):
            members = list(run)
            group = self._group(block, members)
            if group is None:
                found += members
            elif len(group.outputs) > FEW:
                found += group.entries
            else:
                found.append(group)
        return tuple(found)

    def _block(self, index: int, prefix: str) -> str:
        """The block in which a call stands; empty if in none."""
        operation = self.graph.operations[self.graph.calls[index].operation]
        rest = operation.key.removeprefix(prefix)
        name, dot, _ = rest.partition(".")
        return f"{prefix}{name}." if dot else ""

    def _group(self, block: str, members: list[int]) -> Group | None:
        inside = set(members)
        kinds = {self._kind(index) for index in members}
        if not block or len(members) < WORTH or OperationKind.INPUT in kinds:
            return None
        if any(not inside.issuperset(self.calls[self._operation(i)]) for i in members):
            return None  # a layer that is shared with the outside
        outputs = [index for index in members if self._is_read_outside(index, inside)]
        read = {
            tensor.call for index in members for tensor in call_tensors(self.graph.calls[index])
        }
        inputs = sorted(read - inside)
        return Group(block, self.cut(members, block), tuple(inputs), tuple(outputs))

    def _is_read_outside(self, index: int, inside: set[int]) -> bool:
        return index in self.results or not inside.issuperset(self.readers.get(index, ()))

    def _operation(self, index: int) -> int:
        return self.graph.calls[index].operation

    def _kind(self, index: int) -> OperationKind:
        return self.graph.operations[self._operation(index)].kind


def calls_of(entry: Entry) -> Iterator[int]:
    """The calls of an entry."""
    if isinstance(entry, int):
        yield entry
    else:
        for inner in entry.entries:
            yield from calls_of(inner)
