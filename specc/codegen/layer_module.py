"""A `layer:` document as a module: its class, what that needs, and an example of its use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc import catalog
from specc.catalog.rules import Specs, TensorSpec
from specc.catalog.rules.policy import FLOAT32
from specc.codegen.families import Definition, Family, Line
from specc.codegen.followed import declared_layers
from specc.codegen.functional import definition_line
from specc.codegen.masks import makes_masks
from specc.codegen.module import Module
from specc.codegen.nodes import Atom, Node, call, constant, plain
from specc.codegen.printing import lines
from specc.codegen.problems import Refused
from specc.codegen.writers import CodeWriters
from specc.ir import DeclaredLayer, Graph
from specc.references import Importer

SIZES = (12, 14, 18, 16)
"""The sizes of the inputs for which a layer is written that doesn't say what they are: each axis
has one of its own, so that one isn't taken for another."""

RANKS = (3, 2, 4, 5)
DTYPES = (FLOAT32, "int32")
MASK = "mask"


def layer_module(
    layer: DeclaredLayer, graph: Graph | None, given: Mapping[str, Specs], importer: Importer
) -> tuple[Module, list[str]]:
    """The module of a layer, and the lines at its end.

    Args:
        layer: What the document declares.
        graph: Its body for the inputs that the user chose; None if none were.
        given: What the document itself says of its inputs.
        importer: Follows references to users' classes and functions.

    Raises:
        Refused: code can't say something of it, or it takes no inputs of usual shapes.
    """
    chosen = _chosen(layer, graph, given)
    module = Module(layer.name)
    writers = CodeWriters(module, importer)
    bodies = next(reversed(layer.followed.values()))
    module.has_masks = any(makes_masks(body.graph) for body in bodies)
    for body in bodies:
        module.know(declared_layers(body.graph))
    made = writers.declared([layer], Atom("name"), FLOAT32)
    name = constant(catalog.snake_case(layer.name))

    def header(function: str, _: object) -> list[str]:
        return definition_line(function, [f"name={name}"])

    top = Definition("build_layer", header, [Line("return ", made)])
    family = Family("build_layer", top)
    family.add(top)
    module.add(family.finish)
    return module, ["", "", 'if __name__ == "__main__":', *_example(layer, chosen), ""]


def _chosen(
    layer: DeclaredLayer, graph: Graph | None, given: Mapping[str, Specs]
) -> Mapping[str, Specs]:
    """The inputs for which the layer can be followed, which it is then."""
    for specs in _tries(layer, given) if graph is None else [given]:
        before = len(layer.followed)
        layer.infer_call([], specs, FLOAT32)
        if len(layer.followed) > before:
            return specs
    raise Refused(f"`{layer.name}` can't be followed for inputs of usual shapes")


def _tries(layer: DeclaredLayer, given: Mapping[str, Specs]) -> Iterator[Mapping[str, Specs]]:
    needed = [each.name for each in layer.inputs if not each.optional or given.get(each.name)]
    for dtype in DTYPES:
        for rank in sorted(RANKS) if layer.states else RANKS:
            spec = TensorSpec((None, *SIZES[: rank - 2], SIZES[-1]), dtype)
            yield {name: given.get(name) or spec for name in needed}


def _example(layer: DeclaredLayer, given: Mapping[str, Specs]) -> list[str]:
    """A call on inputs without values."""
    inputs = {name: _input(spec, layer) for name, spec in given.items()}
    made: Node = call("build_layer")
    if layer.states:
        made = call("layers.RNN", made)
    called = call(made, *inputs.values()) if len(inputs) == 1 else call(made, **inputs)
    return lines(call("print", called), 1)


def _input(spec: Specs, layer: DeclaredLayer) -> Node:
    shape = spec.shape if isinstance(spec, TensorSpec) else None
    if not isinstance(spec, TensorSpec) or shape is None:
        raise Refused(f"`{layer.name}` takes more than tensors")
    steps = (None,) if layer.states else ()
    dtype = {} if spec.dtype == FLOAT32 else {"dtype": plain(spec.dtype)}
    return call("keras.Input", plain((*steps, *shape[1:]), tuples=True), **dtype)
