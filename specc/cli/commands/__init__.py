"""The commands, a module each, in the order in which `--help` lists them."""

from __future__ import annotations

from collections.abc import Mapping

from specc.cli.commands import check, compile, explain, init, schema, show  # noqa: A004 - a module
from specc.cli.parser import Command

COMMANDS: Mapping[str, Command] = {
    "init": init,
    "check": check,
    "show": show,
    "compile": compile,
    "schema": schema,
    "explain": explain,
}
