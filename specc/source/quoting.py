"""Text as a quoted YAML scalar."""

from __future__ import annotations


def quote(text: str) -> str:
    """Text of one line in quotes, in single ones where double ones would need escapes."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
