"""Functions that take values out of tensors, or put some in, by their places."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import product
from specc.catalog.rules.ops.dtypes import BOOL, INT32, SAME, of, promoted
from specc.catalog.rules.ops.elementwise import together
from specc.catalog.rules.ops.values import (
    CannotTell,
    Number,
    Values,
    gives,
    gives_all,
    shape_in,
    size_in,
    sizes_in,
)
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, Specs, TensorSpec, show_shape


@gives(SAME, "get_item")
def get_item(a: Values) -> Shape:
    """`x[key]`: a number takes an axis away, a slice shortens it, None adds one."""
    shape, key = a.tensor("x"), a["key"]
    keys = list(key) if isinstance(key, tuple | list) else [key]
    if any(isinstance(each, bool) for each in keys):
        raise CannotTell
    if isinstance(key, list) and not all(isinstance(each, int) for each in key):
        raise CannotTell
    ellipses = [place for place, each in enumerate(keys) if each is ...]
    if len(ellipses) > 1:
        raise RuleError("takes one `...`, not several", argument="key")
    place = ellipses[0] if ellipses else len(keys)
    before, after = keys[:place], keys[place + 1 :]
    front, back = _taken(before), _taken(after)
    if front + back > len(shape):
        raise RuleError(
            f"has {front + back} indices for {show_shape(shape)}",
            f"that takes {len(shape)} at most",
            "key",
        )
    end = len(shape) - back
    return (
        *_indexed(shape[:front], before, shape),
        *shape[front:end],
        *_indexed(shape[end:], after, shape),
    )


def _taken(keys: list[object]) -> int:
    """How many axes keys stand for."""
    return sum(each is not None for each in keys)


def _indexed(sizes: Shape, keys: list[object], shape: Shape) -> list[Size]:
    result: list[Size] = []
    rest = iter(sizes)
    for key in keys:
        if key is None:
            result.append(1)
        elif isinstance(key, slice):
            result.append(_sliced(next(rest), key))
        elif isinstance(key, int):
            _check_index(next(rest), key, shape)
        else:
            raise CannotTell
    return result


def _sliced(size: Size, key: slice) -> Size:
    bounds = (key.start, key.stop, key.step)
    if bounds == (None, None, None):
        return size
    if any(not isinstance(bound, int | None) for bound in bounds) or key.step == 0:
        return None
    return None if size is None else len(range(*key.indices(size)))


def _check_index(size: Size, index: int, shape: Shape) -> None:
    if size is not None and not -size <= index < size:
        raise RuleError(
            f"has no index {index} in an axis of size {size} of {show_shape(shape)}", argument="key"
        )


@gives(SAME, "take")
def take(a: Values) -> Shape:
    """The indices' shape stands in the place of the axis."""
    shape, indices = a.tensor("x"), _index_shape(a["indices"])
    if a["axis"] is None:
        return indices
    axis = a.axis("axis", len(shape))
    return (*shape[:axis], *indices, *shape[axis + 1 :])


def _index_shape(value: object) -> Shape:
    """The shape of indices: a tensor's, or that of nested lists."""
    if isinstance(value, TensorSpec):
        return shape_in(value)
    if isinstance(value, Number):
        return ()
    if not isinstance(value, list | tuple) or not value:
        raise CannotTell
    inner = {_index_shape(item) for item in value}
    if len(inner) > 1:
        raise CannotTell
    return (len(value), *inner.pop())


@gives(SAME, "take_along_axis")
def take_along_axis(a: Values) -> Shape:
    """The indices' size along the axis; the other axes meet."""
    shape, indices = a.tensor("x"), a.tensor("indices")
    if a["axis"] is None:
        shape = (product(shape),)
    if len(shape) != len(indices):
        raise RuleError(
            f"needs indices of the rank of {show_shape(shape)}, not {show_shape(indices)}",
            argument="indices",
        )
    axis = 0 if a["axis"] is None else a.axis("axis", len(shape))
    return together((*shape[:axis], indices[axis], *shape[axis + 1 :]), indices)


@gives(of("inputs"), "slice")
def slice_(a: Values) -> Shape:
    """The sizes asked for; -1 is what is left."""
    shape, wanted, start = a.tensor("inputs"), sizes_in(a["shape"]), a["start_indices"]
    if len(wanted) != len(shape):
        raise RuleError(
            f"needs a size for each dimension of {show_shape(shape)}, not {show_shape(wanted)}",
            argument="shape",
        )
    if not isinstance(start, list | tuple):
        start = [None] * len(shape)
    if len(start) != len(shape):
        raise RuleError(
            f"needs a start for each dimension of {show_shape(shape)}, not {len(start)}",
            argument="start_indices",
        )
    return tuple(map(_left, shape, wanted, map(size_in, start)))


