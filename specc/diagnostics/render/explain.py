"""What `specc explain CODE` says."""

from __future__ import annotations

from specc.diagnostics.codes import CODES


def explain(code: str) -> str:
    """A code's title and explanation.

    Raises:
        LookupError: if there is no such code.
    """
    known = CODES.get(code.upper())
    if known is None:
        raise LookupError(f"there is no diagnostic `{code}`")
    return f"{code.upper()}: {known.title}\n\n{known.explanation.strip()}\n"
