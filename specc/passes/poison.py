"""The value of what went wrong: whatever reads it says nothing more."""

from __future__ import annotations


class Poison:
    """Stands for a value that could not be computed, and whose problem is reported."""

    def __repr__(self) -> str:
        return "POISON"


POISON = Poison()


class Poisoned(Exception):  # noqa: N818 - not an error: it ends an evaluation
    """Ends the evaluation of an expression that met poison."""
