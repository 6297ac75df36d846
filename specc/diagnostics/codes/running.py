"""S8xx the command line and output, S9xx specc itself."""

from specc.diagnostics.codes.code import Code

CODES: dict[str, Code] = {
    "S900": Code(
        "internal error",
        "specc itself failed; this is a bug, not your mistake. The message says what to send\n"
        "where, so that it can be mended.",
    ),
}
