"""A model's summary for people, with rich on a terminal and plain in a pipe; and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from specc.diagnostics.render.visible import visible
from specc.ir.summary import Row, Shape, Summary, Weights, flat

if TYPE_CHECKING:
    from specc.cli.console import Console

JSON_VERSION: Final = 1
STEP_COLUMNS: Final = 8
"""The first column's least width: short names in a narrow column are hard to tell from classes."""

MAX_PARAM_LENGTH: Final = 24
"""Longer values of parameters, tables of sizes mostly, would hide the others."""

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")
_PREFIXES: Final = ("", "k", "M", "G", "T")


@dataclass(frozen=True)
class Header:
    """What stands above the table beside the model's own facts."""

    variant: str | None
    params: Mapping[str, object]
    doc: str
    flops: int | None = None


def as_text(summary: Summary, header: Header, console: Console) -> str:
    """The page: for a terminal with colours and bars, else plain lines as wide as they need be."""
    heading, columns, footing = (
        _heading(summary, header),
        _columns(summary),
        _footing(summary, header),
    )
    if console.out.isatty():
        from specc.cli.terminal_table import terminal_page  # rich costs more than all the rest

        color = console.color(console.out)
        return terminal_page(summary, heading, columns, footing, color)
    lines = [*heading, "", *_lines(columns), "", *footing]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _lines(columns: list[list[str]]) -> Iterator[str]:
    """The columns side by side, texts to the left and numbers to the right."""
    widths = [max(map(len, column)) for column in columns]
    widths[0] = max(widths[0], STEP_COLUMNS)
    for cells in zip(*columns, strict=True):
        padded = [
            cell.rjust(width) if place > 2 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        yield "  ".join(padded)


def _heading(summary: Summary, header: Header) -> list[str]:
    facts = [summary.style]
    if header.variant:
        facts.append(f"variant {visible(header.variant)}")
    params = [visible(f"{name}={value}") for name, value in header.params.items()]
    facts += [text for text in params if len(text) <= MAX_PARAM_LENGTH]
    return [f"{visible(summary.model)}  {visible(header.doc)}", " · ".join(facts)]


def _columns(summary: Summary) -> list[list[str]]:
    """Step, class, output, parameters, and those that don't train, if there are any."""
    rows = list(flat(summary.rows))
    columns = [
        ["step", *("  " * depth + visible(row.key) for depth, row in rows)],
        ["class", *(_class(row) for _, row in rows)],
        ["output", *(_shapes(row.outputs) for _, row in rows)],
        ["parameters", *(_number(row.weights.total) for _, row in rows)],
    ]
    if any(row.weights.non_trainable for _, row in rows):
        columns.append(["not trained", *(_number(row.weights.non_trainable) for _, row in rows)])
    return columns


def _class(row: Row) -> str:
    return f"{row.class_name} ×{row.calls}" if row.calls > 1 else row.class_name


def _shapes(outputs: Iterable[Shape]) -> str:
    return ", ".join(map(shape_text, outputs))


def shape_text(shape: Shape) -> str:
    """Sizes as `?×28×28×1`, unknown ones as `?`; `()` of a single number."""
    return "×".join("?" if size is None else str(size) for size in shape) or "()"


def _number(count: int) -> str:
    return f"{count:,}" if count else ""


def _footing(summary: Summary, header: Header) -> list[str]:
    weights = summary.weights
    lines = [f"gives {_shapes(summary.outputs)}"] if summary.outputs else []
    lines += [f"{_plural(weights.total, 'parameter')}: {_split(weights)}"]
    sizes = [f"{size_text(size)} of {dtype}" for dtype, size in sorted(weights.bytes.items())]
    if len(sizes) > 1:
        sizes.append(f"{size_text(sum(weights.bytes.values()))} in all")
    if sizes:
        lines.append(", ".join(sizes))
    if header.flops:
        lines.append(f"{flops_text(header.flops)} a sample")
    if any(row.calls > 1 for _, row in flat(summary.rows)):
        lines.append("×N: shared, applied N times")
    return lines


def _split(weights: Weights) -> str:
    if not weights.total:
        return "nothing to train"
    if not weights.non_trainable:
        return "all trainable"
    return f"{weights.trainable:,} trainable, {weights.non_trainable:,} not"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size_text(count: float) -> str:
    """Bytes in the unit that people read: `53.5 KiB`."""
    for unit in _UNITS:
        if count < 1024 or unit == _UNITS[-1]:
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"


def flops_text(count: float) -> str:
    """Floating-point operations in the unit that people read: `7.7 GFLOPs`."""
    for unit in _PREFIXES:
        if count < 1000 or unit == _PREFIXES[-1]:
            break
        count /= 1000
    return f"{count:.0f} FLOPs" if not unit else f"{count:.1f} {unit}FLOPs"


def as_json(summary: Summary, header: Header) -> dict[str, Any]:
    """The same facts as plain data."""
    return {
        "version": JSON_VERSION,
        "model": summary.model,
        "style": summary.style,
        "variant": header.variant,
        "params": dict(header.params),
        "rows": [_row(row) for row in summary.rows],
        "outputs": [list(shape) for shape in summary.outputs],
        "total": _weights(summary.weights),
        "flops": header.flops,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "class": row.class_name,
        "outputs": [list(shape) for shape in row.outputs],
        "calls": row.calls,
        **_weights(row.weights),
        "rows": [_row(inner) for inner in row.rows],
    }


def _weights(weights: Weights) -> dict[str, Any]:
    return {
        "trainable": weights.trainable,
        "non_trainable": weights.non_trainable,
        "bytes": dict(weights.bytes),
    }
