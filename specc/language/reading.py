"""From YAML nodes to a document, with all problems of its form."""

from __future__ import annotations

from specc.diagnostics import Diagnostics, did_you_mean
from specc.language.documents import KINDS, Document
from specc.language.fields import describe
from specc.source.nodes import Mapping, Node


def read_document(node: Node, diagnostics: Diagnostics) -> Document | None:
    """Reads a document; None where it doesn't say of what kind it is.

    What is wrong with its form is added to `diagnostics`, and left out of the document.
    """
    if not isinstance(node, Mapping):
        diagnostics.error("S103", f"a spec is a mapping, not {describe(node)}", node.span)
        return None
    if "specc" not in node.entries:
        diagnostics.error("S101", "this is no spec: the first key is `specc: 1`", node.span)
        return None
    if next(iter(node.entries)) != "specc":
        diagnostics.error("S115", "`specc` is the first key", node.entries["specc"].key.span)
    kind = _kind(node, diagnostics)
    return kind.model_validate(node, context=diagnostics) if kind else None


def _kind(node: Mapping, diagnostics: Diagnostics) -> type[Document] | None:
    for name, kind in KINDS.items():
        if name in node.entries:
            return kind
    second = [entry.key for entry in node.entries.values()][1:2]
    diagnostics.error(
        "S116",
        "the document doesn't say what it is",
        second[0].span if second else node.span,
        label=did_you_mean(str(second[0].value), KINDS) if second else "",
        help="the second key is one of " + ", ".join(f"`{name}`" for name in sorted(KINDS)),
    )
    return None
