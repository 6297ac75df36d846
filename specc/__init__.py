"""specc compiles model specs, YAML kept in git, into Keras models.

Importing it costs nothing: its names are loaded when they are first used. Neither TensorFlow nor
Keras is imported before something needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.version import __version__

if TYPE_CHECKING:
    from specc.api.imports import from_keras, import_model
    from specc.api.specs import check, compile, load, load_model, loads  # noqa: A004 - the verb of the field
    from specc.api.weights import bind, plan, provenance, save_weights
    from specc.errors import SpeccError
    from specc.keras_backend.checkpoint import TrainableCheckpoint
    from specc.spec import Spec
    from specc.weights.planning import Plan

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
        from specc.api import weights as weights_api

        return getattr(weights_api, name)
    if name == "TrainableCheckpoint":
        from specc.keras_backend.checkpoint import TrainableCheckpoint

        return TrainableCheckpoint
    if name in _IMPORTS:
        from specc.api import imports as importer

        return getattr(importer, name)
    from specc import errors, spec
    from specc.api import specs as api

    for module in (api, spec, errors):
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(name)


def __dir__() -> list[str]:
    return __all__
