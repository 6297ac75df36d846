"""The object tree that TensorFlow 2 stores in its checkpoints, walked without recursion.

A node is an object of Python, an edge an attribute of it; objects may refer to each other in
circles. tensorflow/core/protobuf/trackable_object_graph.proto.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import Budget, Buffer, Message

GRAPH_KEY: Final = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""The key of the graph's own entry in the checkpoint."""

MAX_GRAPH_BYTES: Final = 32 * 2**20
"""Size of the graph. Ten thousand objects take 1.5 MB."""

MAX_EDGES: Final = 250_000
"""Objects, edges, slots and tensors together: each takes some 200 bytes in memory."""

MAX_DEPTH: Final = 200
"""Objects in objects. A level is a model in a model, or a list in one."""

ROOT: Final = 0

Tree = dict[int, tuple[int, str]]
"""Of each node but the root, the node before it and the name of the edge between."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A tensor of an object: its name there, the variable's own name, its key in the checkpoint."""

    name: str
    full_name: str
    key: str


@dataclass(frozen=True, slots=True)
class Node:
    """An object: its attributes that are objects, its tensors, and an optimizer's slot variables.

    A slot is (node of the variable, name, node of the slot variable).
    """

    children: tuple[tuple[str, int], ...] = ()
    tensors: tuple[Attribute, ...] = ()
    slots: tuple[tuple[int, str, int], ...] = ()


class ObjectGraph:
    """All objects; the first is what was saved."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    @classmethod
    def decode(cls, data: Buffer) -> ObjectGraph:
        """Decodes a TrackableObjectGraph.

        Raises:
            Malformed: if an edge leads to no node.
            TooLarge: beyond `MAX_GRAPH_BYTES` or `MAX_EDGES`.
        """
        if len(data) > MAX_GRAPH_BYTES:
            raise TooLarge(f"its object graph has {len(data):,} bytes")
        budget = Budget(MAX_EDGES)
        graph = cls([_node(budget.message(node)) for node in budget.message(data).each(1)])
        graph._check()
        return graph

    def walk(self, barred: Collection[int] = (), without: Collection[str] = ()) -> Tree:
        """The shortest way from the root to each node, without entering those barred.

        Args:
            barred: Numbers of nodes that no way leads through.
            without: Names of edges that no way takes.

        Among equally short ones it is the first in the file's order, as TensorFlow's own.

        Raises:
            TooLarge: if a way is longer than `MAX_DEPTH`.
        """
        found: Tree = {}
        reached = [ROOT] if self.nodes else []
        seen = {*reached, *barred}
        for _ in range(MAX_DEPTH):
            before, reached = reached, []
            for number in before:
                for name, child in self.nodes[number].children:
                    if child not in seen and name not in without:
                        seen.add(child)
                        found[child] = (number, name)
                        reached.append(child)
        if reached:
            raise TooLarge(f"its object graph is deeper than {MAX_DEPTH}")
        return found

    def tensors(self) -> Iterator[tuple[int, Attribute]]:
        """Each tensor with the number of its node."""
        for number, node in enumerate(self.nodes):
            yield from ((number, tensor) for tensor in node.tensors)

    def _check(self) -> None:
        count = len(self.nodes)
        for node in self.nodes:
            ends = [child for _, child in node.children]
            ends += [end for slot in node.slots for end in (slot[0], slot[2])]
            if ends and not 0 <= min(ends) <= max(ends) < count:
                raise Malformed("its object graph has an edge to an object that isn't there")


def path_to(tree: Tree, number: int) -> tuple[str, ...]:
    """The names of the edges from the root to a node of the tree."""
    names = []
    while number != ROOT:
        number, name = tree[number]
        names.append(name)
    return tuple(reversed(names))


def _node(message: Message) -> Node:
    return Node(
        tuple((child.text(2), child.signed(1)) for child in message.messages(1)),
        tuple(Attribute(a.text(1), a.text(2), a.text(3)) for a in message.messages(2)),
        tuple((s.signed(1), s.text(2), s.signed(3)) for s in message.messages(3)),
    )
