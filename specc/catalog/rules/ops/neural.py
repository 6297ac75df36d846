"""Functions of neural networks: convolution, pooling, losses, normalisation, attention."""

from __future__ import annotations

from collections.abc import Sequence

from specc.catalog.rules.arithmetic import (
    axis_of,
    channels_of,
    joined,
    product,
    space_of,
    window_count,
)
from specc.catalog.rules.ops.dtypes import FLOAT32, SAME, asked, if_float32, of, promoted
from specc.catalog.rules.ops.values import (
    CannotTell,
    Values,
    gives,
    gives_all,
    integers_in,
    same_shape,
    same_size,
)
from specc.catalog.rules.promotion import result_type
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, Specs, TensorSpec, show_shape


@gives(of("inputs"), "conv")
def conv(a: Values) -> Shape:
    """`[batch, …, channels]` → `[batch, …, filters]`."""
    return _convolved(a, "kernel", a.tensor("kernel")[-1:])


@gives(of("inputs"), "depthwise_conv")
def depthwise_conv(a: Values) -> Shape:
    """Each channel by itself, several times."""
    return _convolved(a, "kernel", a.tensor("kernel")[-2:])


@gives(of("inputs"), "separable_conv")
def separable_conv(a: Values) -> Shape:
    """Each channel by itself, then all together."""
    return _convolved(a, "depthwise_kernel", a.tensor("pointwise_kernel")[-1:])


def _convolved(a: Values, kernel_name: str, filters: Shape) -> Shape:
    shape, kernel, first = a.tensor("inputs"), a.tensor(kernel_name), a.channels_first()
    _check_kernel(shape, kernel, kernel_name)
    _check_channels(channels_of(shape, first), kernel[-2], shape, kernel, kernel_name)
    space = space_of(shape, first)
    windows = [
        None if size is None else (size - 1) * dilation + 1
        for size, dilation in zip(kernel[:-2], _each(a["dilation_rate"], len(space)), strict=True)
    ]
    return joined(shape[0], _windowed(a, shape, windows), product(filters), first)


def _check_kernel(shape: Shape, kernel: Shape, name: str) -> None:
    if len(shape) != len(kernel) or len(shape) < 3:
        raise RuleError(
            f"can't apply a kernel {show_shape(kernel)} to {show_shape(shape)}: their ranks differ",
            argument=name,
        )


def _check_channels(one: Size, other: Size, shape: Shape, kernel: Shape, name: str) -> None:
    if None not in (one, other) and one != other:
        raise RuleError(
            f"can't apply a kernel {show_shape(kernel)} for {other} channels to "
            f"{show_shape(shape)}, which has {one}",
            argument=name,
        )


def _each(value: object, count: int) -> tuple[int, ...]:
    """A number for each dimension of space."""
    numbers = integers_in(value)
    if isinstance(value, int):
        return numbers * count
    if len(numbers) != count:
        raise CannotTell
    return numbers


def _windowed(a: Values, shape: Shape, windows: Sequence[Size]) -> Shape:
    """How many positions a window has in each dimension of space."""
    space, padding = space_of(shape, a.channels_first()), a.word("padding")
    if padding not in ("valid", "same", "causal"):
        raise RuleError(f"knows no padding `{padding}`", argument="padding")
    strides = windows if a["strides"] is None else _each(a["strides"], len(space))
    counts: list[Size] = []
    for size, window, stride in zip(space, windows, strides, strict=True):
        if window is None or stride is None or stride < 1:
            raise CannotTell
        count = window_count(size, window, stride, padding)
        if count is not None and count < 1:
            raise RuleError(f"has a window of {window} that doesn't fit in {show_shape(shape)}")
        counts.append(count)
    return tuple(counts)


@gives(of("inputs"), "average_pool max_pool")
def pool(a: Values) -> Shape:
    """`[batch, …, channels]` with less space."""
    shape, first = a.tensor("inputs"), a.channels_first()
    if len(shape) < 3:
        raise CannotTell
    windows = _each(a["pool_size"], len(shape) - 2)
    return joined(shape[0], _windowed(a, shape, windows), channels_of(shape, first), first)


@gives(of("inputs"), "adaptive_average_pool adaptive_max_pool")
def adaptive_pool(a: Values) -> Shape:
    """Space of a fixed size; with channels last Keras says a wrong shape."""
    shape = a.tensor("inputs")
    size = a["output_size"]
    if not a.channels_first() or not isinstance(size, tuple) or len(shape) != len(size) + 2:
        raise CannotTell
    return (*shape[:2], *integers_in(size))


