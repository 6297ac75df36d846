"""S6xx: what Keras itself reports."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
