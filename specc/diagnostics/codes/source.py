"""S0xx: the file and its YAML."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
