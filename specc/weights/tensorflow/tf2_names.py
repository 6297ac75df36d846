"""What the tensors of a TensorFlow 2 checkpoint are, by its object graph.

A key is the shortest path to the variable from what was saved, and that may lead through the
optimizer: Keras 3 has a model's kernels under `optimizer/_trainable_variables/0`. So a variable is
the optimizer's only if nothing but an optimizer leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from specc.weights.limits import MAX_KEY_CHARACTERS
from specc.weights.source import Role
from specc.weights.tensorflow.object_graph import ROOT, Attribute, Node, ObjectGraph, path_to

_VALUE: Final = "VARIABLE_VALUE"
_TABLE_PREFIX: Final = "table-"  # keys and values of a lookup table

_OPTIMIZERS: Final = ({"_iterations", "_variables"}, {"iter", "decay"}, {"iter", "learning_rate"})
_METRIC_EDGES: Final = frozenset({"metrics", "_metrics", "compiled_metrics", "_compile_metrics"})
_MEAN_METRIC: Final = {"total", "count"}
_TRAINABLE: Final = frozenset({"trainable_variables", "_trainable_variables"})
_TRACKERS: Final = frozenset(
    {"variables", "trainable_variables", "non_trainable_variables", "regularization_losses"}
) | {"_trainable_variables", "_non_trainable_variables"}
"""Lists by which Keras counts what a model holds; of a Keras 2 SavedModel they come first."""

_GENERATOR_EDGE: Final = "_state_var"  # of tf.random.Generator
_RNN_STATE: Final = "rnn_state"
"""What stateful layers remember of the last batch; Keras's own files don't keep it."""

_GENERATOR_NAME: Final = "seed_generator_state"  # of keras.random.SeedGenerator
_COUNTER: Final = "save_counter"  # of tf.train.Checkpoint itself


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of a tensor.

    Attributes:
        role: What it is to its model.
        names: Its other names.
        path: The attributes that lead to it from what was saved.
        trainable: Whether it was, None if nothing says so.
    """

    role: Role
    names: dict[str, str]
    path: tuple[str, ...] = ()
    trainable: bool | None = None


class GraphNames:
    """Names and roles by an object graph.

    Raises:
        TooLarge: if the graph is deeper than any that is real.
    """

    def __init__(self, graph: ObjectGraph) -> None:
        nodes = graph.nodes
        self._graph = graph
        self._metrics = set(_metrics(nodes)) - {ROOT}
        optimizers = {i for i, node in enumerate(nodes) if _is_optimizer(node)} - {ROOT}
        slots = {slot for node in nodes for _, _, slot in node.slots}
        lists = {i for node in nodes for name, i in node.children if name in _TRAINABLE}
        self._trainable = {i for number in lists for _, i in nodes[number].children}
        self._model = graph.walk(optimizers | self._metrics | slots)
        self._all_but_metrics = graph.walk(self._metrics)
        self._all = graph.walk()
        self._by_attributes = graph.walk(optimizers | self._metrics | slots, _TRACKERS)

    def by_key(self) -> dict[str, Named]:
        """Of each key in the graph, what its tensor is and what else it is called.

        Names are `full_name`, the variable's own (Keras 3: its path; Keras 2: layer and weight),
        and `object_path`, the attributes that lead to it, round the optimizer, and Keras's lists of
        variables, where that goes.
        """
        return {tensor.key: self._named(number, tensor) for number, tensor in self._graph.tensors()}

    def _named(self, number: int, tensor: Attribute) -> Named:
        trees = (self._by_attributes, self._model, self._all)
        tree = next((tree for tree in trees if number in tree), None)
        path = path_to(tree, number) if tree is not None else ()
        if tree is not None and path:
            own = tensor.full_name.rpartition("/")[2]
            path = (*path[:-1], self._attribute(tree[number][0], number, own))
        names = {"full_name": tensor.full_name, "object_path": "/".join(path)}
        return Named(
            self._role(number, tensor),
            {name: text for name, text in names.items() if 0 < len(text) <= MAX_KEY_CHARACTERS},
            path,
            number in self._trainable if self._trainable else None,
        )

    def _attribute(self, holder: int, number: int, own: str) -> str:
        """Which attribute holds a variable; Keras 2 tracks it by its own name as well, and first.

        Of two variables without a name, both `Variable`, only the second is tracked so.
        """
        edges = [name for name, child in self._graph.nodes[holder].children if child == number]
        return next((name for name in edges if name.strip("_") != own), edges[0])

    def _role(self, number: int, tensor: Attribute) -> Role:
        if tensor.name != _VALUE and not tensor.name.startswith(_TABLE_PREFIX):
            return "other"
        if number in self._trainable:
            return "variable"
        if number in self._model:
            return _role_in_model(*self._model[number], tensor)
        reached_by_metrics_only = number in self._all and number not in self._all_but_metrics
        return "metric" if reached_by_metrics_only else "optimizer"


def _role_in_model(parent: int, edge: str, tensor: Attribute) -> Role:
    if parent == ROOT and edge == _COUNTER:
        return "other"
    own_name = tensor.full_name.rpartition("/")[2]
    if own_name == _RNN_STATE and edge.isdigit():
        return "other"
    return "generator" if edge == _GENERATOR_EDGE or own_name == _GENERATOR_NAME else "variable"


def _is_optimizer(node: Node) -> bool:
    names = {name for name, _ in node.children}
    return bool(node.slots) or any(wanted <= names for wanted in _OPTIMIZERS)


def _metrics(nodes: list[Node]) -> Iterator[int]:
    for number, node in enumerate(nodes):
        if {name for name, _ in node.children} == _MEAN_METRIC:
            yield number
        yield from (child for name, child in node.children if name in _METRIC_EDGES)
