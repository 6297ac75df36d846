"""A graph becomes a Keras model with fresh weights."""

from __future__ import annotations

import copy
import math
from typing import Any

from specc.diagnostics import Diagnostic, Span
from specc.errors import SpeccError
from specc.ir import Graph, all_operations
from specc.keras_backend.build import Builder
from specc.keras_backend.depth import with_deep_stack
from specc.keras_backend.failures import at_step
from specc.keras_backend.fresh import Given, fill, nothing, pythons_random_kept
from specc.keras_backend.private import Deferred, deferred_variables
from specc.keras_backend.python import python_scope
from specc.keras_backend.records import Record, remember
from specc.keras_backend.settings import language_settings
from specc.keras_backend.slots import Slot
from specc.keras_config import compile_config, model_config
from specc.memory import no_collection

MAX_PARAMETERS = 20_000_000_000
"""80 GB of float32: more than machines that compile specs have; a typo has more zeros than that."""


def compile_graph(
    graph: Graph,
    seed: int | None = None,
    max_parameters: int = MAX_PARAMETERS,
    given: Given = nothing,
) -> Any:
    """The Keras model of a graph, with fresh weights, compiled if the spec has `training`.

    Args:
        graph: After all passes.
        seed: Makes the weights repeatable, each by its own key.
        max_parameters: More than these are refused before any is allocated.
        given: Values that variables have from elsewhere.

    Raises:
        SpeccError: Keras refuses a step, or there are too many parameters.
    """
    with no_collection():
        config = model_config(graph)
    count = sum(1 for _ in all_operations(graph))

    def build() -> Any:
        with language_settings(), python_scope(graph):
            with no_collection(), pythons_random_kept(seed), deferred_variables() as deferred:
                builder = Builder(seed)
                model = builder.build(graph, config)
            check_size(graph, deferred, max_parameters)
            fill(deferred, builder.slots(), seed, given)
            compile_model(model, graph)
            layers = tuple((key, layer) for key, layer, _ in builder.layers)
            remember(model, Record(layers=layers, fresh=_words(seed)))
            return model

    return with_deep_stack(count, build, graph.origin)


def _words(seed: int | None) -> str:
    return "fresh" if seed is None else f"seed {seed}"


def build_unfilled(graph: Graph) -> tuple[Any, list[Slot]]:
    """The model with variables that have no values, and its slots: to look at, not to run.

    Raises:
        SpeccError: Keras refuses a step.
    """
    model, builder = build_observed(graph)
    return model, [slot for slot, _ in builder.slots()]


def build_observed(graph: Graph) -> tuple[Any, Builder]:
    """The same model, with the builder that knows what became of each step.

    Raises:
        SpeccError: Keras refuses a step.
    """
    with no_collection():
        config = model_config(graph)
    count = sum(1 for _ in all_operations(graph))

    def build() -> tuple[Any, Builder]:
        with language_settings(), python_scope(graph), no_collection(), deferred_variables():
            builder = Builder(None)
            model = builder.build(graph, config)
            layers = tuple((key, layer) for key, layer, _ in builder.layers)
            remember(model, Record(layers=layers))
            return model, builder

    return with_deep_stack(count, build, graph.origin)


def check_size(graph: Graph, deferred: Deferred, limit: int) -> None:
    """Counts the parameters before any is allocated.

    Raises:
        SpeccError: there are more than the limit.
    """
    total = sum(math.prod(variable.shape) for variable in deferred.variables)
    if total > limit:
        message = f"the model has {total:,} parameters, more than the limit of {limit:,}"
        hint = "if you mean it, raise the limit: `--max-parameters`, or `max_parameters=`"
        raise SpeccError([Diagnostic("S702", message, graph.origin, help=hint)])


def compile_model(model: Any, graph: Graph) -> None:
    """Gives the model its optimizer, losses and metrics, if the spec has `training`.

    Raises:
        SpeccError: Keras refuses them.
    """
    config = compile_config(graph)
    if config is None:
        return
    with at_step("S604", "Keras refuses `training`", training_span(graph)):
        model.compile_from_config(copy.deepcopy(config))


def training_span(graph: Graph) -> Span:
    """Where `training` stands."""
    return graph.training_node.span if graph.training_node is not None else graph.origin
