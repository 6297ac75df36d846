"""A `layer:` document as a module: its class, what that needs, and an example of its use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

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
Declare = Callable[[], DeclaredLayer]
NUMBER = re.compile(r"\b\d{1,4}\b")
MAX_WIDTHS = 20


def layer_module(
    declare: Declare, graph: Graph | None, given: Mapping[str, Specs], importer: Importer
) -> tuple[Module, list[str]]:
    """The module of a layer, and the lines at its end.

    Args:
        declare: Gives what the document declares, anew.
        graph: Its body for the inputs that the user chose; None if none were.
        given: What the document itself says of its inputs.
        importer: Follows references to users' classes and functions.

    Raises:
        Refused: code can't say something of it, or it takes no inputs of usual shapes.
    """
    layer, chosen = _chosen(declare, graph, given)
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
    declare: Declare, graph: Graph | None, given: Mapping[str, Specs]
) -> tuple[DeclaredLayer, Mapping[str, Specs]]:
    """The layer, followed for inputs, and these. What failed once can't be followed again."""
    first = declare()
    for specs in _tries(first, given) if graph is None else [given]:
        layer = declare()
        layer.infer_call([], specs, FLOAT32)
        if layer.followed:
            return layer, specs
    raise Refused(f"`{first.name}` can't be followed for inputs of usual shapes")


def _tries(layer: DeclaredLayer, given: Mapping[str, Specs]) -> Iterator[Mapping[str, Specs]]:
    needed = [each.name for each in layer.inputs if not each.optional or given.get(each.name)]
    ranks = sorted(RANKS) if layer.states else RANKS
    for width, dtype, rank in product((SIZES[-1], *_numbers(layer)), DTYPES, ranks):
        spec = TensorSpec((None, *SIZES[: rank - 2], width), dtype)
        yield {name: given.get(name) or spec for name in needed}


def _numbers(layer: DeclaredLayer) -> list[int]:
    """The numbers in a layer's text, the only widths that some layers take."""
    texts = layer.config()["spec"]
    assert isinstance(texts, dict)  # noqa: S101 - as `embedded` writes it
    found = {int(each) for text in texts.values() for each in NUMBER.findall(text)}
    return sorted(found - {0})[:MAX_WIDTHS]


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
