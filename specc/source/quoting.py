"""Scalars as YAML text that reads back as the same value: plain where possible, else quoted."""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import Final

from specc.source.extent import is_open, is_suspect
from specc.source.limits import MAX_NUMBER_CHARACTERS
from specc.source.scalars import NumberError, resolve

_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^\s]| (?=[^\s#]))*")
_BREAKS_PLAIN: Final = re.compile(r":(?:\s|$)")
_BREAKS_FLOW: Final = re.compile(r"[,\[\]{}?]")
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


_TUPLE: Final = re.compile(
    r"\(\s*((?:-?\d+(?:\.\d+)?|None)(?:\s*,\s*(?:-?\d+(?:\.\d+)?|None))*)(?:\s*,)?\s*\)"
)


def list_of_tuple(text: str) -> str | None:
    """A tuple of numbers, which YAML doesn't have, as a list: `[3, 3]` of `(3, 3)`; else None."""
    found = _TUPLE.fullmatch(text.strip())
    return None if found is None else f"[{found[1].replace('None', 'null')}]"


def quote(text: str) -> str:
    """Text in quotes: double ones, or single ones where double ones would need escapes.

    Raises:
        ValueError: for half a surrogate pair, which no UTF-8 file can hold.
    """
    if _SURROGATE.search(text):
        raise ValueError("half a surrogate pair cannot be written as UTF-8")
    if _UNPRINTABLE.search(text):
        return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def scalar_text(value: object, flow: bool) -> str:
    """A single value as YAML, on one line; `flow` inside brackets, where more needs quotes.

    Raises:
        ValueError: for what cannot be read back: a number too long, half a surrogate pair.
        TypeError: for anything but text, numbers, booleans and None.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        text = str(value)
        return text if is_plain(text, flow) else quote(text)
    raise TypeError(f"YAML has no form for a {type(value).__name__}")


@lru_cache(maxsize=4096)  # a text has the same few hundred words many thousand times
def is_plain(text: str, flow: bool) -> bool:
    """Whether text can stand without quotes and be read back as this text."""
    if not _PLAIN.fullmatch(text) or _BREAKS_PLAIN.search(text) or _UNPRINTABLE.search(text):
        return False
    if text == "<<" or text.startswith("...") or _SURROGATE.search(text) or not _is_text(text):
        return False
    return not (flow and (_BREAKS_FLOW.search(text) or _looks_cut(text)))


def is_literal(text: str) -> bool:
    """Whether text of several lines reads well, and back, as a literal block (`|`)."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 2 or not lines[-1] or lines[0][:1] in ("", " "):
        return False
    if any(line != line.rstrip() or _UNPRINTABLE.search(line) for line in lines):
        return False
    return not _SURROGATE.search(text)


def _is_text(text: str) -> bool:
    try:
        return resolve(text) is text
    except NumberError:
        return False


def _looks_cut(text: str) -> bool:
    """Whether the reader would take it for the beginning of an expression that needs quotes."""
    if not is_suspect(text):
        return False
    return '"' in text or "'" in text or is_open(text, 0, len(text))


def _integer(value: int) -> str:
    far_too_long = value.bit_length() > 4 * MAX_NUMBER_CHARACTERS  # writing it would take long
    text = "" if far_too_long else int.__repr__(value)
    if far_too_long or len(text) > MAX_NUMBER_CHARACTERS:
        raise ValueError(f"an integer of more than {MAX_NUMBER_CHARACTERS} digits")
    return text


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return float.__repr__(value)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
