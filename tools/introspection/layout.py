"""Writes the catalog's JSON: one parameter a line, so that a newer Keras gives a readable diff."""

from __future__ import annotations

import json
from typing import Any

_OPEN_LEVELS = 4  # document, entries, entry, its parameters: below that, one line each


def to_text(document: Any) -> str:
    """The document's canonical text, ending in a line break."""
    return _block(document, 0) + "\n"


def _block(value: Any, level: int) -> str:
    if not isinstance(value, dict) or not value or level >= _OPEN_LEVELS or _is_flat(value, level):
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    pad = " " * (level + 1)
    items = (f"{pad}{json.dumps(key)}: {_block(item, level + 1)}" for key, item in value.items())
    return "{\n" + ",\n".join(items) + "\n" + " " * level + "}"


def _is_flat(value: dict[str, Any], level: int) -> bool:
    return level > 2 and not any(isinstance(item, dict) for item in value.values())
