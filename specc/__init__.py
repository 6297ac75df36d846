"""specc compiles model specs, YAML kept in git, into Keras models.

Importing it imports neither TensorFlow nor Keras; what needs them imports them when it is called.
"""

from specc.api import check, compile, load, loads  # noqa: A004 - the verb of the field
from specc.errors import SpeccError
from specc.spec import Spec

__version__ = "0.1.0"

__all__ = ["Spec", "SpeccError", "__version__", "check", "compile", "load", "loads"]
