"""A spec that was read: what it says, what its params are, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Diagnostics
from specc.errors import SpeccError
from specc.ir import DeclaredLayer, Graph, python_classes
from specc.language import (
    Deployment,
    Document,
    KerasObject,
    Layer,
    Library,
    WeightMapping,
)
from specc.passes.check_object import find_any, object_value
from specc.passes.digests import architecture_digest, slot_digest
from specc.passes.expand import declare_document, follow_document
from specc.passes.flops import model_flops
from specc.passes.input_shapes import input_specs
from specc.passes.slots import Slot, model_slots
from specc.passes.unit import Unit
from specc.references import Trust
from specc.source.reader import display_name

if TYPE_CHECKING:
    from specc.weights.metadata import Provenance


@dataclass(frozen=True)
class Spec:
    """A spec that was read, with its parameters bound.

    Attributes:
        document: What the text says.
        path: The file; None for text that stands in none.
        text: The text.
        variant: The variant whose parameters are bound, if one was chosen.
        params: The values of the parameters.
        graph: The expanded model, or a layer at some inputs; None for other documents.
        diagnostics: Warnings and notes; a spec with errors is never made.
        trust: The Python packages that it was allowed to import classes from.
        unit: The document with what its names mean; None if the spec was made otherwise.
    """

    document: Document = field(repr=False)
    path: Path | None
    text: str = field(repr=False)
    variant: str | None
    params: Mapping[str, object]
    graph: Graph | None = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), repr=False)
    trust: Trust = field(default=Trust(), repr=False)
    unit: Unit | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name that the document gives its model, layer, library, deployment or mapping."""
        if isinstance(self.document, WeightMapping):
            return self.document.mapping
        kind = type(self.document).__name__.lower()
        return str(getattr(self.document, kind, "")) or "keras"

    @property
    def digest(self) -> str:
        """The architecture digest: of all that inference outputs depend on, weights aside.

        Raises:
            SpeccError: the document is no model.
        """
        return architecture_digest(model_graph(self))

    @property
    def slot_digest(self) -> str | None:
        """The digest of the variables' keys, shapes and dtypes; None where rules don't know them.

        Raises:
            SpeccError: the document is no model.
        """
        return slot_digest(model_graph(self))

    @property
    def slots(self) -> tuple[Slot, ...] | None:
        """Every variable that the model will have; None where rules don't know them.

        Raises:
            SpeccError: the document is no model.
        """
        return model_slots(model_graph(self))

    @property
    def flops(self) -> int | None:
        """Floating-point operations of one sample, of the layers that cost most.

        None where a size isn't known, or a layer's cost.

        Raises:
            SpeccError: the document is no model.
        """
        return model_flops(model_graph(self))

    def provenance(self) -> Provenance:
        """What weight files say of the spec that their weights are for.

        Raises:
            SpeccError: the document is no model.
        """
        from specc.weights.metadata import Provenance

        params = json.loads(json.dumps(dict(self.params), default=str))
        path = display_name(self.path) if self.path else ""
        slots = self.slot_digest or ""
        return Provenance(self.digest, slots, path, self.variant or "", params)

    def to_yaml(self) -> str:
        """The spec's text as it was read."""
        return self.text


def model_graph(spec: Spec) -> Graph:
    """The graph of a model spec.

    Raises:
        SpeccError: the document is no model.
    """
    if spec.graph is not None:
        return spec.graph
    if isinstance(spec.document, Layer):
        message = f"`{spec.name}` is a layer: what it is made of depends on its inputs"
        hint = "`specc show --input x=[null,8]` is told their shapes; a `.keras` file holds a model"
        raise SpeccError([Diagnostic("S803", message, spec.document.node.span, help=hint)])
    kinds = {Library: "a library", Deployment: "a deployment", WeightMapping: "a mapping"}
    what = kinds.get(type(spec.document), "a single Keras object")
    message = f"`{spec.name}` is {what}, not a model"
    raise SpeccError([Diagnostic("S803", message, spec.document.node.span)])


def layer_at(spec: Spec, inputs: Mapping[str, object]) -> Spec:
    """A layer's spec with its graph, as it is for inputs of some shapes.

    Args:
        spec: The spec of a layer.
        inputs: The shape of each input by name, the batch first.

    Raises:
        SpeccError: it is no layer, lacks a parameter or an input, or can't take these.
    """
    document, diagnostics = spec.document, Diagnostics()
    if not isinstance(document, Layer) or spec.unit is None:
        message = f"`{spec.name}` is no layer, and says itself what its inputs are"
        raise SpeccError([Diagnostic("S806", message, document.node.span)])
    specs = input_specs(document, inputs, diagnostics)
    graph = None
    if not diagnostics.has_errors:
        graph = follow_document(spec.unit, spec.params, specs, diagnostics)
    if graph is None:
        raise SpeccError(diagnostics.sorted())
    found = (*spec.diagnostics, *diagnostics.sorted())
    return replace(spec, graph=graph, diagnostics=found)


def layer_of(spec: Spec) -> DeclaredLayer:
    """What the spec of a layer declares, with its parameters.

    Raises:
        SpeccError: one of its parameters has no value.
    """
    diagnostics = Diagnostics()
    assert spec.unit is not None  # noqa: S101 - a document of its own was read
    declared = declare_document(spec.unit, spec.params, diagnostics)
    if declared is None:
        raise SpeccError(diagnostics.sorted())
    return declared


def object_config_of(document: KerasObject) -> object:
    """What Keras reads of a `keras:` document that was checked."""
    from specc.keras_config import DEFAULT_DTYPE, object_config

    value = object_value(document, Diagnostics())
    name = value if isinstance(value, str) else next(iter(value))  # type: ignore[call-overload]  # checked when loaded
    entry = find_any(str(name))
    assert entry is not None  # noqa: S101 - checked when loaded
    return object_config(entry.kind, value, "", DEFAULT_DTYPE, lambda _: None)


def facts_of(spec: Spec, seed: int | None = None) -> dict[str, object]:
    """What a `.keras` file says beside the spec: with what it was compiled."""
    facts: dict[str, object] = {"variant": spec.variant, "params": dict(spec.params), "seed": seed}
    references = {str(python.reference) for python in python_classes(model_graph(spec))}
    return facts | ({"python": sorted(references)} if references else {})
