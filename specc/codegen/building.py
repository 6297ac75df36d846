"""The `build` of a declared layer's class: Keras builds what is inside by a call without values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.catalog.rules import TensorSpec
from specc.codegen.families import Line
from specc.codegen.nodes import Atom, Literal, Node, call, listed, mapped, plain, tupled
from specc.codegen.problems import Refused
from specc.ir import DeclaredLayer, Graph, Structure, Tensor

MASK, STATES = "mask", "states"
NONE = Atom("None")


def build_start(declared: DeclaredLayer, forms: Sequence[Graph]) -> list[Line]:
    """`def build(…):` of a layer that has been followed for some forms of inputs."""
    names, _ = _symbols(declared, forms)
    return [Line(""), Line(f"def build(self, {', '.join(names)}):")]


def build_trace(declared: DeclaredLayer, forms: Sequence[Graph]) -> list[Line]:
    """What builds the layers inside.

    Args:
        declared: The layer.
        forms: Its body as it is for each form of inputs, that for which it is built first.
    """
    _, made = _symbols(declared, forms)
    before = [line for name in made for line in _optional(name, made, forms, declared.form)]
    arguments = list(made.values())
    if declared.form == "list":
        arguments = [listed(arguments)]
    elif declared.form == "mapping":
        arguments = [mapped(dict(made.items()))]
    return [
        Line("# Builds the layers inside, as `call` uses them.", indent=2),
        *before,
        Line("", call("self.compute_output_spec", *arguments), 2),
    ]


def built_by_methods(layers: Mapping[str, str], methods: Sequence[Graph]) -> Iterator[Line]:
    """The statements that build the layers which methods alone call.

    Args:
        layers: The code of each, by its key.
        methods: The bodies of the methods.

    Raises:
        Refused: the shapes that they are called on aren't known.
    """
    waiting = dict(layers)
    for graph in methods:
        for made in graph.calls:
            operation = graph.operations[made.operation]
            layer = waiting.pop(operation.key, None)
            if layer is None or (operation.graph is not None and operation.graph.declared is None):
                continue  # others are built as they are made
            shapes = [plain(_shapes(value, graph), tuples=True) for value in made.args]
            named = {
                f"{name}_shape": plain(_shapes(value, graph), tuples=True)
                for name, value in made.kwargs.items()
                if isinstance(value, Tensor)
            }
            yield Line("", call(f"{layer}.build", *shapes, **named), 2)


def _shapes(value: Structure, graph: Graph) -> object:
    """The shapes of tensors, in their structure."""
    if isinstance(value, Tensor):
        spec = graph.specs.get(value)
        if spec is None or spec.shape is None:
            raise Refused("a layer that a method calls on inputs of unknown shapes")
        return tuple(spec.shape)
    if isinstance(value, dict):
        return {key: _shapes(item, graph) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shapes(item, graph) for item in value]
    return None


def _optional(
    name: str, made: dict[str, Node], forms: Sequence[Graph], form: str
) -> Iterator[Line]:
    """The statements that make an input which isn't always given; its name then stands for it."""
    if form or name == MASK or all(name in _inputs(graph) for graph in forms):
        return
    if made[name] != NONE and name != STATES:
        yield Line(f"{name} = None", indent=2)
        yield Line(f"if {name}_shape is not None:", indent=2)
        yield Line(f"{name} = ", made[name], 3)
        made[name] = Atom(name)


def _symbols(declared: DeclaredLayer, forms: Sequence[Graph]) -> tuple[list[str], dict[str, Node]]:
    """The arguments of `build`, and inputs without values by name."""
    form = declared.form
    made: dict[str, Node] = {}
    names: list[str] = []
    for place, each in enumerate(declared.inputs):
        name = each.name
        known = {"": f"{name}_shape", "tensor": "input_shape", "list": f"input_shape[{place}]"}
        path = known.get(form, f'input_shape["{name}"]')
        if not form and name != MASK:
            names.append(f"{path}=None" if each.optional else path)
        made[name] = _argument(name, path, forms)
    while form != "list" and list(made.values())[-1:] == [NONE]:
        made.popitem()  # absent inputs are None anyway
    if declared.states:
        first = Atom(f"{declared.inputs[0].name}_shape[0]")
        made[STATES] = listed([_state(first, size) for size in declared.state_sizes or []])
    return names or ["input_shape"], made


def _argument(name: str, path: str, forms: Sequence[Graph]) -> Node:
    """An input without values; None where it isn't given, or Keras passes it by itself."""
    given = ((_inputs(graph).get(name), graph) for graph in forms)
    found = [(value, graph) for value, graph in given if value is not None]
    if not found or name == MASK:
        return NONE
    return _symbol(found[0][0], path, found[0][1])


def _inputs(graph: Graph) -> dict[str, Structure]:
    return graph.inputs if isinstance(graph.inputs, dict) else {}


def _state(batch: Node, size: int) -> Node:
    shape = tupled([batch, Literal(plain(size), "units")])
    return call("keras.KerasTensor", shape, Atom("self.compute_dtype"))


def _symbol(value: Structure, path: str, graph: Graph) -> Node:
    """Inputs without values, in their structure."""
    if isinstance(value, list | tuple):
        return listed([_symbol(item, f"{path}[{i}]", graph) for i, item in enumerate(value)])
    if isinstance(value, dict):
        found = {key: _symbol(item, f'{path}["{key}"]', graph) for key, item in value.items()}
        return mapped(found)
    spec = graph.specs.get(value) if isinstance(value, Tensor) else None
    assert isinstance(spec, TensorSpec)  # noqa: S101 - expansion knows the inputs
    if spec.dtype is None or spec.dtype.startswith(("float", "bfloat")):
        return call("keras.KerasTensor", Atom(path), dtype=Atom("self.compute_dtype"))
    return call("keras.KerasTensor", Atom(path), dtype=plain(spec.dtype))
