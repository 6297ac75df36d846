"""References to Python objects, `python:package.module:Name`, and what they lead to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from specc.catalog import Entry, Kind, Resolved
from specc.catalog.rules import UNKNOWN, Inference

PREFIX: Final = "python:"
MAX_LENGTH: Final = 500
"""Characters of a reference; no module of a real package needs a tenth of them."""

_FORM: Final = re.compile(
    r"python:(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):(?P<name>[A-Za-z_]\w*)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A module, and the name of a class or function at its top level."""

    module: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Reference | None:
        """The reference that a text is; None if it is none."""
        found = _FORM.fullmatch(text) if len(text) <= MAX_LENGTH else None
        if found is None or found["name"].startswith("__"):
            return None
        return cls(found["module"], found["name"])

    def __str__(self) -> str:
        return f"{PREFIX}{self.module}:{self.name}"


@dataclass(frozen=True, eq=False)
class PythonClass:
    """A class or function that was imported under the caller's trust.

    Attributes:
        reference: How specs name it.
        kinds: As what it may be used.
        entry: What it accepts, as the catalog has it of Keras's own.
        accepts: Which of a layer's step keys the constructor takes.
        target: The class or function itself.
    """

    reference: Reference
    kinds: tuple[Kind, ...]
    entry: Entry
    accepts: frozenset[str]
    target: Any = field(repr=False)

    @property
    def is_function(self) -> bool:
        """Whether it is a function."""
        return self.entry.is_function

    @property
    def what(self) -> str:
        """What it is, in words."""
        return "a function" if self.is_function else self.kinds[0].phrase


class PythonObject(Resolved):
    """A Python class with its arguments, or a function, where a Keras object stands."""

    __slots__ = ("arguments", "beside", "python")

    def __init__(
        self,
        python: PythonClass,
        arguments: Mapping[str, object] | None = None,
        beside: Mapping[str, object] | None = None,
    ) -> None:
        """`beside` are the step keys of a layer: its name, whether it trains, its dtype."""
        self.python = python
        self.arguments = dict(arguments or {})
        self.beside = dict(beside or {})

    def infer(self, _inputs: Any) -> Inference:
        """Nothing is known of it before Keras builds it."""
        return Inference(UNKNOWN, None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PythonObject) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(str(self.python.reference))

    def __repr__(self) -> str:
        return f"PythonObject({self.python.reference}, {self.arguments!r}, {self.beside!r})"
