"""Functions that take axes away, or leave them with the size 1."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import axis_of, product
from specc.catalog.rules.ops.dtypes import (
    BOOL,
    FLOAT,
    INT32,
    SAME,
    SMALL,
    asked,
    floating,
    if_float32,
    of,
    promoted,
    then,
    unless_complex,
)
from specc.catalog.rules.ops.values import CannotTell, Values, gives, gives_all, same_shape
from specc.catalog.rules.promotion import result_type
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Specs, TensorSpec, show_shape


@gives(BOOL, "all any")
@gives(SAME, "amax amin max min ptp")
@gives(INT32, "argmax argmin nanargmax nanargmin count_nonzero")
@gives(FLOAT, "median nanmean nanmedian nanstd nanvar var")
@gives(floating("x"), "mean std")
@gives(promoted("x"), "nanmax nanmin")
@gives(then(promoted("x"), SMALL), "sum nansum")
@gives(of("x", SMALL), "nanprod")
@gives(if_float32("x"), "logsumexp")
def reduction(a: Values) -> Shape:
    """`[a, b, c]` over the axis 1 → `[a, c]`, or `[a, 1, c]` with `keepdims`."""
    return reduced(a.tensor("x"), a, "axis")


@gives(asked(of("x", SMALL)), "prod")
def prod(a: Values) -> Shape:
    """As the others, with a dtype of choice."""
    return reduction(a)


def reduced(shape: Shape, a: Values, argument: str) -> Shape:
    """A shape without axes, or with the size 1 there.

    Raises:
        RuleError: it has no such axis.
    """
    keep = a["keepdims"]
    if not isinstance(keep, bool | None):
        raise CannotTell
    axes = a.axes(argument, len(shape))
    gone = range(len(shape)) if axes is None else axes
    if keep:
        return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


@gives_all("moments")
def moments(a: Values) -> Specs:
    """Mean and variance."""
    spec = TensorSpec(reduced(a.tensor("x"), a, "axes"), a.dtype("x"))
    return (spec, spec)


@gives(floating("x"), "norm")
def norm(a: Values) -> Shape:
    """One number for a vector or a matrix."""
    shape = a.tensor("x")
    order, axes = a["ord"], a.axes("axis", len(shape))
    count = len(shape) if axes is None else len(axes)
    if count == 1 and isinstance(order, str):
        raise RuleError(f"has no order `{order}` for vectors", argument="ord")
    if count == 2 and order not in MATRIX_ORDERS:
        raise RuleError(f"has no order `{order}` for matrices", argument="ord")
    return reduced(shape, a, "axis")


MATRIX_ORDERS = (None, "fro", "nuc", float("inf"), float("-inf"), 1, -1, 2, -2)


@gives(unless_complex(floating("x")), "percentile")
@gives(FLOAT, "nanpercentile")
def percentile(a: Values) -> Shape:
    """A reduction for each of `q`, which stand in front."""
    return (*_asked_for(a["q"], a, 1), *reduction(a))


@gives(FLOAT, "quantile nanquantile")
def quantile(a: Values) -> Shape:
    """A reduction for each of `q`; Keras takes a list of one as a number."""
    return (*_asked_for(a["q"], a, 2), *reduction(a))


def _asked_for(q: object, a: Values, fewest: int) -> Shape:
    if isinstance(q, list | tuple):
        if len(q) < fewest:
            raise CannotTell
        return (len(q),)
    shape = a.shape("q")
    if len(shape) > 1:
        raise CannotTell
    return shape


def _averaged(a: Values) -> str | None:
    further = [] if a["weights"] is None else [a.dtype("weights")]
    return result_type([a.dtype("x"), "float", *further])


@gives(_averaged, "average")
def average(a: Values) -> Shape:
    """A mean, with weights of the same shape or of the size of the axis."""
    shape, weights = a.tensor("x"), a["weights"]
    axis = None if a["axis"] is None else axis_of(a.integer("axis"), len(shape))
    if weights is not None:
        _check_weights(shape, a.tensor("weights"), axis)
    return () if axis is None else (*shape[:axis], *shape[axis + 1 :])


def _check_weights(shape: Shape, weights: Shape, axis: int | None) -> None:
    fits = [shape] if axis is None else [shape, (shape[axis],)]
    if not any(same_shape(fit, weights) for fit in fits):
        wanted = " or ".join(map(show_shape, fits))
        raise RuleError(
            f"needs weights of shape {wanted}, not {show_shape(weights)}", argument="weights"
        )


@gives(asked(SAME, {"bool": "int32"}), "cumsum cumprod nancumsum nancumprod")
@gives(SAME, "sort")
@gives(INT32, "argsort argpartition")
def along(a: Values) -> Shape:
    """The same shape along an axis, flat where there is none."""
    shape = a.tensor("x")
    if a["axis"] is None:
        return (product(shape),)
    a.axis("axis", len(shape))
    return shape


@gives(SAME, "softmax log_softmax sparsemax")
@gives(if_float32("x"), "normalize")
def normalized(a: Values) -> Shape:
    """The same shape, along axes that must be there."""
    shape = a.tensor("x")
    a.axes("axis", len(shape))
    return shape
