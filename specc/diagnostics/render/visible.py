"""Text as a terminal can safely show it, and how many columns it takes there."""

from __future__ import annotations

import unicodedata
from typing import Final

TAB: Final = "    "
"""What a tab is shown as."""


def visible(text: str) -> str:
    r"""Text without any character that a terminal would act on; they show as escapes.

    A spec may hold them in quotes (`"\e[2J"`), and a diagnostic repeats what the spec holds.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def columns(text: str) -> int:
    """Columns of visible text: wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _shown(char: str) -> str:
    if char == "\t":
        return TAB
    if char.isprintable() or unicodedata.category(char) == "Zs":  # spaces, of whatever width
        return char
    code = ord(char)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
