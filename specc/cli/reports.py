"""Diagnostics in the format that `--format` names."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import Diagnostic


def render(diagnostics: Sequence[Diagnostic], format_name: str, color: bool = False) -> str:
    """The text of diagnostics; each format's renderer is imported when it is asked for."""
    match format_name:
        case "json":
            from specc.diagnostics.render import json

            return json.render(diagnostics)
        case "sarif":
            from specc import __version__
            from specc.diagnostics.render import sarif

            return sarif.render(diagnostics, __version__)
        case "github":
            from specc.diagnostics.render import github

            return github.render(diagnostics)
        case _:
            from specc.diagnostics.render import text

            return text.render(diagnostics, color)
