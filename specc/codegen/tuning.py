"""What of a layer is frozen or adapted, as statements about the model that was built."""

from __future__ import annotations

from specc.codegen.families import Line
from specc.codegen.nodes import Atom, call, constant, plain
from specc.codegen.problems import Refused
from specc.ir import Operation

ATTENTION = {
    "query": "query_dense",
    "key": "key_dense",
    "value": "value_dense",
    "output": "output_dense",
}
"""The layers inside attention layers, by their names in keys."""

HOLDERS = frozenset({"Bidirectional", "TimeDistributed", "RNN", "StackedRNNCells"})
"""Layers whose constructor doesn't tell what they hold that they are frozen."""


def tuning_lines(operation: Operation) -> list[Line]:
    """The statements for a layer.

    Raises:
        Refused: Keras has no public name for a part of it.
    """
    layer = f"model.get_layer({constant(operation.name)})"
    found: list[Line] = []
    if operation.trainable is False and operation.class_name in HOLDERS:
        found.append(Line(f"{layer}.trainable = False"))
    for adapter in operation.adapters:
        adapted = Atom(layer + _attributes(operation, adapter.path) + ".enable_lora")
        alpha = {} if adapter.alpha == adapter.rank else {"lora_alpha": plain(adapter.alpha)}
        found.append(Line("", call(adapted, plain(adapter.rank), **alpha)))
    for path in operation.frozen:
        inside, _, variable = path.rpartition(".")
        owner = layer + _attributes(operation, inside)
        found.append(Line(f"{owner}.{_variable(operation, inside, variable)}.trainable = False"))
    return found


def _attributes(operation: Operation, path: str) -> str:
    """How code reaches a layer inside a layer."""
    names = path.split(".") if path else []
    if "Attention" in operation.class_name:
        names = [ATTENTION.get(name, name) for name in names]
    elif names:
        raise Refused(f"`{operation.key}.{path}` has no public name in Keras")
    return "".join(f".{name}" for name in names)


def _variable(operation: Operation, inside: str, variable: str) -> str:
    """The attribute of a variable; adapted kernels hide the one that they had."""
    adapted = any(adapter.path == inside for adapter in operation.adapters)
    return f"_{variable}" if adapted and variable in ("kernel", "embeddings") else variable
