"""The text that a declared layer carries in its config: its definition, and what that needs.

It is not expanded, so it can be read, and makes the same layer for other inputs. What it takes of
its document is cut down to that: definitions that it names, and parameters with their values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from specc.diagnostics import Diagnostics, Source
from specc.language import Block, Definition, Method, Param
from specc.passes.resolve import Resolver
from specc.passes.unit import Meaning, Unit
from specc.references import PREFIX, Importer
from specc.source import MemoryReader, read_yaml, write_yaml
from specc.source.nodes import Mapping as MappingNode
from specc.source.nodes import Node, Scalar, Sequence, to_plain

MAX_KNOWN = 1_000
"""Texts of this process that are remembered with the files that they come from."""

MAIN = "spec.yaml"
"""The name of the text that defines the layer; others stand beside it."""

WORD = re.compile(r"[A-Za-z_]\w*")

DROPPED = ("specc", "layer", "model", "imports", "define", "variants", "training", "freeze", "lora",
           "moved", "extends", "separator")  # fmt: skip
"""Keys of a document that a definition has no use for."""


def embedded(
    meaning: Meaning, params: Mapping[str, object], outer: Mapping[str, object]
) -> dict[str, object]:
    """The config of a declared layer: its class's name, texts by name, and its parameters.

    Args:
        meaning: The definition or document.
        params: The values of its parameters.
        outer: The values of its document's parameters, which it may read.
    """
    texts: dict[str, str] = {}
    _Writer(texts).write(MAIN, meaning.unit, [meaning.name], outer, {meaning.name: meaning})
    _KNOWN[_key(meaning.name, texts)] = meaning, dict(outer)
    while len(_KNOWN) > MAX_KNOWN:
        del _KNOWN[next(iter(_KNOWN))]
    return {"layer": meaning.name, "spec": texts, "params": dict(params)}


_KNOWN: dict[str, tuple[Meaning, dict[str, object]]] = {}
"""What wrote each text in this process: made of it again, a layer speaks of the user's own file."""


def references_in(texts: Mapping[str, str]) -> Iterator[str]:
    """The references to Python classes in the texts of a config."""
    for name, text in texts.items():
        node = read_yaml(Source(name, text), Diagnostics())
        found = node.entries.get("imports") if isinstance(node, MappingNode) else None
        entries = found.value.entries if found and isinstance(found.value, MappingNode) else {}
        for entry in entries.values():
            target = entry.value.value if isinstance(entry.value, Scalar) else None
            if isinstance(target, str) and target.startswith(PREFIX):
                yield target


def read_embedded(
    layer: str, texts: Mapping[str, str], diagnostics: Diagnostics, importer: Importer
) -> tuple[Meaning, dict[str, Param]] | tuple[Meaning, dict[str, object]] | None:
    """The definition that a config's texts hold, and the parameters around it.

    The parameters come with their values where this process wrote the text, else as they are
    declared. None, with diagnostics, where the texts are wrong.
    """
    known = _KNOWN.get(_key(layer, texts))
    if known is not None:
        return known
    unit = _Embedded(texts, diagnostics, importer).unit()
    meaning = unit.meanings.get(layer) if unit is not None else None
    if meaning is None or unit is None:
        if not diagnostics.has_errors:
            diagnostics.error("S505", f"the text of the layer defines no `{layer}`")
        return None
    return meaning, dict(unit.params)


def _key(layer: str, texts: Mapping[str, str]) -> str:
    return json.dumps([layer, sorted(texts.items())])


class _Embedded(Resolver):
    """Reads texts that stand beside each other in a config, and nothing else."""

    def __init__(
        self, texts: Mapping[str, str], diagnostics: Diagnostics, importer: Importer
    ) -> None:
        super().__init__(MemoryReader(texts), diagnostics, importer)
        self.texts = texts

    def unit(self) -> Unit | None:
        """The unit of the main text."""
        return self.read(Source(f"<{MAIN}>", self.texts.get(MAIN, "")), Path(MAIN))

    def _locate(self, home: Path | None, target: str) -> Path:
        return Path(target.removeprefix("./"))


class _Writer:
    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.files: dict[tuple[int, str], str] = {}

    def write(
        self,
        file: str,
        unit: Unit,
        wanted: list[str],
        outer: Mapping[str, object],
        meanings: Mapping[str, Meaning],
    ) -> None:
        """Writes the text that defines some names of a unit."""
        self.texts[file] = ""  # keeps its place before those that it imports
        define: dict[str, object] = {}
        imports: dict[str, object] = {}
        waiting, words = list(wanted), set[str]()
        while waiting:
            name = waiting.pop()
            if name in define or name in imports:
                continue
            if name in unit.python:
                imports[name] = str(unit.python[name].reference)
                continue
            meaning = meanings.get(name) or unit.meanings[name]
            if meaning.unit is not unit:
                imports[name] = f"./{self._file(name, meaning)}"
                continue
            define[name] = definition_of(meaning.block)
            found = set(_words(meaning.block.node))
            words |= found
            waiting.extend(sorted(found & (unit.meanings.keys() | unit.python.keys())))
        params = {name: _param(unit, name, outer[name]) for name in outer if name in words}
        document = {
            "specc": 1,
            "library": wanted[0],
            **({"imports": imports} if imports else {}),
            **({"params": params} if params else {}),
            "define": define,
        }
        self.texts[file] = write_yaml(document)

    def _file(self, name: str, meaning: Meaning) -> str:
        key = (id(meaning.unit), name)
        if key not in self.files:
            self.files[key] = file = f"{name}-{len(self.files)}.yaml"
            outer = {
                key: to_plain(p.default) for key, p in meaning.unit.params.items() if p.default
            }
            self.write(file, meaning.unit, [name], outer, {name: meaning})
        return self.files[key]


def definition_of(block: Block) -> object:
    """A block as an entry of `define`."""
    plain = to_plain(block.node)
    assert isinstance(plain, dict)  # noqa: S101 - a block is a mapping
    if isinstance(block, Definition | Method):
        return plain
    return {key: value for key, value in plain.items() if key not in DROPPED}


def _param(unit: Unit, name: str, value: object) -> object:
    """A parameter of a document with its value, written so that it is no type's name or code."""
    param = unit.params.get(name)
    kind = {"type": param.type} if param is not None and param.type not in (None, "lines") else {}
    return {**kind, "default": _escaped(value)}


def _escaped(value: object) -> object:
    if isinstance(value, str) and value.startswith("="):
        return f"={value}"
    if isinstance(value, list | tuple):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value


def _words(node: Node) -> Iterator[str]:
    """Every word of a text that may be a name."""
    if isinstance(node, Scalar):
        yield from WORD.findall(str(node.value))
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _words(item)
    elif isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield from WORD.findall(key)
            yield from _words(entry.value)
