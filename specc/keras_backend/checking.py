"""What only Keras can say of a spec: it is built, without values, and looked at."""

from __future__ import annotations

import copy
from typing import Any

import keras

from specc.diagnostics import Diagnostic, Span
from specc.errors import SpeccError
from specc.ir import Graph
from specc.keras_backend.compilation import build_observed, training_span
from specc.keras_backend.failures import at_step
from specc.keras_backend.masks import dropped_masks
from specc.keras_backend.objects import build_object
from specc.keras_backend.python import python_scope
from specc.keras_config import compile_config


def check_graph(graph: Graph) -> list[Diagnostic]:
    """What Keras refuses of a model, and which masks it would lose."""
    try:
        model, builder = build_observed(graph)
        _check_training(model, graph)
    except SpeccError as error:
        return list(error.diagnostics)
    return list(dropped_masks(graph, builder))


def _check_training(model: Any, graph: Graph) -> None:
    """Compiles the model, but makes none of the variables that an optimizer keeps for each weight.

    Raises:
        SpeccError: Keras refuses what `training` says.
    """
    config = compile_config(graph)
    if config is None:
        return
    with python_scope(graph), at_step("S604", "Keras refuses `training`", training_span(graph)):
        model.compile(**keras.saving.deserialize_keras_object(copy.deepcopy(config)))


def check_object(config: Any, span: Span) -> list[Diagnostic]:
    """What Keras refuses of a single object."""
    try:
        build_object(config, span)
    except SpeccError as error:
        return list(error.diagnostics)
    return []
