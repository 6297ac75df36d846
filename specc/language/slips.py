"""Slips of those who begin: arguments beside their layer, a colon that is missing."""

from __future__ import annotations

import re
from typing import Any

from specc.diagnostics import Span, nearest
from specc.language.fields import problem
from specc.source.nodes import Entry, Mapping, Node, Scalar

STEP_KEYS = ("in", "args", "name", "as", "collect", "trainable", "dtype", "keras_name")
"""Keys that may stand beside a layer: what looks like one of them is a slip in that."""

_WITHOUT_COLON = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<space>\s*\{|\s+)(?P<rest>.*)", re.DOTALL)


def check_colon(used: Entry) -> None:
    """Refuses `Dense {units: 3}`, which YAML reads as the key `Dense {units`.

    Raises:
        PydanticCustomError: a colon is missing.
    """
    key = str(used.key.value)
    found = _WITHOUT_COLON.fullmatch(key)
    if found is None or not (found["name"][:1].isupper() or "{" in found["space"]):
        return
    value = used.value.span.text.rstrip().rstrip("}")
    raise _missing(found["name"], f"{found['rest'].strip()}: {value}", used.key)


def check_words(node: Scalar) -> None:
    """Refuses `Dense {}` and `Dense 3`, which are no names.

    Raises:
        PydanticCustomError: a colon is missing.
    """
    found = _WITHOUT_COLON.fullmatch(str(node.value))
    if found is not None and found["name"][:1].isupper():
        raise _missing(found["name"], "…", node)


def _missing(name: str, arguments: str, at: Scalar) -> Exception:
    message = f"a `:` is missing after `{name}`"
    return problem("S127", message, f"write `{name}: {{{arguments}}}`", at=at)


def arguments_beside(
    used: Entry, others: list[Entry], diagnostics: Any
) -> tuple[Node, list[Entry]]:
    """Reports arguments that stand level with `Dense:`, and reads them as if they stood below.

    Returns:
        The layer's arguments, and the other keys that are left.
    """
    level = [entry for entry in others if _is_argument(entry)]
    if not level or not isinstance(used.value, Scalar) or used.value.value is not None:
        return used.value, others
    name, first = used.key.value, level[0].key
    span = Span(first.span.source, first.span.start, level[-1].value.span.end)
    names = ", ".join(f"`{entry.key.value}`" for entry in level)
    diagnostics.error(
        "S128", f"level with `{name}:`, where keys of the step stand: {names}", first.span,
        label="indent this further", help=f"arguments stand below `{name}:`, two spaces further in",
    )  # fmt: skip
    entries = {str(entry.key.value): entry for entry in level}
    return Mapping(span, entries), [entry for entry in others if entry not in level]


def _is_argument(entry: Entry) -> bool:
    """Whether a key is likely meant as an argument: no other layer, no step key misspelt."""
    key = str(entry.key.value)
    return key.isidentifier() and not key[:1].isupper() and nearest(key, STEP_KEYS) is None
