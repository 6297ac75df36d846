"""Code scalars: YAML texts that begin with `=`."""

from __future__ import annotations

from typing import TypeGuard

MARK = "="


def is_code(value: object) -> TypeGuard[str]:
    """Whether a YAML value is an expression: text that begins with one `=`."""
    return isinstance(value, str) and value.startswith(MARK) and not value.startswith(MARK * 2)


def code_text(value: str) -> tuple[str, int]:
    """The expression of a code scalar, and its offset in the scalar's text."""
    text = value[len(MARK) :].strip()
    return text, value.index(text, len(MARK)) if text else len(MARK)


def unescape(value: str) -> str:
    """The text that a scalar means: `==x` is the text `=x`."""
    return value[len(MARK) :] if value.startswith(MARK * 2) else value


def span_in(raw: str, text: str) -> int | None:
    """Where an expression's text stands in a scalar as written in the file.

    Args:
        raw: The scalar with its quotes or block header.
        text: The expression.

    Returns:
        The offset of the text's first character; None where the file spells it otherwise (escapes,
        doubled quotes, folded lines).
    """
    offset = raw.find(text)
    return offset if offset >= 0 else None
