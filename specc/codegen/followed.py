"""The bodies of a declared layer as they were followed, for each form of its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from specc.catalog.rules import TensorSpec
from specc.codegen.forms import MASK, given_specs
from specc.codegen.problems import Refused
from specc.ir import DeclaredLayer, Graph, LayerBody, NestedModel
from specc.ir.walk import leaves
from specc.references import PythonObject


class Form(NamedTuple):
    """The ways through a body, one or (where `training` is read) two, and through its methods."""

    ways: Sequence[LayerBody]
    methods: Sequence[LayerBody]

    @property
    def bodies(self) -> tuple[LayerBody, ...]:
        """All of them."""
        return (*self.ways, *self.methods)


def forms_of(layers: Sequence[DeclaredLayer], dtype: object) -> list[Form]:
    """What was followed of a layer; that for which it is built is first.

    Args:
        layers: The layer, as it is in each body that calls it.
        dtype: Its dtype policy.

    Raises:
        Refused: nothing was, or not all that Keras may ask for.
    """
    found = [form for layer in layers for form in _forms(layer)]
    if not found:
        raise Refused(f"`{layers[0].name}` is called on inputs of unknown shapes")
    names = [each.name for each in layers[0].inputs]
    if MASK in names:
        plain = [form for form in found if not _takes_mask(form)]
        found += [_masked(layers[0], form, dtype) for form in plain]
    return sorted(found, key=_takes_mask)


def _forms(layer: DeclaredLayer) -> list[Form]:
    """The forms of inputs, that in which the layer was followed first at the beginning."""
    found = [
        Form([b for b in bodies if not b.method], [b for b in bodies if b.method])
        for bodies in layer.followed.values()
    ]
    if layer.body is None:
        return found[::-1]
    return sorted(found, key=lambda form: form.ways[0].graph is not layer.body)


def _masked(layer: DeclaredLayer, form: Form, dtype: object) -> Form:
    """The form in which Keras passes a mask, too."""
    given = given_specs(form.ways[0])
    first = layer.inputs[0].name
    spec = given.get(first)
    refusal = Refused(f"`{layer.name}` takes the mask that Keras passes along")
    if first == MASK or not isinstance(spec, TensorSpec) or spec.shape is None:
        raise refusal
    mask = TensorSpec(spec.shape[:2], "bool")
    layer.infer_call([], {**given, MASK: mask}, dtype)
    bodies = next(reversed(layer.followed.values()))
    found = Form([b for b in bodies if not b.method], [b for b in bodies if b.method])
    if not _takes_mask(found):
        raise refusal
    return found


def _takes_mask(form: Form) -> bool:
    """Whether a body was followed for a mask that is given."""
    inputs = form.ways[0].graph.inputs
    return isinstance(inputs, dict) and MASK in inputs


def declared_layers(graph: Graph) -> Iterator[DeclaredLayer]:
    """Every declared layer of a model, those in nested models, arguments and bodies too."""
    if graph.declared is not None:
        yield from _and_inside(graph.declared)
        return
    for operation in graph.operations:
        if operation.graph is not None:
            yield from declared_layers(operation.graph)
        if operation.declared is not None:
            yield from _and_inside(operation.declared)
        yield from _in_value(dict(operation.arguments))


def _and_inside(layer: DeclaredLayer) -> Iterator[DeclaredLayer]:
    yield layer
    for bodies in layer.followed.values():
        for body in bodies:
            yield from declared_layers(body.graph)


def _in_value(value: object) -> Iterator[DeclaredLayer]:
    for leaf in leaves(value):
        if isinstance(leaf, DeclaredLayer):
            yield from _and_inside(leaf)
        elif isinstance(leaf, NestedModel):
            yield from declared_layers(leaf.graph)
        elif isinstance(leaf, PythonObject):
            yield from _in_value(dict(leaf.arguments))


def all_bodies(forms: Sequence[Form]) -> Iterator[LayerBody]:
    """The bodies of all forms, those of methods last."""
    for form in forms:
        yield from form.ways
    for form in forms:
        yield from form.methods
