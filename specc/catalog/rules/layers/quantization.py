"""What quantization makes of a kernel: smaller numbers, some packed, and what they are scaled by.

After `_int8_build`, `_int4_build`, `_gptq_build`, `_awq_build` and `_float8_build` of Keras 3.15's
Dense, EinsumDense, Embedding and ReversibleEmbedding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specc.catalog.rules.registry import Arguments, RuleError
from specc.catalog.rules.slot_spec import SlotKind, SlotSpec
from specc.catalog.rules.tensor_spec import Shape

WITHOUT_EFFECT = frozenset(
    {"Float8QuantizationConfig", "Int8QuantizationConfig", "QuantizationConfig"}
)
"""Configs that say nothing of variables, only of how activations are rounded."""

BLOCK = 128
"""How many numbers share a scale where an `Int4QuantizationConfig` doesn't say."""


@dataclass(frozen=True, slots=True)
class Quantization:
    """To what a layer's kernel is quantized.

    Attributes:
        mode: `int8`, `int4`, `float8`, `gptq` or `awq`; empty for none of them.
        bits: How many bits a number takes; two of four stand in one byte.
        block: How many numbers share a scale; None where all of a row do.
    """

    mode: str
    bits: int = 0
    block: int | None = None

    def blocks(self, count: int) -> int:
        """How many scales so many numbers have."""
        return 1 if self.block is None else math.ceil(count / self.block)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel as it is without quantization, and as it is packed.

    Attributes:
        shape: Its shape.
        rows: How many numbers each output is a sum over.
        columns: How many outputs.
        scale: The shape of its scales at 8 bits; None where it isn't known.
    """

    shape: tuple[int, ...]
    rows: int
    columns: int
    scale: Shape | None


def quantization(a: Arguments) -> Quantization | None:
    """What the dtype policy `int4/128_from_float32` and the config say; None: not known."""
    mode, *numbers = (a.policy.quantization or "").split("/")
    bits = int(numbers[0]) if len(numbers) == 2 else 0
    found = Quantization(mode, bits, _block(numbers[-1]) if numbers else None)
    config = a.get("quantization_config") if mode else None
    if config is None:
        return None if mode in ("gptq", "awq") and not bits else found
    name, given = _named(config)
    if name == "Int4QuantizationConfig":
        block = _block(given.get("block_size", BLOCK))
        return Quantization(mode, bits, block) if mode == "int4" else found
    return found if name in WITHOUT_EFFECT else None


def _block(written: object) -> int | None:
    size = None if written is None else int(str(written))
    return None if size == -1 else size


def _named(config: object) -> tuple[str, Mapping[str, Any]]:
    """The class and the arguments of an object in its YAML form."""
    use = {config: {}} if isinstance(config, str) else config
    name = next(iter(use), "") if isinstance(use, dict) else ""
    return name, (use[name] or {}) if isinstance(use, dict) and name else {}


def kernel_slots(a: Arguments, kernel: Kernel) -> list[SlotSpec] | None:
    """A kernel, and what its quantization keeps beside it; None where that isn't known.

    Raises:
        RuleError: it can't be quantized so.
    """
    found, dtype = quantization(a), a.policy.variable
    if found is None or dtype is None:
        return None
    match found.mode:
        case "int8":
            scale = kernel.scale
            return None if scale is None else _scaled("kernel", kernel.shape, scale, dtype)
        case "int4":
            return _packed_kernel(found, kernel, dtype)
        case "gptq" | "awq":
            return _calibrated(found, kernel, dtype)
        case "float8":
            return [*_float8(a), SlotSpec("kernel", kernel.shape, dtype)]
        case _:
            return [SlotSpec("kernel", kernel.shape, dtype)]


def _scaled(name: str, shape: Shape, scale: Shape, dtype: str) -> list[SlotSpec]:
    """Numbers of 8 bits, with their scales."""
    numbers = SlotSpec(name, shape, "int8", trainable=False)
    return [numbers, _statistic(f"{name}_scale", scale, dtype)]


def _halved(count: int) -> int:
    """How many bytes hold so many numbers of four bits."""
    return (count + 1) // 2


def _packed_kernel(found: Quantization, kernel: Kernel, dtype: str) -> list[SlotSpec]:
    """Two numbers in a byte; in blocks, each has a scale and a zero of its own."""
    rows, columns = kernel.rows, kernel.columns
    scale = (columns,) if found.block is None else (found.blocks(rows), columns)
    slots = [
        SlotSpec("kernel", (rows, _halved(columns)), "int8", trainable=False),
        _statistic("kernel_scale", scale, dtype),
    ]
    if found.block is not None:
        slots.append(_statistic("kernel_zero", scale, "int8"))
        slots.append(_statistic("g_idx", (rows,), "float32"))
    return slots


def _calibrated(found: Quantization, kernel: Kernel, dtype: str) -> list[SlotSpec]:
    """Rows and columns change places; AWQ has a scale more for each row."""
    rows, columns = _matrix(kernel.shape)
    scale = (columns, found.blocks(rows))
    bytes_ = _halved(columns) if found.bits == 4 else columns
    return [
        SlotSpec("quantized_kernel", (bytes_, rows), "uint8", trainable=False),
        _statistic("kernel_scale", scale, dtype),
        _statistic("kernel_zero", scale, "uint8"),
        *([_statistic("awq_scales", (rows,), dtype)] if found.mode == "awq" else ()),
        _statistic("g_idx", (rows,), "float32"),
    ]


def _matrix(shape: tuple[int, ...]) -> tuple[int, int]:
    """A kernel as rows and columns: the largest of three sizes is taken for a width.

    Raises:
        RuleError: it has too few or too many sizes.
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) != 3:
        raise RuleError(f"can't be quantized so: its kernel has rank {len(shape)}, not 2 or 3")
    if shape.index(max(shape)) == 0:
        return shape[0], shape[1] * shape[2]
    return shape[0] * shape[1], shape[2]


