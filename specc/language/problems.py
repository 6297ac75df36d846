"""From Pydantic's errors to diagnostics at the YAML's place."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from typing import Any

from specc.diagnostics import Diagnostics, Span, did_you_mean, nearest
from specc.language.fields import describe
from specc.source.nodes import Mapping, Node, span_at

EXPECTED = {
    "dict_type": "a mapping is expected here",
    "list_type": "a list is expected here",
    "tuple_type": "a list is expected here",
    "string_type": "a text is expected here",
    "bool_type": "`true` or `false` is expected here",
    "int_type": "a whole number is expected here",
}


def report(error: Any, node: Node, diagnostics: Diagnostics) -> tuple[str | int, ...]:
    """Turns one Pydantic error into a diagnostic, and returns the path to what is wrong."""
    path: tuple[str | int, ...] = error["loc"]
    span, kind = span_at(node, path), error["type"]
    if kind == "specc":
        report_problem(error["ctx"], span, diagnostics)
    elif kind == "missing":
        if not is_misspelt(node, str(path[-1])):
            diagnostics.error("S117", f"the key `{path[-1]}` is missing", span_at(node, path[:-1]))
    elif kind == "literal_error":
        expected = error["ctx"]["expected"].replace("'", "`")
        label = did_you_mean(str(error["input"]), re.findall("`(.*?)`", expected))
        message = f"`{error['input']}` is not one of {expected}"
        diagnostics.error("S118", message, span, label=label)
    else:
        expected = EXPECTED.get(kind, error["msg"])
        diagnostics.error("S103", f"{expected}, not {describe(error['input'])}", span)
    return path


def is_misspelt(node: Node, key: str) -> bool:
    """Whether a key that is missing stands there in another spelling, which is reported."""
    entries = node.entries if isinstance(node, Mapping) else {}
    return any(nearest(other, [key]) is not None for other in entries)


def report_problem(words: MappingType[str, Any], span: Span, diagnostics: Diagnostics) -> None:
    """Turns what `fields.problem` made into a diagnostic."""
    span = words["at"].span if words["at"] is not None else span
    diagnostics.error(words["code"], words["text"], span, label=words["label"], help=words["help"])
