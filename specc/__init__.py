"""specc compiles model specs, YAML kept in git, into Keras models.

Importing it costs nothing: its names are loaded when they are first used. Neither TensorFlow nor
Keras is imported before something needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.version import __version__

if TYPE_CHECKING:
    from specc.api import check, compile, load, load_model, loads  # noqa: A004 - the verb of the field
    from specc.errors import SpeccError
    from specc.importer import from_keras, import_model
    from specc.keras_backend.checkpoint import TrainableCheckpoint
    from specc.spec import Spec
    from specc.weights.planning import Plan
    from specc.weights_api import bind, plan, provenance, save_weights

__all__ = [
    "Plan",
    "Spec",
    "SpeccError",
    "TrainableCheckpoint",
    "__version__",
    "bind",
    "check",
    "compile",
    "from_keras",
    "import_model",
    "load",
    "load_model",
    "loads",
    "plan",
    "provenance",
    "save_weights",
]

_IMPORTS = {"from_keras", "import_model"}
_WEIGHTS = {"Plan", "bind", "plan", "provenance", "save_weights"}
"""Names that are about weights; other commands do without their modules."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module `specc` has no attribute `{name}`")
    if name in _WEIGHTS:
        from specc import weights_api

        return getattr(weights_api, name)
    if name == "TrainableCheckpoint":
        from specc.keras_backend.checkpoint import TrainableCheckpoint

        return TrainableCheckpoint
    if name in _IMPORTS:
        from specc import importer

        return getattr(importer, name)
    from specc import api, errors, spec

    for module in (api, spec, errors):
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return __all__
