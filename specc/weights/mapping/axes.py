"""Axes by their names: `(heads dim) width -> width heads dim`, the notation of einops.

A. Rogozhnikov, "Einops: Clear and Reliable Tensor Manipulations with Einstein-like Notation".
Names on both sides are the same; brackets hold axes that lie in one, the first the slowest. `1` is
an axis of that size. Read from right to left it is its own inverse.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from specc.weights.mapping.misfit import Misfit

if TYPE_CHECKING:
    import numpy as np

Shape = tuple[int, ...]
Axes = tuple[tuple[str, ...], ...]

MAX_LENGTH: Final = 500
"""Characters of a pattern."""

_TOKEN: Final = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(1)(?![0-9])|([()]))")
_ARROW: Final = "->"


class PatternError(ValueError):
    """A text that is no pattern; the message says why, in a user's words."""


@dataclass(frozen=True, slots=True)
class Rearrange:
    """A pattern that was read.

    Attributes:
        before: The axes as they come, each the names that lie in it.
        after: The axes as they go.
        sizes: Sizes that are known of some.
    """

    before: Axes
    after: Axes
    sizes: Mapping[str, int]

    def inverse(self) -> Rearrange:
        """The pattern read from right to left."""
        return Rearrange(self.after, self.before, self.sizes)

    def shape(self, shape: Shape) -> Shape:
        """The shape that comes out.

        Raises:
            Misfit: no array of that shape can be read so.
        """
        sizes = self._solved(shape)
        return tuple(math.prod(sizes[name] for name in names) for names in self.after)

    def apply(self, array: np.ndarray) -> np.ndarray:
        """The array as it goes; a view where that is possible."""
        sizes = self._solved(array.shape)
        flat = [name for names in self.before for name in names]
        order = [flat.index(name) for names in self.after for name in names]
        whole = array.reshape([sizes[name] for name in flat])
        return whole.transpose(order).reshape(self.shape(array.shape))

    def _solved(self, shape: Shape) -> dict[str, int]:
        if len(shape) != len(self.before):
            raise Misfit(f"the pattern begins with {len(self.before)} axes")
        sizes = dict(self.sizes)
        for names, size in zip(self.before, shape, strict=True):
            known = math.prod(sizes[name] for name in names if name in sizes)
            unknown = [name for name in names if name not in sizes]
            if unknown and known and size % known == 0:
                sizes[unknown[0]] = size // known
            elif unknown or known != size:
                raise Misfit(f"`{' '.join(names) or 1}` is {known}, which {size} isn't made of")
        return sizes


def parse_pattern(text: str, sizes: Mapping[str, int]) -> Rearrange:
    """Reads a pattern.

    Raises:
        PatternError: it is none, or can't be read in both directions with these sizes.
    """
    if len(text) > MAX_LENGTH:
        raise PatternError(f"a pattern has at most {MAX_LENGTH} characters")
    sides = text.split(_ARROW)
    if len(sides) != 2:
        raise PatternError("a pattern has the axes there, `->`, and those here")
    before, after = (_axes(side) for side in sides)
    names = [[name for names in side for name in names] for side in (before, after)]
    for side in names:
        twice = next((name for name in side if side.count(name) > 1), None)
        if twice:
            raise PatternError(f"`{twice}` stands twice on one side")
    for lost in sorted(set(names[0]) ^ set(names[1])):
        raise PatternError(f"`{lost}` stands on one side only")
    for name, size in sizes.items():
        if name not in names[0]:
            raise PatternError(f"`{name}` has a size, and isn't in the pattern")
        if size < 1:
            raise PatternError(f"the size of `{name}` is at least 1")
    for group in (*before, *after):
        unknown = [name for name in group if name not in sizes]
        if len(unknown) > 1:
            wanted = " or ".join(f"`{name}`" for name in unknown)
            raise PatternError(f"give the size of {wanted} in `sizes`: they lie in one axis")
    return Rearrange(before, after, dict(sizes))


def _axes(text: str) -> Axes:
    axes: list[tuple[str, ...]] = []
    group: list[str] | None = None
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise PatternError(f"`{text[at:].strip()[:20]}` is no name of an axis")
        at = found.end()
        name, one, bracket = found.groups()
        if bracket == "(" and group is None:
            group = []
        elif bracket == ")" and group is not None:
            axes.append(tuple(group))
            group = None
        elif bracket:
            raise PatternError("brackets hold names, and no brackets")
        elif group is not None:
            group += [name] if name else []
        else:
            axes.append((name,) if not one else ())
    if group is not None:
        raise PatternError("a `(` isn't closed")
    return tuple(axes)
