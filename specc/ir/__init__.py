"""The intermediate representation: frozen graphs with their origin. Row 4 of the program."""

from specc.ir.graph import (
    Call,
    CallInput,
    DeclaredFunction,
    DeclaredLayer,
    Graph,
    Interface,
    LayerBody,
    NestedModel,
    Operation,
    OperationKind,
    Plain,
    Structure,
    Tensor,
    layer_entry,
)
from specc.ir.printing import print_graph
from specc.ir.tuning import Adapter, LowRank, Move, Pattern, Tuning
from specc.ir.verify import verify
from specc.ir.walk import (
    all_operations,
    call_tensors,
    leaves,
    python_classes,
    replace_tensors,
    tensors,
)

__all__ = [
    "Adapter",
    "Call",
    "CallInput",
    "DeclaredFunction",
    "DeclaredLayer",
    "Graph",
    "Interface",
    "LayerBody",
    "LowRank",
    "Move",
    "NestedModel",
    "Operation",
    "OperationKind",
    "Pattern",
    "Plain",
    "Structure",
    "Tensor",
    "Tuning",
    "all_operations",
    "call_tensors",
    "layer_entry",
    "leaves",
    "print_graph",
    "python_classes",
    "replace_tensors",
    "tensors",
    "verify",
]
