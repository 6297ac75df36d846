"""JSON from strangers: bounded before it is parsed, no key twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from specc.weights.limits import MAX_HEADER_BYTES, MAX_HEADER_VALUES
from specc.weights.problems import refused, shown


def parse_json(data: bytes, path: Path, what: str, *, constants: bool = False) -> dict[str, Any]:
    """An object, from a text of bounded size.

    Args:
        data: The text.
        path: The file that it is from.
        what: What it is called in messages: "the header".
        constants: Whether `Infinity` and `NaN`, which Python writes and JSON hasn't, are numbers.

    Raises:
        SpeccError: S906 if it is too large, S903 if it is no JSON object or has a key twice.
    """
    if len(data) > MAX_HEADER_BYTES:
        raise refused("S906", path, f"{what} has {len(data):,} bytes, more than are read")
    values = sum(map(data.count, (b",", b"[", b"{")))
    if values > MAX_HEADER_VALUES:
        raise refused("S906", path, f"{what} has about {values:,} values, more than are read")
    try:
        constant = float if constants else _no_constant
        content = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=constant)
    except RecursionError:
        raise refused("S903", path, f"{what} is nested too deeply") from None
    except ValueError as error:  # of the encoding, too
        raise refused("S903", path, f"{what} is no JSON: {shown(str(error))}") from None
    if not isinstance(content, dict):
        raise refused("S903", path, f"{what} is no JSON object")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"`{twice}` stands there twice")
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no number of JSON")


def is_size(value: object) -> bool:
    """Whether a value of JSON is a count or an offset."""
    return type(value) is int and 0 <= value < 2**63
