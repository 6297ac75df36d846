"""The generated module: its imports, and its functions and classes, each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from specc.codegen.families import Families
from specc.codegen.naming import Names
from specc.codegen.nodes import Node
from specc.ir import DeclaredFunction, DeclaredLayer, Graph, Operation
from specc.references import Importer

Lines = list[str]
Finish = Callable[[], Lines]


class Writers(Protocol):
    """Who writes what is defined in the module, and how it is used."""

    def model(self, graph: Graph, name: Node, dtype: object) -> Node:
        """The call that builds a model."""

    def declared(self, layers: Sequence[DeclaredLayer], name: Node | None, dtype: object) -> Node:
        """The call that makes a declared layer, which may be in several bodies."""

    def function(self, declared: DeclaredFunction) -> Node:
        """The name of a declared function."""

    def expression(self, operation: Operation, name: Node, dtype: object) -> Node:
        """The call that makes the layer of an expression."""


class Module:
    """What is generated.

    Attributes:
        package: Under which Keras knows its classes.
        names: The names at its top level.
        needs_named: Whether operations are given names.
        needs_unmasked: Whether masks of sublayers are taken away.
        has_masks: Whether anything in it makes masks.
        families: Its functions and classes.
        writers: Who writes them.
        importer: Follows references to users' classes; None where constants stay constants.
        held: The attributes of declared layers' classes and what they hold, by the keys of that;
            for each layer, by its identity.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self.names = Names()
        self.needs_named = False
        self.needs_unmasked = False
        self.has_masks = False
        self.writers: Writers
        self.importer: Importer | None = None
        self.held: dict[int, Mapping[str, tuple[str, Operation]]] = {}
        self._imports: dict[tuple[str, str], str] = {}
        self._alike: dict[int, list[DeclaredLayer]] = {}
        self._groups: dict[str, list[DeclaredLayer]] = {}
        self._definitions: list[Finish] = []
        self.families = Families(self.names, self._definitions.append)

    def imported(self, module: str, name: str) -> str:
        """The name under which something of another module is here."""
        if (module, name) not in self._imports:
            self._imports[module, name] = self.names.new(name)
        return self._imports[module, name]

    def know(self, layers: Iterable[DeclaredLayer]) -> None:
        """Tells of the declared layers that there are: equal ones share a class."""
        for layer in layers:
            if id(layer) not in self._alike:
                key = json.dumps(layer.config(), default=repr, sort_keys=True)
                self._alike[id(layer)] = group = self._groups.setdefault(key, [])
                group.append(layer)

    def alike(self, layer: DeclaredLayer) -> Sequence[DeclaredLayer]:
        """The layers of the same definition and parameters, this one among them."""
        return self._alike.get(id(layer), [layer])

    def add(self, finish: Finish) -> None:
        """Adds a definition, whose lines are asked for when all is there."""
        self._definitions.append(finish)

    def import_lines(self) -> Lines:
        """The imports of users' modules."""
        return [
            f"from {module} import {name}" + (f" as {known}" if known != name else "")
            for (module, name), known in sorted(self._imports.items())
        ]

    def definition_lines(self) -> Lines:
        """The definitions, each after those that it uses."""
        found: Lines = []
        for finish in self._definitions:
            written = finish()
            if written:
                found += ["", "", *written]
        return found