def _left(size: Size, wanted: Size, start: Size) -> Size:
    if wanted != -1:
        return wanted
    if size is None or start is None:
        return None
    if not 0 <= start <= size:
        raise CannotTell
    return size - start


@gives(of("inputs"), "slice_update scatter_update")
def updated(a: Values) -> Shape:
    """The shape of what is updated."""
    return a.tensor("inputs")


@gives(of("values"), "scatter")
def scatter(a: Values) -> Shape:
    """The shape asked for."""
    return sizes_in(a["shape"])


@gives(of("data"), "segment_max segment_min segment_prod segment_sum")
def segments(a: Values) -> Shape:
    """A row for each segment."""
    data, ids = a.tensor("data"), a.tensor("segment_ids")
    if not data:
        raise CannotTell
    if len(ids) != 1:
        raise RuleError(f"needs ids of rank 1, not {show_shape(ids)}", argument="segment_ids")
    if None not in (data[0], ids[0]) and data[0] != ids[0]:
        raise RuleError(
            f"needs an id for each row of {show_shape(data)}, not {show_shape(ids)}",
            argument="segment_ids",
        )
    return (a.size("num_segments"), *data[1:])


@gives_all("top_k")
def top_k(a: Values) -> Specs:
    """Values and their places, `k` of each row."""
    shape = a.tensor("x")
    if not shape:
        raise RuleError("needs an input of rank 1 or more, not []")
    chosen = (*shape[:-1], a.size("k"))
    return (TensorSpec(chosen, a.dtype("x")), TensorSpec(chosen, "int32"))


@gives(BOOL, "in_top_k")
def in_top_k(a: Values) -> Shape:
    """A truth value for each target."""
    return a.tensor("targets")


def _place_dtype(a: Values) -> str | None:
    size = next(iter(a.tensor("sorted_sequence")), None)
    return None if size is None else "int32" if size < 2**31 else "int64"


@gives(_place_dtype, "searchsorted")
def searchsorted(a: Values) -> Shape:
    """A place for each value."""
    sequence = a.tensor("sorted_sequence")
    if len(sequence) != 1:
        raise RuleError(f"needs a sequence of rank 1, not {show_shape(sequence)}")
    return a.tensor("values")


@gives(INT32, "digitize")
def digitize(a: Values) -> Shape:
    """A bin for each value."""
    bins = a.tensor("bins")
    if len(bins) > 1:
        raise RuleError(f"needs bins of rank 1, not {show_shape(bins)}", argument="bins")
    return a.tensor("x")


@gives_all("nonzero")
def nonzero(a: Values) -> Specs:
    """The places along each axis."""
    return tuple(TensorSpec((None,), "int32") for _ in a.tensor("x"))


@gives_all("unravel_index")
def unravel_index(a: Values) -> Specs:
    """A place along each axis of a shape."""
    shape = sizes_in(a["shape"])
    if None in shape:
        raise CannotTell
    return [TensorSpec(a.tensor("indices"), a.dtype("indices")) for _ in shape]


@gives_all("unique")
def unique(a: Values) -> Specs:
    """The values, and what else is asked for: places, inverse, counts."""
    shape, size = a.tensor("x"), a.size("size")
    axis = None if a["axis"] is None else a.axis("axis", len(shape))
    values = (size,) if axis is None else (*shape[:axis], size, *shape[axis + 1 :])
    inverse = shape if axis is None else (shape[axis],)
    outputs = [TensorSpec(values, a.dtype("x"))]
    for wish, found in (
        ("return_index", (size,)),
        ("return_inverse", inverse),
        ("return_counts", (size,)),
    ):
        if not isinstance(a[wish], bool):
            raise CannotTell
        if a[wish]:
            outputs.append(TensorSpec(found, "int32"))
    return tuple(outputs) if len(outputs) > 1 else outputs[0]


@gives(lambda a: "int32" if a["weights"] is None else promoted("x weights")(a), "bincount")
def bincount(a: Values) -> Shape:
    """How often each number stands in a row; how many numbers there are isn't known."""
    shape = a.tensor("x")
    return (*shape[:-1], None)


@gives_all("histogram")
def histogram(a: Values) -> Specs:
    """Counts, and the edges of the bins."""
    bins, dtype = a.integer("bins"), a.dtype("x")
    if bins < 0:
        raise RuleError(f"can't make {bins} bins", argument="bins")
    a.tensor("x")
    return (TensorSpec((bins,), dtype), TensorSpec((bins + 1,), dtype))
