"""The code blocks of a document, and what the comment before one says a test is to do with it.

A comment is YAML. `body` and `model` mark fragments: the steps of a body, and keys of a model; a
mapping below gives keys that the model needs besides. `expect` lists the codes that a block must
get, `file` the name under which it is kept for those after it. `text` marks what is no spec,
`tensorflow` commands that need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_BLOCK = re.compile(
    r"(?:^<!--(?P<comment>(?:(?!-->).)*)-->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_INPUTS = "inputs: {x: {shape: [16]}}\n"
_BODY = "body:\n  - {Dense: {units: 1}, name: head}\n"


@dataclass(frozen=True)
class Block:
    """A code block, and the line that it starts in."""

    language: str
    text: str
    line: int
    marks: Mapping[str, object]

    @property
    def is_spec(self) -> bool:
        return self.text.startswith("specc: 1\n")

    @property
    def is_fragment(self) -> bool:
        return bool({"body", "model"} & self.marks.keys())

    @property
    def expected(self) -> list[str]:
        return str(self.marks.get("expect", "")).split()

    @property
    def spec(self) -> str:
        """The whole spec: the block itself, or a model around the fragment."""
        if not self.is_fragment:
            return self.text
        if "model" in self.marks:
            return _model(self.marks["model"], self.text)
        steps = "".join(f"  {line}\n" for line in self.text.splitlines())
        return _model(self.marks["body"], f"body:\n{steps}")


def _model(others: object, keys: str) -> str:
    """A model with these keys, with `others`, and with inputs and a body if it lacks them."""
    text = "specc: 1\nmodel: fragment\n"
    text += yaml.safe_dump(others, sort_keys=False) if others else ""
    for key, default in (("inputs:", _INPUTS), ("body:", _BODY)):
        if not re.search(f"^{key}", text + keys, re.MULTILINE):
            text += default
    return text + keys


def blocks(path: Path) -> Iterator[Block]:
    document = path.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(document):
        line = document.count("\n", 0, found.start("text"))
        marks = yaml.safe_load(found["comment"] or "{}")
        marks = marks if isinstance(marks, dict) else {marks: None}
        yield Block(found["language"], found["text"], line, marks)
