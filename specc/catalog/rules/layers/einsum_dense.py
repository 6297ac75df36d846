"""EinsumDense: its equation says which sizes come from the input, and which from `output_shape`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from specc.catalog.rules.arithmetic import shape_of
from specc.catalog.rules.layers.quantization import Kernel, kernel_slots, lora_slots
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, slots_of
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec, show_shape

EQUATION = re.compile(r"(\.{3})?([a-zA-Z]+)(\.{3})?,([a-zA-Z]+)->(\.{3})?([a-zA-Z]+)(\.{3})?")


@dataclass(frozen=True)
class Equation:
    """The letters of `...input,kernel->...output`."""

    input: str
    kernel: str
    output: str
    left: bool
    right: bool


@dataclass(frozen=True)
class Shapes:
    """What an equation makes of an input."""

    output: Shape
    kernel: tuple[int, ...]
    bias: Shape | None


@shapes_of("EinsumDense")
def einsum_dense(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The equation's output."""
    shapes = _shapes(a, x)
    return UNKNOWN if shapes is None else TensorSpec(shapes.output, a.policy.compute)


@slots_of("EinsumDense")
def einsum_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """`kernel` and `bias`, with what quantization keeps beside and the kernels of LoRA."""
    shapes, equation, dtype = _shapes(a, x), _equation(a["equation"]), a.policy.variable
    if shapes is None or equation is None or dtype is None:
        return None
    if a.policy.quantization not in (None, "float8") and (equation.left or equation.right):
        raise RuleError(f"can't be quantized with dots in `{a['equation']}`", argument="equation")
    slots = kernel_slots(a, _kernel(equation, shapes.kernel))
    if slots is None:
        return None
    if shapes.bias is not None:
        slots.append(SlotSpec("bias", shapes.bias, dtype))
    return slots + lora_slots(a, "kernel", shapes.kernel)


def _kernel(equation: Equation, shape: tuple[int, ...]) -> Kernel:
    """The kernel as a matrix: its rows are what the equation sums over."""
    sizes = dict(zip(equation.kernel, shape, strict=True))
    rows = math.prod(size for letter, size in sizes.items() if letter not in equation.output)
    columns = math.prod(size for letter, size in sizes.items() if letter in equation.output)
    return Kernel(shape, rows, columns, _scale(equation, sizes))


def _scale(equation: Equation, sizes: Mapping[str, int]) -> Shape | None:
    """The shape of an 8-bit kernel's scales, which stand like the output: Keras's own way there.

    None where more letters are summed over than the output has others for.
    """
    summed = [letter for letter in equation.kernel if letter not in equation.output]
    axes = [place for place, letter in enumerate(equation.output) if letter not in sizes]
    if len(summed) > len(axes):
        return None
    shape = [sizes[letter] for letter in equation.output if letter in sizes]
    for axis in axes:
        shape.insert(axis, 1)
    return tuple(shape)


@cache
def _equation(text: str) -> Equation | None:
    found = EQUATION.fullmatch(text)
    if found is None:
        return None
    left, given, right, kernel, out_left, output, out_right = found.groups()
    fits = left == out_left and right == out_right and not (left and right)
    return Equation(given, kernel, output, bool(left), bool(right)) if fits else None


def _shapes(a: Arguments, x: Specs) -> Shapes | None:
    shape, equation = shape_of(x), _equation(a["equation"])
    if shape is None or equation is None:
        return None
    elided = len(shape) - len(equation.input)
    if elided < 0 or (elided > 0 and not (equation.left or equation.right)):
        more = " or more" if equation.left or equation.right else ""
        raise RuleError(
            f"needs an input of rank {len(equation.input)}{more} for `{a['equation']}`,"
            f" not {show_shape(shape)}",
            argument="equation",
        )
    output = _output(a, equation, shape, elided)
    if len(output) != len(equation.output) + elided:
        return None  # Keras states this shape, though what comes out has another rank
    inside, outside = _sizes(equation, shape, output, elided)
    _check_shared(a, equation, inside, outside)
    sizes = inside | outside
    kernel = tuple(_size(a, sizes, letter) for letter in equation.kernel)
    return Shapes(output, kernel, _bias(a, equation, outside, elided))


def _output(a: Arguments, equation: Equation, shape: Shape, elided: int) -> Shape:
    """The whole output's shape: `output_shape` says all but the batch and the dots.

    Keras states the dots' sizes on the left the wrong way round: what differs is unknown.
    """
    given = a["output_shape"]
    partial = (given,) if isinstance(given, int) else tuple(given)
    if equation.left:
        dots = shape[1:elided]
        pairs = zip(dots, reversed(dots), strict=True)
        return (shape[0], *(one if one == other else None for one, other in pairs), *partial)
    return (shape[0], *partial, *shape[len(shape) - elided :])


def _sizes(
    equation: Equation, shape: Shape, output: Shape, elided: int
) -> tuple[dict[str, Size], dict[str, Size]]:
    """The size of each letter, in the input and in the output."""
    skip = elided if equation.left else 0
    inside = dict(zip(equation.input, shape[skip:], strict=False))
    return inside, dict(zip(equation.output, output[skip:], strict=False))


def _check_shared(
    a: Arguments, equation: Equation, inside: dict[str, Size], outside: dict[str, Size]
) -> None:
    """Letters that input and output share have one size; each letter has one at all."""
    for letter, size in inside.items():
        if outside.get(letter, size) not in (size, None):
            raise RuleError(
                f"has {size} for `{letter}` in its input, but {outside[letter]} in `output_shape`",
                argument="output_shape",
            )
    for letter in equation.output:
        if letter not in equation.input + equation.kernel:
            raise RuleError(
                f"has `{letter}` in its output only: `{a['equation']}`", argument="equation"
            )


def _size(a: Arguments, sizes: dict[str, Size], letter: str) -> int:
    """The size of a kernel's axis, which must be known."""
    if letter not in sizes:
        raise RuleError(f"has `{letter}` in its kernel only: `{a['equation']}`", "", "equation")
    size = sizes[letter]
    if size is None:
        raise RuleError(f"needs to know the size of `{letter}` in `{a['equation']}`")
    return size


def _bias(a: Arguments, equation: Equation, outside: dict[str, Size], elided: int) -> Shape | None:
    """The bias's shape: the sizes of its axes, and ones from the first of them on."""
    axes = a["bias_axes"]
    if axes is None:
        return None
    if not axes or any(letter not in equation.output for letter in axes):
        raise RuleError(
            f"has `{axes}` as axes of its bias, which aren't all in `{a['equation']}`",
            argument="bias_axes",
        )
    letters = equation.output[min(equation.output.find(letter) for letter in axes) :]
    sizes = [_size(a, outside, letter) if letter in axes else 1 for letter in letters]
    return (*sizes, *(1,) * (0 if equation.left else elided))
