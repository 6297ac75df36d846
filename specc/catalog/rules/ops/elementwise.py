"""Functions that work on each element: the shape stays, or several meet by broadcasting."""

from __future__ import annotations

from functools import reduce

from specc.catalog.rules.arithmetic import broadcast
from specc.catalog.rules.ops.dtypes import (
    BOOL,
    FLOAT,
    SAME,
    WHOLE_TO_FLOAT,
    floating,
    if_float32,
    is_whole,
    of,
    promoted,
    promoted_strong,
    refusing_complex,
    then,
    unless_complex,
)
from specc.catalog.rules.ops.values import CannotTell, Values, gives
from specc.catalog.rules.promotion import result_type
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, TensorSpec, show_shape


def _degrees(a: Values) -> str | None:
    dtype = a.dtype()
    if dtype in (None, "bfloat16", "float16"):
        return dtype
    return "float64" if dtype in ("int64", "float64") else "float32"


def _leaky(a: Values) -> str | None:
    """Keras says that integers stay, but computes floating-point numbers."""
    return None if is_whole(a.dtype()) else a.dtype()


@gives(
    SAME,
    """negative conj conjugate copy round sign trunc nan_to_num tril triu relu relu6 sigmoid
    sparse_sigmoid softplus softsign soft_shrink sparse_plus silu swish squareplus log_sigmoid
    hard_sigmoid hard_silu hard_swish elu selu gelu celu tanh_shrink hard_tanh hard_shrink
    threshold erf erfinv rsqrt bitwise_invert bitwise_not layer_normalization rms_normalization""",
)
@gives(unless_complex(SAME), "abs absolute real imag")
@gives(
    FLOAT,
    """arccos arccosh arcsin arcsinh arctan arctanh cos cosh sin sinh sinc tan tanh ceil floor log
    log10 log1p log2 sqrt erfc""",
)
@gives(unless_complex(FLOAT), "angle")
@gives(floating("x"), "exp exp2 expm1")
@gives(refusing_complex(floating("x")), "fabs")
@gives(of("x", WHOLE_TO_FLOAT), "cbrt")
@gives(_degrees, "deg2rad rad2deg i0")
@gives(of("x", {"bool": "int32"}), "square clip")
@gives(if_float32("x"), "reciprocal")
@gives(_leaky, "leaky_relu")
@gives(BOOL, "isfinite isinf isnan isneginf isposinf isreal logical_not signbit")
def unary(a: Values) -> Shape:
    """The shape of `x`; a number has none."""
    return () if isinstance(a["x"], float) else a.tensor("x")


@gives(BOOL, "isin")
def membership(a: Values) -> Shape:
    """The shape of what is looked up."""
    return a.tensor("x1")


@gives(of("variable"), "stop_gradient")
def stop_gradient(a: Values) -> Shape:
    """The shape of `variable`."""
    return a.tensor("variable")


@gives(lambda a: None, "polar")
def polar(a: Values) -> Shape:
    """The shape of the lengths; Keras says that complex numbers are float32."""
    return a.tensor("abs_")


def _arctan2(a: Values) -> str | None:
    """Python's numbers count as float32."""
    both = (a["x1"], a["x2"])
    dtypes = [each.dtype if isinstance(each, TensorSpec) else "float32" for each in both]
    return result_type([*dtypes, "float"])


def _of_tensors(a: Values) -> str | None:
    """Their dtype, floating-point; Python's numbers can't stand here."""
    a.tensor("x1")
    a.tensor("x2")
    return then(promoted("x1 x2"), {**WHOLE_TO_FLOAT, "bool": "bool"})(a)


@gives(promoted("x1 x2"), "add subtract multiply power floor_divide maximum minimum fmax fmin")
@gives(promoted("x1 x2", "float"), "divide divide_no_nan true_divide logaddexp logaddexp2")
@gives(then(promoted("x1 x2"), {"bool": "int32"}), "mod fmod")
@gives(promoted_strong("x1 x2"), "gcd lcm")
@gives(promoted_strong("x1 x2", "float"), "ldexp nextafter")
@gives(_arctan2, "arctan2")
@gives(
    BOOL,
    """equal not_equal greater greater_equal less less_equal isclose logical_and logical_or
    logical_xor""",
)
def binary(a: Values) -> Shape:
    """The shape in which both meet."""
    return together(a.shape("x1"), a.shape("x2"))


@gives(_of_tensors, "heaviside hypot")
def binary_of_tensors(a: Values) -> Shape:
    """The shape in which two tensors meet."""
    return together(a.tensor("x1"), a.tensor("x2"))


def together(*shapes: Shape) -> Shape:
    """The shape in which shapes meet by broadcasting.

    Raises:
        RuleError: they don't fit.
    """
    return reduce(_pair, shapes)


def _pair(a: Shape, b: Shape) -> Shape:
    met = broadcast(a, b)
    if met is None:
        raise RuleError(
            f"can't combine {show_shape(a)} and {show_shape(b)}",
            "counted from the last, their sizes must be equal or one of them 1",
        )
    return met


@gives(BOOL, "allclose")
def allclose(a: Values) -> Shape:
    """One truth value."""
    return ()


def _shifted(a: Values) -> str | None:
    if isinstance(a["y"], int):
        return a.dtype("x")
    return promoted("x y")(a)


@gives(promoted("x y"), "bitwise_and bitwise_or bitwise_xor")
def bitwise(a: Values) -> Shape:
    """The shape of two tensors that are alike; Keras disregards `y`, but computes with it."""
    first, second = a.tensor("x"), a.tensor("y")
    if broadcast(first, second) != first:
        raise CannotTell
    return first


@gives(_shifted, "bitwise_left_shift bitwise_right_shift left_shift right_shift")
def shift(a: Values) -> Shape:
    """The shape of `x`, which integers or a tensor that is alike shift."""
    return a.tensor("x") if isinstance(a["y"], int) else bitwise(a)


@gives(promoted("x1 x2"), "where")
def where(a: Values) -> Shape:
    """The shape in which the condition and both choices meet."""
    if a["x1"] is None or a["x2"] is None:
        raise CannotTell
    return together(a.shape("condition"), a.shape("x1"), a.shape("x2"))


@gives(lambda a: "float32" if _chosen(a) == {"float32"} else None, "select")
def select(a: Values) -> Shape:
    """The shape of the choices, where they are alike; else Keras says that of the first."""
    shapes = {spec.shape for name in ("condlist", "choicelist") for spec in a.tensors(name)}
    first = next(iter(shapes))
    if len(shapes) > 1 or first is None or a.shape("default"):
        raise CannotTell
    return first


def _chosen(a: Values) -> set[str | None]:
    return {spec.dtype for spec in a.tensors("choicelist")}
