"""References from specs to Python classes, and the caller's trust that following one needs.

Row 3 of the program. Nothing here imports what a reference names: `keras_backend` does.
"""

from specc.references.importer import Importer, trust_for
from specc.references.reference import PREFIX, PythonClass, PythonObject, Reference
from specc.references.trust import Trust, trust_of, trust_of_working_directory

__all__ = [
    "PREFIX",
    "Importer",
    "PythonClass",
    "PythonObject",
    "Reference",
    "Trust",
    "trust_for",
    "trust_of",
    "trust_of_working_directory",
]
