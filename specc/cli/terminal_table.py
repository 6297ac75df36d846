"""A model's summary on a terminal: colours, and a bar for each step's share."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console as RichConsole
from rich.table import Table
from rich.text import Text

from specc.cli.table import STEP_COLUMNS
from specc.diagnostics.render.visible import visible
from specc.ir.summary import Row, Summary, flat

BAR_COLUMNS: Final = 12
MIN_COLUMNS_FOR_BARS: Final = 80
MIN_COLUMNS_FOR_SPLIT: Final = 70
STYLES: Final = ("", "", "cyan", "", "yellow")

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def terminal_page(
    summary: Summary, heading: list[str], columns: list[list[str]], footing: list[str], color: bool
) -> str:
    """The page, as wide as the terminal.

    Args:
        summary: The facts, for the bars.
        heading: The lines above: the model's, then its params.
        columns: Each with its header first.
        footing: The lines below, the sum first.
        color: Whether to use colours.
    """
    page = StringIO()
    rich = RichConsole(
        file=page,
        force_terminal=True,
        color_system="standard" if color else None,
        highlight=False,
        legacy_windows=False,
    )
    title, *facts = heading
    rich.print(_title(title))
    for line in facts:
        rich.print(Text(line, style="dim"))
    rich.print(_table(summary, columns, rich.width))
    total, *others = footing
    rich.print(_total(total))
    for line in others:
        rich.print(Text(line, style="dim" if line.startswith("×") else ""))
    lines = (line.rstrip() for line in page.getvalue().splitlines())
    return "".join(f"{line}\n" for line in lines)


def _title(line: str) -> Text:
    name, gap, doc = line.partition("  ")
    return Text.assemble((name, "bold"), gap + doc)


def _total(line: str) -> Text:
    count, colon, split = line.partition(": ")
    return Text.assemble((count, "bold"), colon + split)


def _table(summary: Summary, columns: list[list[str]], width: int) -> Table:
    rows = [row for _, row in flat(summary.rows)]
    if width < MIN_COLUMNS_FOR_SPLIT:
        columns = columns[:4]
    bars = width >= MIN_COLUMNS_FOR_BARS
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, (header, *_) in enumerate(columns):
        numbers = place > 2
        table.add_column(
            header,
            overflow="fold",
            style=STYLES[place],
            justify="right" if numbers else "left",
            no_wrap=numbers,
            min_width=STEP_COLUMNS if place == 0 else None,
        )
    if bars:
        table.add_column("", no_wrap=True, style="green", min_width=BAR_COLUMNS)
    shares = _bars(rows) if bars else []
    for place, cells in enumerate(zip(*(column[1:] for column in columns), strict=True)):
        step, *others = cells
        table.add_row(_step(step), *others, *shares[place : place + 1])
    return table


def _step(text: str) -> Text:
    scope, dot, name = text.rpartition(".")
    return Text.assemble((visible(scope + dot), "dim"), visible(name))


def _bars(rows: Iterable[Row]) -> list[str]:
    """Each row's share of the parameters, in eighths of a column; a model's rows have its own."""
    held = [0 if row.rows else row.weights.total for row in rows]
    largest = max(held, default=0) or 1
    return [_bar(-(-count * BAR_COLUMNS * 8 // largest)) for count in held]  # rounded up


def _bar(eighths: int) -> str:
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
