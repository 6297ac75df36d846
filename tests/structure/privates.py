"""Keras's private names are used in one module, where each has its reason and a test."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.structure.imports import imported
from tests.structure.tree import Module, dotted

PRIVATE_MODULE = "specc/keras_backend/private.py"

# Underscore names that are public: of namedtuples.
PUBLIC = {"_asdict", "_fields", "_field_defaults", "_make", "_replace"}
OWN = {"self", "cls", "super"}  # a class's own underscore names are its own business
REFLECTION = {"getattr", "setattr", "hasattr", "delattr"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in PUBLIC


def findings(module: Module) -> Iterator[str]:
    """Findings: `keras.src`, and underscore attributes of other objects."""
    if module.path == PRIVATE_MODULE:
        return
    for node, target in imported(module):
        if f"{target}.".startswith(("keras.src.", "tensorflow.python.", "keras._")):
            yield module.at(node, f"imports {target}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in ("keras.src", "tf.python"):
            yield module.at(node, f"reaches into {dotted(node)}")
        name = _foreign(node)
        if name and is_private(name):
            yield module.at(node, f"uses the private name {name}")


def _foreign(node: ast.AST) -> str:
    """The attribute that a node takes from an object other than its own, or the empty string."""
    if isinstance(node, ast.Attribute):
        return "" if _is_own(node.value) else node.attr
    if isinstance(node, ast.Call) and dotted(node.func) in REFLECTION and len(node.args) > 1:
        name = node.args[1]
        return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
    return ""


def _is_own(node: ast.expr) -> bool:
    """Whether it is `self`, `cls` or `super()`."""
    return dotted(node.func if isinstance(node, ast.Call) else node) in OWN


def inherited(module: Module, keras_names: Iterable[str]) -> Iterator[str]:
    """Findings: underscore names that a subclass of a Keras class uses of its base."""
    if module.path == PRIVATE_MODULE:
        return
    names = {name for name in keras_names if is_private(name)}
    for class_ in ast.walk(module.tree):
        if not isinstance(class_, ast.ClassDef) or not _derives_from_keras(module, class_):
            continue
        for node in ast.walk(class_):
            if isinstance(node, ast.Attribute) and _is_own(node.value) and node.attr in names:
                yield module.at(node, f"uses or hides Keras's private {node.attr}")


def _derives_from_keras(module: Module, class_: ast.ClassDef) -> bool:
    from_keras = {"keras", "tf"} | {
        target.split(".")[-1] for _, target in imported(module) if target.startswith("keras.")
    }
    return any(dotted(base).split(".")[0] in from_keras for base in class_.bases)
