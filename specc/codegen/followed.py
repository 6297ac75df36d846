"""The bodies of a declared layer as they were followed, for each form of its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from specc.catalog.rules import Specs, TensorSpec
from specc.catalog.rules.policy import is_float, policy
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
    found = [_cast(form, layer, dtype) for layer in layers for form in _forms(layer)]
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
    found = _followed(layer, {**given, MASK: mask}, dtype)
    if not _takes_mask(found):
        raise refusal
    return found


def _cast(form: Form, layer: DeclaredLayer, dtype: object) -> Form:
    """The form as it is after Keras has cast what is given to what the layer computes in."""
    given = given_specs(form.ways[0])
    cast = {name: _autocast(specs, policy(dtype).compute) for name, specs in given.items()}
    return form if cast == given or layer.states else _followed(layer, cast, dtype)


def _autocast(specs: Specs, compute: str | None) -> Specs:
    if isinstance(specs, TensorSpec):
        return replace(specs, dtype=compute) if is_float(specs.dtype) else specs
    if isinstance(specs, list | tuple):
        return type(specs)(_autocast(each, compute) for each in specs)
    if isinstance(specs, dict):
        return {name: _autocast(each, compute) for name, each in specs.items()}
    return specs


def _followed(layer: DeclaredLayer, given: Mapping[str, Specs], dtype: object) -> Form:
    """The ways for such inputs, as they are followed now."""
    values = list(given.values()) if layer.form == "list" else dict(given)
    if layer.form in ("list", "mapping"):
        layer.infer_call([values], {}, dtype)
    else:
        layer.infer_call([], given, dtype)
    bodies = next(reversed(layer.followed.values()))
    return Form([b for b in bodies if not b.method], [b for b in bodies if b.method])


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
