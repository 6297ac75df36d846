"""Models as plain Keras code, which runs without specc. Row 6 of the program; imports no Keras."""

from specc.codegen.documents import code_of

__all__ = ["code_of"]
