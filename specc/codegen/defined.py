"""Definitions that stand where Keras wants a function of tensors: activations, losses, metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specc.catalog.rules import UNKNOWN
from specc.catalog.rules.policy import FLOAT32
from specc.codegen.bodies import BodyWriter, Parts
from specc.codegen.families import Definition
from specc.codegen.module import Module
from specc.codegen.naming import RESERVED
from specc.codegen.nodes import Atom, Node, constant
from specc.codegen.objects import Objects
from specc.codegen.problems import Refused
from specc.ir import DeclaredFunction, LayerBody


def function_of(module: Module, objects: Objects, declared: DeclaredFunction) -> Node:
    """The name of a declared function, which the module then has.

    Raises:
        Refused: code can't say something of it.
    """
    graph = _body(declared).graph
    names = [each.name for each in declared.inputs]
    if not RESERVED.isdisjoint(names):
        raise Refused(f"an input of `{declared.name}` has a name that code needs")
    writer = BodyWriter(graph, Parts({}), objects, names)
    writer.seed = Atom(f"{declared.name}_seed")
    given = graph.inputs if isinstance(graph.inputs, dict) else {}
    for name in names:
        if given.get(name) is not None:
            writer.unpack(given[name], Atom(name))
    body = [replace(line, indent=line.indent - 1) for line in writer.lines(graph.outputs)]

    def header(name: str, _: object) -> list[str]:
        register = f"@keras.saving.register_keras_serializable({constant(module.package)})"
        seed = [f"{name}_seed = keras.random.SeedGenerator()", "", ""] if writer.is_random else []
        return [*seed, register, f"def {name}({', '.join(names)}):"]

    use = module.families.use(Definition(declared.name, header, body))
    return Atom(use.family.name)


def _body(declared: DeclaredFunction) -> LayerBody:
    """The body for tensors of which nothing is known, as Keras gives them."""
    before = set(declared.followed)
    declared.infer_call([UNKNOWN] * len(declared.inputs), {}, FLOAT32)
    new = [ways for form, ways in declared.followed.items() if form not in before]
    found: Sequence[LayerBody] = new[-1] if new else _general(declared)
    if not found:
        raise Refused(f"`{declared.name}` depends on the shapes of what it is given")
    return found[0]  # where Keras calls it, nothing says that the model trains


def _general(declared: DeclaredFunction) -> Sequence[LayerBody]:
    """The body that was followed for such tensors before; none if there is none."""
    for ways in declared.followed.values():
        graph = ways[0].graph
        inputs = graph.inputs if isinstance(graph.inputs, dict) else {}
        specs = [graph.specs.get(tensor) for tensor in inputs.values()]
        if all(spec is not None and spec.shape is None for spec in specs):
            return ways
    return ()
