"""Graphs become Keras configs: plain dicts, made without Keras. Row 5 of the program."""

from specc.keras_config.models import (
    DEFAULT_DTYPE,
    declared_config,
    model_config,
    nested_config,
    operation_config,
)
from specc.keras_config.objects import Config, object_config
from specc.keras_config.training import compile_config

__all__ = [
    "DEFAULT_DTYPE",
    "Config",
    "compile_config",
    "declared_config",
    "model_config",
    "nested_config",
    "object_config",
    "operation_config",
]
