"""The program's own source, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "specc"


@dataclass(frozen=True, eq=False)
class Module:
    """A parsed file; `path` is relative to the repository, with forward slashes."""

    path: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> Module:
        return cls(path, text, ast.parse(text, path))

    @property
    def parts(self) -> tuple[str, ...]:
        """The dotted name's parts: `("specc", "catalog", "rules")`, packages without `__init__`."""
        parts = Path(self.path).with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def package(self) -> tuple[str, ...]:
        """The parts that relative imports start from."""
        return self.parts if self.path.endswith("__init__.py") else self.parts[:-1]

    @property
    def unit(self) -> str:
        """What the imports table speaks of: what lies right below specc, or its `__init__`."""
        return self.parts[1] if len(self.parts) > 1 else "__init__"

    def at(self, node: ast.AST, message: str) -> str:
        """A finding, as `path:line: message`."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file below these folders of the repository."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(
        Module.of(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
    )


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a chain of attributes on a name; the empty string of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
