"""A document together with what its names mean: the environment that its bodies stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specc.diagnostics import Source
from specc.language import Block, Param, Part
from specc.references import PythonClass
from specc.source.nodes import Node


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: a definition, or another file's model or layer, and its home."""

    name: str
    block: Block
    unit: Unit

    @property
    def inlined(self) -> bool:
        """Whether it is expanded where it is used, rather than being one Keras layer."""
        return not self.name[:1].isupper()


@dataclass(frozen=True, slots=True)
class Unit:
    """A document, its folder, and the meanings of the names it defines and imports.

    `python` are the names that stand for users' Python classes and functions;
    `missing` are the names whose imports failed, which is reported: uses of them say nothing more.
    `places` tells the files of the texts that were read; what a text names is relative to its own.
    """

    document: Part
    path: Path | None
    params: Mapping[str, Param] = field(default_factory=dict)
    meanings: dict[str, Meaning] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Node]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    python: dict[str, PythonClass] = field(default_factory=dict)
    places: Mapping[Source, Path] = field(default_factory=dict)
