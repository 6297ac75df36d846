"""The commands, a module each, in the order in which `--help` lists them."""

from __future__ import annotations

from collections.abc import Mapping

from specc.cli.commands import (
    bind,
    check,
    compile,  # noqa: A004 - a module
    explain,
    import_,
    init,
    plan,
    schema,
    show,
    weights,
)
from specc.cli.parser import Command

COMMANDS: Mapping[str, Command] = {
    "init": init,
    "check": check,
    "show": show,
    "compile": compile,
    "plan": plan,
    "bind": bind,
    "weights": weights,
    "import": import_,
    "schema": schema,
    "explain": explain,
}
