"""What `specc show` tells of a model: the facts, however they were found, however they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

Shape = tuple[int | None, ...]
"""Sizes; None where they are unknown until the model runs."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How many numbers something holds.

    Attributes:
        trainable: Those that training changes.
        non_trainable: Those that it doesn't: frozen, or statistics.
        bytes: What they take in memory, by dtype.
    """

    trainable: int = 0
    non_trainable: int = 0
    bytes: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return self.trainable + self.non_trainable


@dataclass(frozen=True, slots=True)
class Row:
    """A step.

    Attributes:
        key: Its path of names, joined with dots.
        class_name: The Keras class.
        outputs: The shape of each output.
        weights: Its own; a model's are those of its rows.
        calls: How often it is applied; a shared layer more than once.
        rows: What is inside, if it is a model.
    """

    key: str
    class_name: str
    outputs: tuple[Shape, ...]
    weights: Weights
    calls: int = 1
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A model, or a layer at given inputs, step by step.

    Attributes:
        model: Its name.
        style: The model's style, or `layer`.
        rows: Its steps.
        outputs: The shape of each output of a layer, which is no row; empty for a model.
    """

    model: str
    style: str
    rows: tuple[Row, ...]
    outputs: tuple[Shape, ...] = ()

    @property
    def weights(self) -> Weights:
        """Those of all rows."""
        return sum_weights(row.weights for row in self.rows)

    def to_depth(self, depth: int) -> Summary:
        """The same with rows of at most `depth` names; what lies deeper is summed up."""
        return replace(self, rows=folded(self.rows, depth))


def sum_weights(parts: Iterable[Weights]) -> Weights:
    """What several things hold together."""
    trainable = non_trainable = 0
    size: Counter[str] = Counter()
    for part in parts:
        trainable += part.trainable
        non_trainable += part.non_trainable
        size.update(part.bytes)
    return Weights(trainable, non_trainable, dict(size))


def flat(rows: Iterable[Row], depth: int = 0) -> Iterator[tuple[int, Row]]:
    """All rows, those inside models after their model, each with how deep it is."""
    for row in rows:
        yield depth, row
        yield from flat(row.rows, depth + 1)


def folded(rows: Iterable[Row], depth: int) -> tuple[Row, ...]:
    """Rows whose keys have at most `depth` names; deeper ones are summed into their scope's.

    A scope is the part of its members' keys that they share; its outputs are its last member's.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(".".join(row.key.split(".")[:depth]), []).append(row)
    return tuple(_fold(key, members, depth) for key, members in groups.items())


def _fold(key: str, members: list[Row], depth: int) -> Row:
    first = members[0]
    if first.key == key:  # a step; names are unique, so it is alone
        deeper = key.count(".") + 1 < depth
        return replace(first, rows=folded(first.rows, depth) if deeper else ())
    weights = sum_weights(row.weights for row in members)
    return Row(key, f"{len(members)} steps", members[-1].outputs, weights)
