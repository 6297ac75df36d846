"""What is done to the tensors of a rule; each operation knows its inverse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.mapping.axes import Rearrange
from specc.weights.mapping.misfit import Misfit

if TYPE_CHECKING:
    import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A tensor without its values."""

    shape: Shape
    dtype: str


class Operation(Protocol):
    """What is done to a rule's tensors, one or several."""

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """What comes out, without values.

        Raises:
            Misfit: it can't be done to these.
        """
        ...

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """What comes out of arrays whose forms were found to fit."""
        ...

    def inverse(self) -> Operation:
        """What takes it back."""
        ...


@dataclass(frozen=True, slots=True)
class Concat:
    """Several in one, along an axis."""

    axis: int
    count: int
    sizes: tuple[int, ...] = ()

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """One form."""
        first = forms[0]
        rank = min(len(form.shape) for form in forms)
        if self.axis >= rank:
            raise Misfit(f"they have {rank} axes, and none of number {self.axis}")
        rests = {(_without(form.shape, self.axis), form.dtype) for form in forms}
        if len(rests) > 1:
            raise Misfit(f"they differ in more than axis {self.axis}")
        sizes = [form.shape[self.axis] for form in forms]
        wanted = list(self.sizes) or sizes[:1] * len(sizes)
        if sizes != wanted:
            raise Misfit(f"their sizes there are {sizes}, not {wanted}")
        return [replace(first, shape=_with(first.shape, self.axis, sum(sizes)))]

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """One array."""
        import numpy as np

        return [np.concatenate(arrays, self.axis)]

    def inverse(self) -> Split:
        """The parts again."""
        return Split(self.axis, self.count, self.sizes)


@dataclass(frozen=True, slots=True)
class Split:
    """One in several parts, along an axis: equal ones, if no sizes are given."""

    axis: int
    count: int
    sizes: tuple[int, ...] = ()

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """A form for each part."""
        (form,) = forms
        return [
            replace(form, shape=_with(form.shape, self.axis, size))
            for size in self._sizes(form.shape)
        ]

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """A view for each part."""
        import numpy as np

        (array,) = arrays
        ends = list(accumulate(self._sizes(array.shape)))
        return list(np.split(array, ends[:-1], self.axis))

    def inverse(self) -> Concat:
        """The whole again."""
        return Concat(self.axis, self.count, self.sizes)

    def _sizes(self, shape: Shape) -> list[int]:
        if self.axis >= len(shape):
            raise Misfit(f"it has {len(shape)} axes, and none of number {self.axis}")
        size = shape[self.axis]
        if not self.sizes and size % self.count:
            raise Misfit(f"{size} is not {self.count} equal parts")
        if self.sizes and sum(self.sizes) != size:
            raise Misfit(f"{size} is not the sum of {list(self.sizes)}")
        return list(self.sizes) or [size // self.count] * self.count


@dataclass(frozen=True, slots=True)
class Transpose:
    """Axes in another order, as numpy's `transpose`."""

    axes: tuple[int, ...]

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """Each with its axes in order."""
        for form in forms:
            if len(form.shape) != len(self.axes):
                raise Misfit(f"it has {len(form.shape)} axes, not {len(self.axes)}")
        return [replace(f, shape=tuple(f.shape[axis] for axis in self.axes)) for f in forms]

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Views."""
        return [array.transpose(self.axes) for array in arrays]

    def inverse(self) -> Transpose:
        """The order that they had."""
        return Transpose(tuple(sorted(range(len(self.axes)), key=self.axes.__getitem__)))


@dataclass(frozen=True, slots=True)
class Rearranged:
    """Axes split, ordered and joined by their names."""

    pattern: Rearrange

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """Each rearranged."""
        return [replace(form, shape=self.pattern.shape(form.shape)) for form in forms]

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Each rearranged."""
        return [self.pattern.apply(array) for array in arrays]

    def inverse(self) -> Rearranged:
        """As they were."""
        return Rearranged(self.pattern.inverse())


@dataclass(frozen=True, slots=True)
class Cast:
    """Another dtype; a narrower one rounds."""

    before: str
    after: str

    def forms(self, forms: Sequence[Form]) -> list[Form]:
        """Each with the other dtype."""
        for form in forms:
            if form.dtype != self.before:
                raise Misfit(f"it is {form.dtype}, not {self.before}")
        return [replace(form, dtype=self.after) for form in forms]

    def arrays(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Each converted."""
        dtype = numpy_dtype(self.after)
        return [array.astype(dtype) for array in arrays]

    def inverse(self) -> Cast:
        """The dtype that they had."""
        return Cast(self.after, self.before)


def forms_after(operations: Sequence[Operation], forms: Sequence[Form]) -> list[Form]:
    """What comes out of all of them.

    Raises:
        Misfit: one can't be done.
    """
    if operations and any(form.dtype == STRING for form in forms):
        raise Misfit("it is a table of strings, which only changes its name")
    for operation in operations:
        forms = operation.forms(forms)
    return list(forms)


def arrays_after(operations: Sequence[Operation], arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What comes out of arrays whose forms were found to fit."""
    for operation in operations:
        arrays = operation.arrays(arrays)
    return list(arrays)


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _with(shape: Shape, axis: int, size: int) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])
