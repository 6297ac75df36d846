"""Binds parameters with what an expansion knows: how code is evaluated, and where files lie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from specc.diagnostics import Span
from specc.errors import SpeccError
from specc.expressions import STATIC_FUNCTIONS
from specc.language import Param
from specc.passes.expand.evaluation import evaluate_node
from specc.passes.expand.frame import Context
from specc.passes.parameters import Binder, Given
from specc.passes.poison import POISON
from specc.passes.unit import Unit
from specc.source.nodes import Node
from specc.source.project import project_root, resolve_inside


def make_binder(
    declared: Mapping[str, Param],
    given: Mapping[str, Given],
    outer: Mapping[str, object],
    unit: Unit,
    context: Context,
) -> Binder:
    """The binder of parameters that are declared in a unit."""

    def evaluate(node: Node, names: Mapping[str, object]) -> object:
        return evaluate_node(node, names, context)

    def read_lines(name: str, span: Span | None) -> object:
        home = unit.places.get(span.source, unit.path) if span is not None else unit.path
        return _lines(name, home, span, context)

    for name, param in declared.items():
        if name in unit.meanings or name in STATIC_FUNCTIONS:
            what = "definition" if name in unit.meanings else "function"
            message = f"the parameter `{name}` hides the {what} of that name"
            context.diagnostics.note("S426", message, param.node.span)
    return Binder(declared, given, outer, evaluate, context.diagnostics, read_lines)


def _lines(name: str, home: Path | None, span: Span | None, context: Context) -> object:
    """The lines of a text file that a spec names, which lies inside its project; or POISON."""
    base = home if home is not None else Path.cwd() / "<string>"
    try:
        path = resolve_inside(project_root(base), base, name)
        if path not in context.lines:
            context.lines[path] = split_lines(context.reader.read(path).text)
    except SpeccError as error:
        for problem in error.diagnostics:
            context.diagnostics.error(problem.code, problem.message, span, help=problem.help)
        return POISON
    return list(context.lines[path])


def split_lines(text: str) -> list[str]:
    """The lines of a text without their line breaks; empty lines count, a last one does not."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else lines
