"""S1xx: the form of a document."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
