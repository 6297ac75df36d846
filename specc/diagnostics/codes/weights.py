"""S901 to S979: weight files. To S949 files of every kind, from S950 on TensorFlow's own."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {}
