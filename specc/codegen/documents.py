"""A spec's document as a Python module."""

from __future__ import annotations

from specc.codegen.generate import Facts, generate, generate_layer, generate_object
from specc.diagnostics import Diagnostics
from specc.language import KerasObject, Layer
from specc.passes.check_object import object_value
from specc.references import Importer
from specc.spec import Spec, layer_of, model_graph


def code_of(spec: Spec, importer: Importer) -> str:
    """The text of a module that builds what a spec describes, with Keras alone.

    Args:
        spec: A model, a layer, or a single Keras object.
        importer: Follows references to users' classes and functions.

    Raises:
        SpeccError: the document is none of these; or S807, code can't say something of it.
    """
    if isinstance(spec.document, KerasObject):
        return generate_object(object_value(spec.document, Diagnostics()), spec.name)
    if isinstance(spec.document, Layer):
        facts = Facts(spec.name, spec.document.doc or "", None, spec.params, kind="layer")
        return generate_layer(lambda: layer_of(spec), spec.graph, facts, importer)
    graph = model_graph(spec)
    doc = getattr(spec.document, "doc", None) or ""
    return generate(graph, Facts(spec.name, doc, spec.variant, spec.params, spec.digest), importer)