def _float8(a: Arguments) -> list[SlotSpec]:
    """The scales of float8 and the maxima that they come from; gradients overwrite them."""
    return [
        SlotSpec(f"{of}_{what}", shape)
        for of in ("inputs", "kernel", "outputs_grad")
        for what, shape in (("scale", ()), ("amax_history", (a.policy.history,)))
    ]


def embedding_slots(
    a: Arguments, name: str, shape: tuple[int, int], *, back: bool = False
) -> list[SlotSpec] | None:
    """A table of embeddings, `back` one that leads from them to tokens; None where not known.

    Raises:
        RuleError: it can't be quantized so.
    """
    found, dtype = quantization(a), a.policy.variable
    if found is not None and found.mode not in ("", "int8", "int4"):
        raise RuleError(f"can't be quantized to {found.mode}")
    if found is None or dtype is None:
        return None
    tokens, size = reversed(shape) if back else shape
    if not found.mode:
        return [SlotSpec(name, shape, dtype)]
    if found.mode == "int8":
        return _scaled(name, shape, (tokens,), dtype)
    packed = (_halved(size), tokens) if back else (tokens, _halved(size))
    blocks = found.blocks(size)
    scale = (tokens,) if found.block is None else (blocks, tokens) if back else (tokens, blocks)
    slots = [
        SlotSpec(name, packed, "int8", trainable=False),
        _statistic(f"{name}_scale", scale, dtype),
    ]
    if found.block is not None:
        slots.append(_statistic(f"{name}_zero", scale, dtype if back else "int8"))
        slots += [] if back else [_statistic("g_idx", (size,), "float32")]
    return slots


def lora_slots(a: Arguments, name: str, shape: tuple[int, ...]) -> list[SlotSpec]:
    """The two small kernels of LoRA beside a large one, always in float32.

    Raises:
        RuleError: there can be none beside a kernel so quantized.
    """
    rank = a["lora_rank"]
    if not rank:
        return []
    mode = (a.policy.quantization or "").partition("/")[0]
    if mode in ("gptq", "awq"):
        raise RuleError(f"can't have LoRA on weights quantized by {mode}", argument="lora_rank")
    return [
        SlotSpec(f"lora_{name}_a", (*shape[:-1], rank)),
        SlotSpec(f"lora_{name}_b", (rank, shape[-1])),
    ]


def _statistic(name: str, shape: Shape, dtype: str) -> SlotSpec:
    return SlotSpec(name, shape, dtype, SlotKind.STATISTIC, trainable=False)
