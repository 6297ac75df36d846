"""Refuses names of weights, sublayers and methods that Keras's classes have a use for."""

from __future__ import annotations

from collections.abc import Iterable

from specc.catalog.tables.reserved import RESERVED
from specc.diagnostics import Diagnostics
from specc.ir import Operation, OperationKind

HELD = (
    OperationKind.LAYER,
    OperationKind.MODEL,
    OperationKind.DECLARED,
    OperationKind.WEIGHT,
)
"""What a layer holds as an attribute of its own."""


def check_reserved(operations: Iterable[Operation], diagnostics: Diagnostics) -> None:
    """Reports what a layer would hold under a name of Keras's."""
    for operation in operations:
        if operation.kind in HELD and is_reserved(operation.key):
            diagnostics.error(
                "S463", f"`{operation.key}` is an attribute of every Keras layer or model",
                operation.origin, help="choose another name",
            )  # fmt: skip


def is_reserved(name: str) -> bool:
    """Whether a layer can't hold anything by a name."""
    return name in RESERVED or name.startswith(("_", "specc_"))  # Keras's own, and specc's
