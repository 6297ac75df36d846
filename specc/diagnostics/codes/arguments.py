"""S2xx: layers and their arguments."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
