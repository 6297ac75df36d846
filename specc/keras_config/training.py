"""`training:` becomes a Keras compile config."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog import Kind
from specc.catalog.compiling import COMPILE_OBJECTS, is_object
from specc.ir import Graph
from specc.keras_config.models import nested_config
from specc.keras_config.objects import Config, object_config


def compile_config(graph: Graph) -> Config | None:
    """What `Model.compile_from_config` takes; None where the spec has no `training`."""
    if graph.training is None:
        return None
    return {
        key: _objects(COMPILE_OBJECTS[key], value) if key in COMPILE_OBJECTS else value
        for key, value in graph.training.items()
    }


def _objects(kind: Kind, value: object) -> object:
    """Objects in lists and in mappings by output name, each as Keras writes it."""
    if isinstance(value, list):
        return [_objects(kind, item) for item in value]
    if isinstance(value, Mapping) and not is_object(kind, value):
        return {name: _objects(kind, item) for name, item in value.items()}
    return object_config(kind, value, "", None, nested_config)
