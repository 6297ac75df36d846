"""Imports go strictly downward."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from tests.structure.tree import PACKAGE, Module

# From top to bottom. A module imports from lower rows and from its own package, nothing else:
# neighbours in a row do not know each other. A new package gets its place here first.
ROWS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("__init__",),  # the face of the API: what `import specc` gives
    ("api",),  # composes the stages; the only package that does
    ("codegen",),
    ("keras_backend", "spec", "wanted"),
    ("importing",),  # reads files through `weights`
    ("passes", "keras_config", "schema", "weights", "diff", "view", "deploy"),
    ("ir",),
    ("language", "references"),
    ("catalog",),
    ("source", "expressions"),
    ("errors",),  # SpeccError carries diagnostics
    ("diagnostics", "paths", "memory", "globs", "caller", "version"),
)
ROW_OF = {unit: row for row, units in enumerate(ROWS) for unit in units}

# Importing one of these costs seconds; where it may be imported is the price of everything else.
FRAMEWORKS = {"keras", "tensorflow", "tf_keras", "jax", "torch"}
FRAMEWORK_UNITS = {"keras_backend"}


def imported(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each import statement's targets, dotted and absolute, wherever in the file it stands.

    Of `from a import b` that is `a.b`: `b` may be a module, and if it is a function, `a.b` still
    names the place.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    above = module.package[: len(module.package) - node.level + 1] if node.level else ()
    return ".".join([*above, *([node.module] if node.module else [])])


def unit_of(target: str, units: Container[str]) -> str | None:
    """The unit of specc that an import's target lies in; None of what isn't specc."""
    first, *rest = target.split(".")
    if first != PACKAGE:
        return None
    # `from specc import load`: a name that is no unit comes from specc/__init__.py.
    return rest[0] if rest and rest[0] in units else "__init__"


def upward(module: Module, units: Container[str]) -> Iterator[str]:
    """Findings: imports that don't go to a lower row."""
    for node, target in imported(module):
        unit = unit_of(target, units)
        if unit in (None, module.unit) or {unit, module.unit} - ROW_OF.keys():
            continue
        if ROW_OF[unit] <= ROW_OF[module.unit]:
            where = "beside" if ROW_OF[unit] == ROW_OF[module.unit] else "above"
            yield module.at(node, f"imports {target}, but `{unit}` is {where} `{module.unit}`")


def frameworks(module: Module) -> Iterator[str]:
    """Findings: TensorFlow or Keras imported outside the one package that may."""
    if module.unit in FRAMEWORK_UNITS:
        return
    for node, target in imported(module):
        if target.split(".")[0] in FRAMEWORKS:
            yield module.at(node, f"imports {target}, which only {FRAMEWORK_UNITS} may")
