"""Reading a text in a test, and what came of it."""

from __future__ import annotations

from typing import Any

from specc.diagnostics import Diagnostic, Diagnostics, Source
from specc.source import Node, read_yaml, to_plain


def read(text: str) -> tuple[Node | None, list[Diagnostic]]:
    found = Diagnostics()
    node = read_yaml(Source("spec.yaml", text), found)
    return node, found.sorted()


def plain(text: str) -> Any:
    """The values of a text that must be free of problems."""
    node, found = read(text)
    assert not found, "\n".join(map(str, found))
    assert node is not None
    return to_plain(node)


def problems(text: str) -> list[tuple[str, str]]:
    """Each diagnostic's code and place, as `line:column`."""
    return [(d.code, str(d.span).removeprefix("spec.yaml:")) for d in read(text)[1]]


def mended(text: str) -> str:
    """The text with all offered edits made."""
    edits = [edit for diagnostic in read(text)[1] for edit in diagnostic.edits]
    for edit in sorted(edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text
