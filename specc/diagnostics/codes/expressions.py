"""S3xx: expressions."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
