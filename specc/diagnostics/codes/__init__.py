"""Every diagnostic code, with its title and what `specc explain` says of it.

The hundreds group by stage: S0xx the file and its YAML, S1xx the document's form, S2xx layers and
their arguments, S3xx expressions, S4xx names and dataflow, S5xx imports and trust, S6xx Keras,
S7xx limits, S8xx the command line and output, S9xx weight files, S900 specc itself. A code is never
given a second meaning and never reused: people write them into CI files.
"""

from specc.diagnostics.codes import (
    arguments,
    document,
    expressions,
    files,
    flow,
    importing,
    keras,
    layers,
    limits,
    model,
    running,
    source,
    tuning,
    weights,
)
from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    **source.CODES,
    **document.CODES,
    **arguments.CODES,
    **expressions.CODES,
    **flow.CODES,
    **model.CODES,
    **tuning.CODES,
    **layers.CODES,
    **files.CODES,
    **importing.CODES,
    **limits.CODES,
    **keras.CODES,
    **running.CODES,
    **weights.CODES,
}

__all__ = ["CODES", "Code"]
