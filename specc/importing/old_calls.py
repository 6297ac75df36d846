"""Calls as Keras 1 and 2 wrote them: lists of `[layer, call, output, {further arguments}]`."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from specc.importing.parts import Application, ImportedLayer, Ref, Structure, refs
from specc.importing.problems import Problems, shown

CONSTANT = "_CONSTANT_VALUE"
TAKES_LIST = frozenset(
    {"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"}
)
RECURRENT = frozenset(
    {"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"}
)
"""Layers that took their initial state in one list with their input."""
TENSORFLOW = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})


class OldCalls:
    """Reads the calls of a model whose layers have these names."""

    def __init__(self, layers: Set[str], problems: Problems) -> None:
        self.layers = layers
        self.problems = problems

    def call(self, layer: ImportedLayer, node: Any) -> Application:
        """One call of a layer."""
        kwargs: dict[str, Structure] = {}
        given = self._structure(node, kwargs)
        if isinstance(given, list) and len(given) == 1 and layer.class_name not in TAKES_LIST:
            given = given[0]
        if layer.class_name in RECURRENT and isinstance(given, list) and len(given) > 1:
            kwargs["initial_state"] = given[1:] if len(given) > 2 else given[1]
            given = given[0]
        if next(refs([given, kwargs]), None) is None:
            if layer.class_name in TENSORFLOW:
                help_ = "Keras 2 lost them when it wrote the config; write the step by hand"
                what = f"the tensors that `tf.{shown(layer.config.get('function'))}` reads"
                self.problems.fail("S525", f"the config hasn't {what}", help_)
            self.problems.fail("S521", "a call reads nothing")
        return Application((given,), kwargs)

    def _structure(self, node: Any, kwargs: dict[str, Structure]) -> Structure:
        if isinstance(node, dict):
            return {key: self._structure(item, kwargs) for key, item in node.items()}
        if not isinstance(node, list):
            return node
        if self._is_tensor(node):
            if len(node) == 4 and isinstance(node[3], dict):
                kwargs |= {key: self._argument(item) for key, item in node[3].items()}
            return node[2] if node[0] == CONSTANT else Ref(*node[:3])
        return [self._structure(item, kwargs) for item in node]

    def _argument(self, value: Any) -> Structure:
        """A further argument: a tensor is a list, as any other."""
        if isinstance(value, list):
            if self._is_tensor(value) and (value[0] in self.layers or value[0] == CONSTANT):
                return value[2] if value[0] == CONSTANT else Ref(*value[:3])
            return [self._argument(item) for item in value]
        if isinstance(value, dict):
            if value.get("class_name") == "__tuple__":  # as SavedModels have it
                return self._argument(value.get("items"))
            return {key: self._argument(item) for key, item in value.items()}
        return value

    def _is_tensor(self, value: list[Any]) -> bool:
        match value:
            case [str(name), int(call), _, *_]:
                return name == CONSTANT or (call >= 0 and isinstance(value[2], int))
        return False
