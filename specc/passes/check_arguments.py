"""Checks a layer's arguments against the catalog, and reports at the YAML's place."""

from __future__ import annotations

from specc import catalog
from specc.catalog import Entry, Problem
from specc.diagnostics import Diagnostic, Diagnostics, Edit, Severity, Span
from specc.ir import Operation
from specc.source.nodes import Node, Scalar, at, span_at


def check_layer(operation: Operation, entry: Entry, diagnostics: Diagnostics) -> bool:
    """Reports what Keras would refuse of a layer's arguments, or misread; whether there is none."""
    if entry.refused:
        report(catalog.refused(entry), None, operation.origin, diagnostics)
        return False
    problems = catalog.check_arguments(entry, operation.arguments)
    for problem in problems:
        report(problem, operation.arguments_node, operation.origin, diagnostics)
    for problem in catalog.check_kept(entry, operation.arguments):
        node = operation.arguments_node
        report(problem, node, operation.origin, diagnostics, Severity.WARNING)
    return not problems


def report(
    problem: Problem,
    node: Node | None,
    origin: Span,
    diagnostics: Diagnostics,
    severity: Severity = Severity.ERROR,
) -> None:
    """Reports a problem where the argument is written; without one, at the class's name."""
    key = _is_about_key(problem)
    span = span_at(node, problem.path, key=key) if node is not None and problem.path else origin
    edits: tuple[Edit, ...] = ()
    message, label, mend = problem.message, problem.label, problem.help
    if problem.suggestion is not None and span is not origin:
        if _is_plain(node, problem, key):
            edits = (Edit(span, problem.suggestion),)
        elif mend:
            mend = f"where the value comes from: {mend}"
    diagnostics.add(
        Diagnostic(
            problem.code, message, span, label=label, help=mend, edits=edits, severity=severity
        )
    )


def _is_about_key(problem: Problem) -> bool:
    """Whether a problem is the argument's being there, rather than its value."""
    return problem.code in ("S204", "S210", "S211")


def _is_plain(node: Node | None, problem: Problem, key: bool) -> bool:
    """Whether what stands at the problem's place is a text that can simply be replaced.

    An expression can't: what is wrong is the value that it has, not that it stands there.
    """
    if key or node is None:
        return key
    try:
        found = at(node, problem.path)
    except LookupError:
        return False
    return isinstance(found, Scalar) and not str(found.value).startswith("=")