@gives(of("inputs"), "conv_transpose")
def conv_transpose(a: Values) -> Shape:
    """Space grows by the strides."""
    shape, kernel, first = a.tensor("inputs"), a.tensor("kernel"), a.channels_first()
    _check_kernel(shape, kernel, "kernel")
    _check_channels(channels_of(shape, first), kernel[-1], shape, kernel, "kernel")
    space = space_of(shape, first)
    padding = a.word("padding")
    if padding not in ("valid", "same"):
        raise RuleError(f"knows no padding `{padding}`", argument="padding")
    strides = _each(a["strides"], len(space))
    dilations = _each(a["dilation_rate"], len(space))
    extra: Sequence[int | None] = [None] * len(space)
    if a["output_padding"] is not None:
        extra = _each(a["output_padding"], len(space))
    grown = [
        _grown(*sizes, padding)
        for sizes in zip(space, kernel[:-2], strides, dilations, extra, strict=True)
    ]
    return joined(shape[0], grown, kernel[-2], first)


def _grown(
    size: Size, kernel: Size, stride: int, dilation: int, extra: int | None, padding: str
) -> Size:
    if kernel is None:
        raise CannotTell
    if size is None:
        return None
    window = (kernel - 1) * dilation + 1
    if padding == "valid":
        extra = max(window, stride) - window if extra is None else extra
        return (size - 1) * stride + window + extra
    return size * stride if extra is None else (size - 1) * stride + window % 2 + extra


