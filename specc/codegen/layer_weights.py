"""The weights of declared layers: the calls that make them, and their first values."""

from __future__ import annotations

from specc.catalog import Kind
from specc.codegen.bodies import BodyWriter, Parts, dtype_of
from specc.codegen.families import Line
from specc.codegen.nodes import Atom, Literal, Node, call, constant, plain, tupled
from specc.codegen.objects import Objects
from specc.codegen.problems import Refused
from specc.ir import Graph, Operation, Structure, Tensor

OBJECTS = {
    "initializer": Kind.INITIALIZER,
    "regularizer": Kind.REGULARIZER,
    "constraint": Kind.CONSTRAINT,
}


def weight_code(
    operation: Operation, graph: Graph, attribute: str, objects: Objects
) -> Node | None:
    """The call that makes a weight; None for one that is computed where it is read."""
    arguments = operation.arguments
    value = value_of(operation, graph)
    if value is not None:
        return _buffer(operation, graph, value, attribute)
    shape = arguments["shape"]
    assert isinstance(shape, list)  # noqa: S101 - as expansion makes it
    keywords: dict[str, Node] = {"name": Atom(constant(operation.key))}
    keywords["shape"] = tupled([_size(size) for size in shape])
    if arguments.get("dtype"):
        keywords["dtype"] = plain(arguments["dtype"])
    for key, kind in OBJECTS.items():
        if key in arguments:
            keywords[key] = objects.of_kind(kind, arguments[key])
    if arguments["trainable"] is not True:
        keywords["trainable"] = plain(arguments["trainable"])
    return call("self.add_weight", **keywords)


def _buffer(operation: Operation, graph: Graph, value: Structure, attribute: str) -> Node | None:
    """A computed weight; one that isn't saved is computed where it is read."""
    if operation.arguments.get("save") is False:
        return None
    return call(
        "self.add_weight",
        name=Atom(constant(operation.key)),
        shape=tupled([_size(size) for size in _shape_of(graph, value)]),
        dtype=plain(operation.arguments.get("dtype") or dtype_of(graph, value)),
        initializer=Atom(f"self._initial_{attribute}"),
        trainable=plain(False),
    )


def initial_value(operation: Operation, graph: Graph, parts: Parts, objects: Objects) -> list[Line]:
    """The method that computes a weight's first value; none for other weights."""
    value = value_of(operation, graph)
    if value is None or operation.arguments.get("save") is False:
        return []
    writer = BodyWriter(graph, parts, objects, ["self", "shape", "dtype"])
    *before, last = writer.lines(value, effects=False)
    assert last.node is not None  # noqa: S101 - it returns
    code = call("ops.convert_to_tensor", last.node, dtype=Atom("dtype"))
    if isinstance(value, Tensor):
        code = call("ops.cast", last.node, Atom("dtype"))
    name = f"_initial_{parts.attributes[operation.key]}"
    start = Line(f"def {name}(self, shape, dtype=None):")
    return [Line(""), start, *before, Line("return ", code, 2)]


def _size(size: object) -> Node:
    return Literal(plain(size), "size")


def value_of(operation: Operation, graph: Graph) -> Structure | None:
    """The value of a computed weight."""
    for made in graph.calls:
        if graph.operations[made.operation] is operation:
            return made.args[0] if made.args else None
    return None


def _shape_of(graph: Graph, value: Structure) -> list[int]:
    """The shape of a computed weight.

    Raises:
        Refused: it isn't known.
    """
    if isinstance(value, list | tuple):
        return [len(value), *(_shape_of(graph, value[0]) if value else [])]
    if not isinstance(value, Tensor):
        return []
    spec = graph.specs.get(value)
    if spec is None or spec.shape is None or None in spec.shape:
        raise Refused("a computed weight whose shape isn't known")
    return [size for size in spec.shape if size is not None]
