"""What code that reads strangers' files must not call: anything that runs what it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.structure.imports import imported
from tests.structure.tree import Module, dotted

BUILTINS = {"eval", "exec", "__import__"}
MODULES = {"pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "runpy", "imp", "code"}
FUNCTIONS = {
    "importlib.import_module",
    "importlib.__import__",
    "importlib.util.spec_from_file_location",
    "os.system",
    "os.popen",
    # PyYAML's loaders that make Python objects; specc has its own on the plain core schema.
    "yaml.load",
    "yaml.load_all",
    "yaml.full_load",
    "yaml.unsafe_load",
    "yaml.Loader",
    "yaml.FullLoader",
    "yaml.UnsafeLoader",
    *(f"builtins.{name}" for name in BUILTINS),
}
METHODS = {"extractall"}  # writes wherever an archive says
KEYWORDS = {"allow_pickle"}  # numpy.load

# (file, what) → why it is safe there. An entry that is no longer needed fails the test.
ALLOWED: dict[tuple[str, str], str] = {
    ("specc/keras_backend/python/importing.py", "importlib.import_module"): (
        "users' own classes; a module is imported only if the caller of specc named its package"
    ),
    ("specc/keras_backend/private.py", "importlib.import_module"): (
        "classes that Keras has no public name for; the modules come from the catalog, and only"
        " those below two prefixes of Keras's are taken"
    ),
}


def uses(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every forbidden thing a module imports, calls or only mentions, with its node."""
    for node, target in imported(module):
        if target in FUNCTIONS or target.split(".")[0] in MODULES:
            yield node, target
    for node in ast.walk(module.tree):
        name = _named(node)
        if name:
            yield node, name


def _named(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id if node.id in BUILTINS else ""
    if isinstance(node, ast.Attribute):
        name = dotted(node)
        return name if name in FUNCTIONS else node.attr if node.attr in METHODS else ""
    if isinstance(node, ast.keyword):
        return node.arg if node.arg in KEYWORDS else ""
    return ""


def findings(module: Module) -> Iterator[str]:
    for node, what in uses(module):
        if (module.path, what) not in ALLOWED:
            yield module.at(node, f"uses {what}")
