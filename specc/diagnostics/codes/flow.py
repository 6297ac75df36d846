"""S4xx names and dataflow, S5xx imports and trust, S7xx limits."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
