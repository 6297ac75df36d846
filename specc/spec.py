"""A spec that was read: what it says, what its params are, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.ir import Graph
from specc.language import Deployment, Document, Layer, Library
from specc.passes.digests import architecture_digest, slot_digest
from specc.passes.flops import model_flops
from specc.passes.slots import Slot, model_slots
from specc.references import Trust


@dataclass(frozen=True)
class Spec:
    """A spec that was read, with its parameters bound.

    Attributes:
        document: What the text says.
        path: The file; None for text that stands in none.
        text: The text.
        variant: The variant whose parameters are bound, if one was chosen.
        params: The values of the parameters.
        graph: The expanded model; None for documents that are no model.
        diagnostics: Warnings and notes; a spec with errors is never made.
        trust: The Python packages that it was allowed to import classes from.
    """

    document: Document = field(repr=False)
    path: Path | None
    text: str = field(repr=False)
    variant: str | None
    params: Mapping[str, object]
    graph: Graph | None = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), repr=False)
    trust: Trust = field(default=Trust(), repr=False)

    @property
    def name(self) -> str:
        """The name that the document gives its model, layer, library or deployment."""
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
    kinds = {Layer: "a layer", Library: "a library", Deployment: "a deployment"}
    what = kinds.get(type(spec.document), "a single Keras object")
    message = f"`{spec.name}` is {what}, not a model"
    raise SpeccError([Diagnostic("S803", message, spec.document.node.span)])
