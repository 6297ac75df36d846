"""Starts a project: a spec that works, `specc.toml`, settings for editors, pre-commit and CI.

Nothing that exists is overwritten.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from specc.cli.commands.schema import schema_text
from specc.cli.console import Console
from specc.cli.options import add_quiet_flags
from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source import write_atomic

HELP = "start a project that works"
TEMPLATES = Path(__file__).parents[1] / "templates"
SCHEMA = "schemas/specc.schema.json"

FILES: Mapping[str, str] = {
    "specs/digits.yaml": "digits.yaml",
    "specc.toml": "specc.toml",
    ".editorconfig": "editorconfig",
    ".vscode/settings.json": "vscode_settings.json",
    ".vscode/extensions.json": "vscode_extensions.json",
    ".pre-commit-config.yaml": "pre_commit.yaml",
    ".github/workflows/specs.yml": "github_workflow.yaml",
    ".gitignore": "gitignore",
}
"""Each file of a new project, and the template that it is a copy of."""

NEXT = """\
next:
{enter}  specc check specs                                # every problem, with line and column
  specc show specs/digits.yaml                     # steps, shapes, parameters
  specc compile specs/digits.yaml -o digits.keras  # a Keras model with fresh weights
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="where (default: here)"
    )
    add_quiet_flags(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes what isn't there.

    Raises:
        SpeccError: a folder or file can't be made.
    """
    root = Path(args.folder)
    for name, text in _contents().items():
        path = root / name
        if path.exists() or path.is_symlink():
            console.say(f"kept  {path}")
            continue
        _make_folder(path.parent)
        write_atomic(path, text)
        console.say(f"wrote {path}")
    enter = "" if root.resolve() == Path.cwd() else f"  cd {root}\n"
    console.say(f"\n{NEXT.format(enter=enter).rstrip()}")
    return 0


def _contents() -> dict[str, str]:
    files = {name: (TEMPLATES / source).read_text("utf-8") for name, source in FILES.items()}
    return {**files, SCHEMA: schema_text()}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        problem = Diagnostic("S802", f"the folder `{folder}` cannot be made: {words}")
        raise SpeccError([problem]) from error