@gives(SAME, "glu")
def glu(a: Values) -> Shape:
    """One half of an axis gates the other."""
    shape = a.tensor("x")
    axis = a.axis("axis", len(shape))
    size = shape[axis]
    if size is not None and size % 2:
        raise RuleError(f"needs an even size at axis {axis}, not {show_shape(shape)}")
    return (*shape[:axis], None if size is None else size // 2, *shape[axis + 1 :])


@gives(asked(FLOAT32), "one_hot")
def one_hot(a: Values) -> Shape:
    """A new axis of classes."""
    return _with_classes(a, a.shape("x"))


@gives(lambda a: None, "multi_hot")
def multi_hot(a: Values) -> Shape:
    """Classes instead of the axis of labels; Keras says the dtype of the labels."""
    shape = a.tensor("inputs")
    if a["num_classes"] is None:
        raise CannotTell
    wide = _with_classes(a, shape)
    return wide[-1:] if len(wide) == 2 else (wide[0], *wide[2:])


def _with_classes(a: Values, shape: Shape) -> Shape:
    axis = a.integer("axis")
    if axis == -1:
        return (*shape, a.size("num_classes"))
    if axis == len(shape):
        raise CannotTell  # Keras refuses that of symbolic tensors only
    if not 0 <= axis < len(shape):
        raise RuleError(f"can't add an axis {axis} to {show_shape(shape)}", argument="axis")
    return (*shape[:axis], a.size("num_classes"), *shape[axis:])


@gives(of("output"), "binary_crossentropy")
def binary_crossentropy(a: Values) -> Shape:
    """A loss for each value."""
    return _alike(a)


@gives(of("output"), "categorical_crossentropy")
def categorical_crossentropy(a: Values) -> Shape:
    """A loss for each row."""
    shape = _alike(a)
    if not shape:
        raise RuleError("needs tensors of rank 1 or more, not []")
    return shape[:-1]


def _alike(a: Values) -> Shape:
    target, output = a.tensor("target"), a.tensor("output")
    if not same_shape(target, output):
        raise RuleError(
            f"needs a target and an output of one shape, not {show_shape(target)} and "
            f"{show_shape(output)}"
        )
    return output


@gives(of("output"), "sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(a: Values) -> Shape:
    """A loss for each label."""
    target, output = a.tensor("target"), a.tensor("output")
    if not output:
        raise RuleError("needs an output of rank 1 or more, not []")
    axis = a.axis("axis", len(output))
    rest = (*output[:axis], *output[axis + 1 :])
    if len(target) == len(output) and same_size(target[-1], 1):
        target = target[:-1]
    if not same_shape(target, rest):
        raise RuleError(
            f"needs labels of shape {show_shape(rest)} for {show_shape(output)}, not "
            f"{show_shape(target)}",
            argument="target",
        )
    return rest


@gives(SAME, "batch_normalization")
def batch_normalization(a: Values) -> Shape:
    """The shape of `x`; the statistics are vectors."""
    shape = a.tensor("x")
    axis = axis_of(a.integer("axis"), len(shape))
    for name in ("mean", "variance", "offset", "scale"):
        if a[name] is None:
            if name in ("scale", "offset") and a["offset"] is None and a["scale"] is None:
                continue
            if name == "offset":
                continue
            raise CannotTell
        if not same_shape(a.tensor(name), (shape[axis],)):
            raise RuleError(
                f"needs a `{name}` of shape {show_shape((shape[axis],))}, not "
                f"{show_shape(a.tensor(name))}",
                argument=name,
            )
    return shape


@gives_all("dot_product_attention")
def dot_product_attention(a: Values) -> Specs:
    """The shape of the query, where values are as wide."""
    query, value = a.tensor("query"), a.tensor("value")
    dtype = promoted("query key value")(a)
    if not query or not value or not same_size(query[-1], value[-1]):
        return TensorSpec(None, dtype)
    return TensorSpec(query, dtype)


@gives(lambda a: result_type([a.dtype("output"), "float32"]), "ctc_loss")
def ctc_loss(a: Values) -> Shape:
    """A loss for each sequence."""
    names = ("target", "output", "target_length", "output_length")
    firsts = [a.tensor(name)[:1] for name in names]
    if () in firsts:
        raise CannotTell
    for first in firsts[1:]:
        if not same_shape(firsts[0], first):
            raise RuleError("needs one size of the batch in all its tensors")
    return firsts[0]


@gives_all("ctc_decode")
def ctc_decode(a: Values) -> Specs:
    """Labels of each path, and how likely each path is."""
    shape = a.tensor("inputs")
    if len(shape) < 2:
        raise CannotTell
    paths = 1 if a["strategy"] == "greedy" else a.integer("top_paths")
    labels = TensorSpec((paths, *shape[:2]), "int32")
    return (labels, TensorSpec((shape[0], paths), result_type([a.dtype("inputs"), "float32"])))


@gives(if_float32("x1"), "psnr")
def psnr(a: Values) -> Shape:
    """One number."""
    if len(a.tensor("x1")) != len(a.tensor("x2")):
        raise RuleError("needs two tensors of one rank")
    return ()


@gives(SAME, "depth_to_space")
def depth_to_space(a: Values) -> Shape:
    """Blocks of channels become blocks of space."""
    batch, rows, columns, channels, block = _image(a)
    if channels is not None and channels % block**2:
        raise RuleError(f"needs channels in blocks of {block**2}, not {channels}")
    grown = [None if size is None else size * block for size in (rows, columns)]
    depth = None if channels is None else channels // block**2
    return joined(batch, grown, depth, a.channels_first())


@gives(SAME, "space_to_depth")
def space_to_depth(a: Values) -> Shape:
    """Blocks of space become blocks of channels."""
    batch, rows, columns, channels, block = _image(a)
    for size in (rows, columns):
        if size is not None and size % block:
            raise RuleError(f"needs space in blocks of {block}, not {show_shape(a.tensor())}")
    shrunk = [None if size is None else size // block for size in (rows, columns)]
    depth = None if channels is None else channels * block**2
    return joined(batch, shrunk, depth, a.channels_first())


def _image(a: Values) -> tuple[Size, Size, Size, Size, int]:
    shape, first = a.tensor("x"), a.channels_first()
    if len(shape) != 4:
        raise RuleError(f"needs an input of rank 4, not {show_shape(shape)}")
    rows, columns = space_of(shape, first)
    block = a.integer("block_size")
    if block < 1:
        raise CannotTell
    return (shape[0], rows, columns, channels_of(shape, first), block)


@gives(SAME, "unfold")
def unfold(a: Values) -> Shape:
    """`[batch, channels, rows, columns]` → each window as a column."""
    batch, channels, *space = _of_rank(a, 4)
    names = ("kernel_size", "dilation", "padding", "stride")
    kernel, dilation, padding, stride = (_each(a[name], 2) for name in names)
    sizes = [size for size in space if size is not None]
    if channels is None or len(sizes) < 2 or min(stride) < 1:
        raise CannotTell
    counts = [
        (size + 2 * pad - dilated * (window - 1) - 1) // step + 1
        for size, window, dilated, pad, step in zip(
            sizes, kernel, dilation, padding, stride, strict=True
        )
    ]
    if min(counts) < 1:
        raise CannotTell
    return (batch, product((channels, *kernel)), product(counts))


@gives(SAME, "fold")
def fold(a: Values) -> Shape:
    """The way back: windows as columns → `[batch, channels, rows, columns]`."""
    batch, depth, _ = _of_rank(a, 3)
    window = product(_each(a["kernel_size"], 2)) or 0
    if window < 1:
        raise CannotTell
    if depth is not None and depth % window:
        raise RuleError(f"needs windows of {window} values, not {show_shape(a.tensor())}")
    return (batch, None if depth is None else depth // window, *_each(a["output_size"], 2))


def _of_rank(a: Values, rank: int) -> Shape:
    shape = a.tensor("x")
    if len(shape) != rank:
        raise RuleError(f"needs an input of rank {rank}, not {show_shape(shape)}")
    return shape
