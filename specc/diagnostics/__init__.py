"""Diagnostics as data: codes, spans, collection, suggestions. Row 0 of the program."""

from specc.diagnostics.codes import CODES, Code
from specc.diagnostics.collector import Diagnostics
from specc.diagnostics.diagnostic import Diagnostic, Edit, Related, Severity
from specc.diagnostics.span import Position, Source, Span
from specc.diagnostics.suggest import did_you_mean, nearest

__all__ = [
    "CODES",
    "Code",
    "Diagnostic",
    "Diagnostics",
    "Edit",
    "Position",
    "Related",
    "Severity",
    "Source",
    "Span",
    "did_you_mean",
    "nearest",
]
