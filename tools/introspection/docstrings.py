"""Takes the first sentence of a docstring, and of each argument in its `Args:` section."""

from __future__ import annotations

import inspect
import re

_ARGUMENT = re.compile(
    r"^(?P<indent>\s*)\*{0,2}(?P<names>\w+(?:\s*,\s*\w+)*)\s*(?:\([^)]*\))?:\s*(?P<text>.*)$"
)


def summary(thing: object) -> str:
    """The first sentence of a docstring, on one line."""
    doc = inspect.getdoc(thing) or ""
    return _first_sentence(doc.split("\n\n", maxsplit=1)[0])


def arguments(thing: object) -> dict[str, str]:
    """Argument name → the first sentence of what its `Args:` section says."""
    found: dict[str, str] = {}
    block: list[str] = []
    for line in _section(inspect.getdoc(thing) or ""):
        if not line.startswith((" ", "\t")) or not block:
            _take(block, found)
            block = [line]
        else:
            block.append(line)
    _take(block, found)
    return found


def _section(doc: str) -> list[str]:
    """The lines of the `Args:` section, without their common indentation."""
    lines = doc.splitlines()
    starts = [i for i, line in enumerate(lines) if line.strip() in {"Args:", "Arguments:"}]
    if not starts:
        return []
    body: list[str] = []
    for line in lines[starts[0] + 1 :]:
        if line.strip() and not line.startswith(" "):
            break
        body.append(line)
    return inspect.cleandoc("\n" + "\n".join(body)).splitlines()


def _take(block: list[str], found: dict[str, str]) -> None:
    match = _ARGUMENT.match(block[0]) if block else None
    if match is None:
        return
    text = _first_sentence("\n".join([match["text"], *block[1:]]))
    for name in re.split(r"\s*,\s*", match["names"]):
        found.setdefault(name, text)


def _first_sentence(text: str) -> str:
    flat = re.sub(r"\s+", " ", text).strip()
    end = re.search(r"(?<!e\.g)(?<!i\.e)(?<!etc)\.(?=\s+[A-Z`\"'(-]|$)", flat)
    return flat[: end.start()] if end else flat.rstrip(":")
