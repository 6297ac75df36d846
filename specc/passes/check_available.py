"""Says what of the language this version can't compile yet, at its place: nothing is ignored."""

from __future__ import annotations

from collections.abc import Set

from specc.diagnostics import Diagnostics
from specc.language import Block, Definitions, Deployment, Model, Part
from specc.source.nodes import Mapping

LATER = {
    "weights": "a definition with a capital name is a layer, and can hold weights",
    "states": "a definition with a capital name can be a cell",
    "methods": "`style: subclassed` can have methods",
    "mask": "masks pass through Keras's layers; in expressions `mask_of(x)` reads one",
}
"""Keys that have a meaning, but no effect in this version, with what to write instead."""


OWN = {"weights", "methods", "mask"}
"""Keys that only layers and subclassed models have."""


OF_BUILDING = ("export", "verify")
"""Keys of a deployment that say what is made of the bound model."""


def check_available(document: Part, diagnostics: Diagnostics) -> None:
    """Reports the keys of a document and its definitions that have no effect yet."""
    if isinstance(document, Deployment):
        _warn_of_later(document, diagnostics)
        return
    if isinstance(document, Model):
        _check_keys(document, diagnostics)
    if isinstance(document, Definitions):
        for name, definition in document.define.items():
            if _is_compiled(name, definition):
                _check_keys(definition, diagnostics, {"weights"} if name[:1].islower() else set())


def _is_compiled(name: str, definition: Block) -> bool:
    """Whether a definition can be used at all; a declared layer is refused where it is used."""
    return not name[:1].isupper() or getattr(definition, "style", None) is not None


def _check_keys(block: Part, diagnostics: Diagnostics, known: Set[str] = frozenset()) -> None:
    """`known` has an effect where the block is used, or is refused there."""
    entries = block.node.entries if isinstance(block.node, Mapping) else {}
    in_layer = getattr(block, "style", None) == "subclassed"
    for key in (LATER.keys() - (OWN if in_layer else set()) - known) & entries.keys():
        message = f"`{key}` is not available in this version, and would have no effect"
        diagnostics.error("S436", message, entries[key].key.span, help=LATER[key])


def _warn_of_later(document: Deployment, diagnostics: Diagnostics) -> None:
    entries = document.node.entries if isinstance(document.node, Mapping) else {}
    for key in [key for key in OF_BUILDING if key in entries]:
        diagnostics.warning(
            "S436", f"`{key}` is not available in this version, and has no effect",
            entries[key].key.span, help="`specc bind` writes the model itself",
        )  # fmt: skip
