"""The command line: arguments in, `specc.api` called, diagnostics out, an exit code. Row 8."""

from specc.cli.main import main

__all__ = ["main"]
