"""A model's summary for people, with rich on a terminal and plain in a pipe; and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console as RichConsole
from rich.table import Table
from rich.text import Text

from specc.diagnostics.render.visible import visible
from specc.ir.summary import Row, Shape, Summary, Weights, flat

if TYPE_CHECKING:
    from specc.cli.console import Console

JSON_VERSION: Final = 1
BAR_COLUMNS: Final = 12
MIN_COLUMNS_FOR_BARS: Final = 80
MIN_COLUMNS_FOR_SPLIT: Final = 70
MAX_PARAM_LENGTH: Final = 24
"""Longer values of parameters, tables of sizes mostly, would hide the others."""

PLAIN_COLUMNS: Final = 10_000
"""A pipe is as wide as it needs to be: other programs read lines."""

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")


@dataclass(frozen=True)
class Header:
    """What stands above the table beside the model's own facts."""

    variant: str | None
    params: Mapping[str, object]
    doc: str


def as_text(summary: Summary, header: Header, console: Console) -> str:
    """The table, as wide as the terminal."""
    terminal = console.out.isatty()
    page = StringIO()
    rich = RichConsole(
        file=page,
        force_terminal=terminal,
        color_system="standard" if console.color(console.out) else None,
        width=None if terminal else PLAIN_COLUMNS,
        highlight=False,
        legacy_windows=False,
    )
    bars = terminal and rich.width >= MIN_COLUMNS_FOR_BARS
    split = not terminal or rich.width >= MIN_COLUMNS_FOR_SPLIT
    table = _table(summary, terminal, bars, split)
    blank = [] if terminal else [""]  # on a terminal the table brings its own
    for part in (*_heading(summary, header), *blank, table, *blank, *_footing(summary)):
        rich.print(part, soft_wrap=not terminal)
    lines = (line.rstrip() for line in page.getvalue().splitlines())
    return "".join(f"{line}\n" for line in lines)


def _heading(summary: Summary, header: Header) -> Iterator[Text]:
    yield Text.assemble((visible(summary.model), "bold"), f"  {visible(header.doc)}")
    facts = [summary.style]
    if header.variant:
        facts.append(f"variant {visible(header.variant)}")
    params = [visible(f"{name}={value}") for name, value in header.params.items()]
    facts += [text for text in params if len(text) <= MAX_PARAM_LENGTH]
    yield Text(" · ".join(facts), style="dim")


def _table(summary: Summary, terminal: bool, bars: bool, split: bool) -> Table:
    rows = list(flat(summary.rows))
    split = split and any(row.weights.non_trainable for _, row in rows)
    largest = max((row.weights.total for _, row in rows if not row.rows), default=0)
    table = Table(box=SIMPLE_HEAD if terminal else None, pad_edge=False, header_style="bold")
    table.add_column("step", overflow="fold", min_width=8)
    table.add_column("class", overflow="fold")
    table.add_column("output", overflow="fold", style="cyan")
    table.add_column("parameters", justify="right", no_wrap=True)
    if split:
        table.add_column("not trained", justify="right", no_wrap=True, style="yellow")
    if bars:
        table.add_column("", no_wrap=True, style="green", min_width=BAR_COLUMNS)
    for depth, row in rows:
        cells: list[Text | str] = [_step(row, depth), _class(row), _shapes(row.outputs)]
        cells.append(_number(row.weights.total))
        cells += [_number(row.weights.non_trainable)] * split
        cells += [_bar(row, largest)] * bars
        table.add_row(*cells)
    return table


def _step(row: Row, depth: int) -> Text:
    scope, dot, name = row.key.rpartition(".")
    return Text.assemble("  " * depth, (visible(scope + dot), "dim"), visible(name))


def _class(row: Row) -> str:
    return f"{row.class_name} ×{row.calls}" if row.calls > 1 else row.class_name


def _shapes(outputs: Iterable[Shape]) -> str:
    return ", ".join(map(shape_text, outputs))


def shape_text(shape: Shape) -> str:
    """Sizes as `?×28×28×1`, unknown ones as `?`; `()` of a single number."""
    return "×".join("?" if size is None else str(size) for size in shape) or "()"


def _number(count: int) -> str:
    return f"{count:,}" if count else ""


def _bar(row: Row, largest: int) -> str:
    """The share of the parameters, in eighths of a column; models have theirs in their rows."""
    if not largest or row.rows:
        return ""
    eighths = -(-row.weights.total * BAR_COLUMNS * 8 // largest)  # rounded up: none looks like zero
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _footing(summary: Summary) -> Iterator[Text]:
    weights = summary.weights
    yield Text.assemble((_plural(weights.total, "parameter"), "bold"), f": {_split(weights)}")
    sizes = [f"{size_text(size)} of {dtype}" for dtype, size in sorted(weights.bytes.items())]
    if len(sizes) > 1:
        sizes.append(f"{size_text(sum(weights.bytes.values()))} in all")
    if sizes:
        yield Text(", ".join(sizes))
    if any(row.calls > 1 for _, row in flat(summary.rows)):
        yield Text("×N: shared, applied N times", style="dim")


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


def as_json(summary: Summary, header: Header) -> dict[str, Any]:
    """The same facts as plain data."""
    return {
        "version": JSON_VERSION,
        "model": summary.model,
        "style": summary.style,
        "variant": header.variant,
        "params": dict(header.params),
        "rows": [_row(row) for row in summary.rows],
        "total": _weights(summary.weights),
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
