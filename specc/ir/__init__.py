"""The intermediate representation: frozen graphs with their origin. Row 4 of the program."""

from specc.ir.graph import (
    Call,
    Graph,
    NestedModel,
    Operation,
    OperationKind,
    Plain,
    Structure,
    Tensor,
)
from specc.ir.printing import print_graph
from specc.ir.verify import verify
from specc.ir.walk import all_operations, call_tensors, leaves, replace_tensors, tensors

__all__ = [
    "Call",
    "Graph",
    "NestedModel",
    "Operation",
    "OperationKind",
    "Plain",
    "Structure",
    "Tensor",
    "all_operations",
    "call_tensors",
    "leaves",
    "print_graph",
    "replace_tensors",
    "tensors",
    "verify",
]
