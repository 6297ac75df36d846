"""A diagnostic: what is wrong, where, and how to mend it. Data only; rendered elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from specc.diagnostics.codes import CODES
from specc.diagnostics.span import Span


class Severity(StrEnum):
    """How bad it is. Only errors stop a compilation."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that matters, with what it has to do with the first."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A mend that a tool could make: this range becomes that text."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `span` is None only for what has no text: a missing file, wrong usage."""

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    related: tuple[Related, ...] = ()
    help: str = ""
    edits: tuple[Edit, ...] = ()
    severity: Severity = field(default=Severity.ERROR)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"diagnostic code {self.code} is not in specc.diagnostics.codes")

    @property
    def is_error(self) -> bool:
        """Whether this problem stops a compilation."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.span}: " if self.span else ""
        label = f": {self.label}" if self.label else ""
        return f"{where}{self.severity}[{self.code}]: {self.message}{label}"
