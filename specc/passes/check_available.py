"""Says what of the language this version can't compile yet, at its place: nothing is ignored."""

from __future__ import annotations

from specc.diagnostics import Diagnostics
from specc.language import Block, Definitions, Deployment, Layer, Model, Part
from specc.source.nodes import Mapping

LATER = {
    "weights": "a layer can hold weights: use Keras's layers",
    "states": "use Keras's recurrent layers and cells",
    "methods": "compile the model, and call its layers from Python",
    "mask": "masks pass through Keras's layers; in expressions `mask_of(x)` reads one",
}
"""Keys that have a meaning, but no effect in this version, with what to write instead."""


def check_available(document: Part, diagnostics: Diagnostics) -> None:
    """Reports the keys of a document and its definitions that have no effect yet."""
    if isinstance(document, Layer | Deployment):
        _warn_of_kind(document, diagnostics)
        return
    if isinstance(document, Model):
        _check_keys(document, diagnostics)
    if isinstance(document, Definitions):
        for name, definition in document.define.items():
            if _is_compiled(name, definition):
                _check_keys(definition, diagnostics)


def _is_compiled(name: str, definition: Block) -> bool:
    """Whether a definition can be used at all; a declared layer is refused where it is used."""
    return not name[:1].isupper() or getattr(definition, "style", None) is not None


def _check_keys(block: Part, diagnostics: Diagnostics) -> None:
    entries = block.node.entries if isinstance(block.node, Mapping) else {}
    if getattr(block, "style", None) == "subclassed":
        diagnostics.error(
            "S433", "subclassed models are not available in this version", block.span("style"),
            help="`style: functional` takes the same bodies",
        )  # fmt: skip
    for key in LATER.keys() & entries.keys():
        message = f"`{key}` is not available in this version, and would have no effect"
        diagnostics.error("S436", message, entries[key].key.span, help=LATER[key])


def _warn_of_kind(document: Layer | Deployment, diagnostics: Diagnostics) -> None:
    kind = "layer" if isinstance(document, Layer) else "deployment"
    diagnostics.warning(
        "S436", f"of a `{kind}` document this version checks the form only",
        document.span(kind, key=True),
    )  # fmt: skip
