"""The `build` of a declared layer's class: Keras builds what is inside by a call without values."""

from __future__ import annotations

from specc.catalog.rules import TensorSpec
from specc.codegen.families import Line
from specc.codegen.nodes import Atom, Node, call, listed, mapped, plain, tupled
from specc.ir import DeclaredLayer, Graph, Structure, Tensor

MASK, STATES = "mask", "states"


def build_method(declared: DeclaredLayer, graph: Graph) -> list[Line]:
    """`build`, for a layer that holds others.

    Args:
        declared: The layer.
        graph: Its body as it is for the first inputs.
    """
    given = graph.inputs if isinstance(graph.inputs, dict) else {}
    names, made = _symbols(declared, given, graph)
    arguments = [made[each.name] for each in declared.inputs if each.name in made]
    if declared.form == "list":
        arguments = [listed(arguments)]
    elif declared.form == "mapping":
        arguments = [mapped(dict(made.items()))]
    elif STATES in made:
        arguments.append(made[STATES])
    return [
        Line(""),
        Line(f"def build(self, {', '.join(names)}):"),
        Line("# Builds the layers inside, as `call` uses them.", indent=2),
        Line("", call("self.compute_output_spec", *arguments), 2),
    ]


def _symbols(
    declared: DeclaredLayer, given: dict[str, Structure], graph: Graph
) -> tuple[list[str], dict[str, Node]]:
    """The arguments of `build`, and inputs without values by name."""
    form = declared.form
    made: dict[str, Node] = {}
    names: list[str] = []
    inputs = [each.name for each in declared.inputs]
    for place, each in enumerate(declared.inputs):
        name = each.name
        known = {"": f"{name}_shape", "tensor": "input_shape", "list": f"input_shape[{place}]"}
        path = known.get(form, f'input_shape["{name}"]')
        if not form and name != MASK:
            names.append(f"{path}=None" if each.optional else path)
        if given.get(name) is None:
            if form == "list" or any(given.get(later) is not None for later in inputs[place:]):
                made[name] = Atom("None")
            continue
        made[name] = _symbol(given[name], path, graph)
    if declared.states:
        first = Atom(f"{inputs[0]}_shape[0]")
        made[STATES] = listed([_state(first, size) for size in declared.state_sizes or []])
    return names or ["input_shape"], made


def _state(batch: Node, size: int) -> Node:
    shape = tupled([batch, plain(size)])
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
