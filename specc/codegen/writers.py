"""Who writes what a module defines: models, declared layers, expressions."""

from __future__ import annotations

from collections.abc import Sequence

from specc import catalog
from specc.catalog.rules.policy import FLOAT32
from specc.codegen.classes import ClassWriter
from specc.codegen.defined import function_of
from specc.codegen.expressions import ExpressionWriter
from specc.codegen.families import Definition, Line
from specc.codegen.functional import ModelWriter, definition_line
from specc.codegen.module import Module
from specc.codegen.nodes import Atom, Node
from specc.codegen.objects import Objects
from specc.ir import DeclaredFunction, DeclaredLayer, Graph, Operation
from specc.references import Importer


class CodeWriters:
    """All writers of one module.

    Args:
        module: What is generated.
        importer: Follows references to users' classes and functions.
    """

    def __init__(self, module: Module, importer: Importer | None) -> None:
        self.module = module
        module.importer = importer
        self.objects = Objects(module)
        module.writers = self

    def model(self, graph: Graph, name: Node, dtype: object) -> Node:
        """The call that builds a nested model."""
        if graph.declared is not None:
            return self.declared([graph.declared], name, graph.dtype or dtype)
        writer = ModelWriter(self.module, self.objects, graph, dtype)
        body = returned(writer.body())
        taken = frozenset(writer.local_names)

        def header(function: str, parameters: Sequence[str]) -> list[str]:
            return definition_line(function, [*parameters, "name"])

        wish = f"build_{catalog.snake_case(graph.name)}"
        use = self.module.families.use(Definition(wish, header, body, taken))
        return use.on(name=name)

    def declared(self, layers: Sequence[DeclaredLayer], name: Node | None, dtype: object) -> Node:
        """The call that makes a declared layer, which may be in several bodies."""
        keywords = {} if dtype == FLOAT32 else {"dtype": self.objects.policy(dtype)}
        if name is not None:
            keywords["name"] = name
        return ClassWriter(self.module, self.objects, layers, dtype).use().on(**keywords)

    def function(self, declared: DeclaredFunction) -> Node:
        """The name of a declared function."""
        return function_of(self.module, self.objects, declared)

    def expression(self, operation: Operation, name: Node, dtype: object) -> Node:
        """The call that makes the layer of an expression."""
        keywords = {} if dtype == FLOAT32 else {"dtype": self.objects.policy(dtype)}
        return ExpressionWriter(self.module, operation).use().on(**keywords, name=name)


def returned(body: list[Line]) -> list[Line]:
    """The statements of a function that returns its model."""
    *before, last = body
    if last.text == "model = ":
        return [*before, Line("return ", last.node)]
    return [*body, Line("return model")]


__all__ = ["Atom", "CodeWriters", "returned"]
