"""Whose Python code may be imported: what the caller says, and nothing that a spec says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError

SETTINGS: Final = "specc.toml"
MAX_SETTINGS: Final = 1 << 20
"""Bytes of `specc.toml` that are read; it holds a few lines."""

_PACKAGE: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


@dataclass(frozen=True)
class Trust:
    """The packages that the caller trusts, each with all that is below it.

    `before_import` is called before a module is imported: the command line keeps TensorFlow's log
    off the terminal with it.
    """

    packages: frozenset[str] = frozenset()
    before_import: Callable[[], None] = field(default=lambda: None, compare=False)

    def covers(self, module: str) -> bool:
        """Whether a module is one of the packages, or lies in one."""
        return any(module == name or module.startswith(f"{name}.") for name in self.packages)

    def __or__(self, other: Trust) -> Trust:
        return Trust(self.packages | other.packages, self.before_import)


def trust_of(
    packages: Collection[str] | Trust, before_import: Callable[[], None] = lambda: None
) -> Trust:
    """The trust in packages, each a name such as `my_pkg` or `my_pkg.layers`.

    Raises:
        SpeccError: S508 if one is no such name.
    """
    if isinstance(packages, Trust):
        return packages
    names = [packages] if isinstance(packages, str) else list(packages)
    for name in names:
        if not isinstance(name, str) or not _PACKAGE.fullmatch(name):
            raise _wrong(f"`{name}` is no Python package", "write its dotted name, `my_pkg`")
    return Trust(frozenset(names), before_import)


def trust_of_working_directory() -> Trust:
    """What `trust = […]` in the working directory's `specc.toml` says; never another folder's.

    Raises:
        SpeccError: S508 if the file can't be read, or says something else.
    """
    path = Path.cwd() / SETTINGS
    if not path.is_file():
        return Trust()
    try:
        with path.open("rb") as file:
            found = tomllib.loads(file.read(MAX_SETTINGS).decode())
    except (OSError, ValueError, RecursionError) as error:
        raise _wrong(f"`{SETTINGS}` can't be read: {error}", "") from error
    packages = found.get("trust", [])
    if not isinstance(packages, list):
        raise _wrong(f"`trust` in `{SETTINGS}` is a list", 'write `trust = ["my_pkg"]`')
    return trust_of(packages)


def _wrong(message: str, mend: str) -> SpeccError:
    return SpeccError([Diagnostic("S508", message, help=mend)])
