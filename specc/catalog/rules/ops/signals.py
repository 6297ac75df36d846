"""Functions of signals and sequences: Fourier transforms, differences, complex numbers."""

from __future__ import annotations

from specc.catalog.rules.ops.dtypes import FLOAT32, SAME, always, of, promoted
from specc.catalog.rules.ops.values import (
    CannotTell,
    Values,
    gives,
    gives_all,
    same_shape,
    shape_in,
    size_in,
)
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, Specs, TensorSpec, show_shape


def _parts(a: Values, rank: int) -> tuple[TensorSpec, TensorSpec, Shape]:
    """The real and the imaginary part, and their shape."""
    pair = a.tensors("x")
    if len(pair) != 2:
        raise RuleError(f"needs a real and an imaginary part, not {len(pair)} tensors")
    real, imaginary = pair
    shape = shape_in(real)
    if not same_shape(shape, shape_in(imaginary)):
        raise RuleError(f"needs parts of one shape, not {real} and {imaginary}")
    if len(shape) < rank:
        raise RuleError(f"needs parts of rank {rank} or more, not {show_shape(shape)}")
    return real, imaginary, shape


@gives_all("fft")
def fft(a: Values) -> Specs:
    """The same shapes, of one dimension or more."""
    return _transformed(a, 1)


@gives_all("fft2 ifft2")
def fft2(a: Values) -> Specs:
    """The same shapes, of two dimensions or more."""
    return _transformed(a, 2)


def _transformed(a: Values, rank: int) -> Specs:
    real, imaginary, shape = _parts(a, rank)
    if None in shape[-rank:]:
        raise CannotTell  # Keras refuses that of symbolic tensors only
    return (real, imaginary)


@gives_all("rfft")
def rfft(a: Values) -> Specs:
    """Half of the spectrum, in two parts."""
    shape = a.tensor("x")
    if not shape:
        raise RuleError("needs an input of rank 1 or more, not []")
    length = shape[-1] if a["fft_length"] is None else size_in(a["fft_length"])
    return _in_parts((*shape[:-1], None if length is None else length // 2 + 1), a)


def _in_parts(shape: Shape, a: Values) -> Specs:
    spec = TensorSpec(shape, a.dtype("x"))
    return (spec, spec)


@gives_all("irfft")
def irfft(a: Values) -> Specs:
    """The way back."""
    real, _, shape = _parts(a, 1)
    size = shape[-1]
    length = None if size is None else 2 * (size - 1)
    if a["fft_length"] is not None:
        length = size_in(a["fft_length"])
    if length is not None and length < 0:
        raise CannotTell
    return TensorSpec((*shape[:-1], length), real.dtype)


@gives_all("stft")
def stft(a: Values) -> Specs:
    """The spectrum of each frame, in two parts."""
    shape = a.tensor("x")
    if not shape:
        raise CannotTell
    stride, length = a.integer("sequence_stride"), a.integer("fft_length")
    padded = length // 2 * 2 if a["center"] else 0
    size = shape[-1]
    frames = None if size is None else _frames(size + padded, length, stride)
    return _in_parts((*shape[:-1], frames, length // 2 + 1), a)


def _frames(size: int, length: int, stride: int) -> int:
    if stride < 1 or size < length:
        raise CannotTell
    return 1 + (size - length) // stride


@gives_all("istft")
def istft(a: Values) -> Specs:
    """The way back."""
    real, _, shape = _parts(a, 2)
    stride, window = a.integer("sequence_stride"), a.integer("fft_length")
    length: Size = None
    if a["length"] is not None:
        length = size_in(a["length"])
    elif shape[-2] is not None:
        length = (shape[-2] - 1) * stride + window - (window // 2 * 2 if a["center"] else 0)
    if length is not None and length < 0:
        raise CannotTell
    return TensorSpec((*shape[:-2], length), real.dtype)


@gives(SAME, "extract_sequences")
def extract_sequences(a: Values) -> Shape:
    """`[..., n]` → `[..., frames, length]`."""
    shape = a.tensor("x")
    if not shape:
        raise RuleError("needs an input of rank 1 or more, not []")
    length, stride = a.integer("sequence_length"), a.integer("sequence_stride")
    frames = None if shape[-1] is None else _frames(shape[-1], length, stride)
    return (*shape[:-1], frames, length)


@gives(of("a"), "diff")
def diff(a: Values) -> Shape:
    """One less along the axis for each time."""
    shape = a.tensor("a")
    axis, times = a.axis("axis", len(shape)), a.integer("n")
    size = shape[axis]
    if times < 0:
        raise CannotTell
    return (*shape[:axis], None if size is None else max(size - times, 0), *shape[axis + 1 :])


@gives(promoted("y", "float"), "trapezoid")
def trapezoid(a: Values) -> Shape:
    """Without the axis."""
    shape = a.tensor("y")
    axis = a.axis_if_there("axis", len(shape))
    return (*shape[:axis], *shape[axis + 1 :])


@gives(SAME, "vander")
def vander(a: Values) -> Shape:
    """A row of powers for each value."""
    shape = a.tensor("x")
    if len(shape) != 1:
        raise CannotTell
    return (*shape, shape[0] if a["N"] is None else a.size("N"))


def _correlated(a: Values) -> str | None:
    found = promoted("x1 x2")(a)
    if found in (None, "bfloat16", "float16", "float64"):
        return found
    return "float64" if found == "int64" else "float32"


@gives(_correlated, "correlate")
def correlate(a: Values) -> Shape:
    """A vector, as long as `mode` says."""
    first, second = a.tensor("x1"), a.tensor("x2")
    if len(first) != 1 or len(second) != 1:
        raise RuleError(f"needs vectors, not {show_shape(first)} and {show_shape(second)}")
    long, short = first[0], second[0]
    if long is None or short is None:
        raise CannotTell
    match a["mode"]:
        case "valid":
            return (abs(long - short) + 1,)
        case "same":
            return (max(long, short),)
        case "full":
            return (long + short - 1,)
        case mode:
            raise RuleError(f"knows no mode `{mode}`", argument="mode")


@gives(lambda a: None, "corrcoef")
def corrcoef(a: Values) -> Shape:
    """Keras says the shape of `x`, which is not what it computes."""
    raise CannotTell


@gives(always("complex64"), "view_as_complex")
def view_as_complex(a: Values) -> Shape:
    """The last axis holds the two parts."""
    shape = a.tensor("x")
    if not shape or shape[-1] not in (None, 2):
        raise CannotTell
    return shape[:-1]


@gives(FLOAT32, "view_as_real")
def view_as_real(a: Values) -> Shape:
    """A last axis for the two parts."""
    return (*a.tensor("x"), 2)
