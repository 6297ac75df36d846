"""S0xx: the file and its YAML."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {f"S{n:03}": Code("", "") for n in range(1, 24)}
