"""Users' own Python classes: imported under trust, described for the checks, constructed."""

from specc.keras_backend.python.importing import import_object
from specc.keras_backend.python.making import (
    TrustedBefore,
    make_object,
    python_scope,
    trusted_function,
)

__all__ = ["TrustedBefore", "import_object", "make_object", "python_scope", "trusted_function"]
