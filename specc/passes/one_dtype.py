"""Whether a backend's own operator computes what Keras's does, which promotes first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specc.catalog.rules.policy import policy
from specc.ir import Graph, Structure, Tensor


def is_of_one_dtype(
    graph: Graph, plain: Collection[Tensor], args: Sequence[Structure], symbol: str
) -> bool:
    """Whether the sides of an operator have one dtype, so that nothing is to be promoted.

    Keras's operators take twice as long in an eager call, to find that out.

    Args:
        graph: What the operator stands in.
        plain: Tensors that may be plain numbers: their dtype isn't known.
        args: Its sides.
        symbol: The operator, `+`.
    """
    read = [arg for arg in args if isinstance(arg, Tensor)]
    specs = [None if tensor in plain else graph.specs.get(tensor) for tensor in read]
    found = {spec and spec.dtype for spec in specs}
    numbers = {type(arg) for arg in args if not isinstance(arg, Tensor)}
    known = policy(graph.dtype)
    if len(found) != 1 or known.compute is None or known.compute != known.variable:
        return False
    dtype = str(found.pop())
    if dtype.startswith(("float", "bfloat")):
        return numbers <= {int, float}
    return dtype.startswith("int") and symbol != "/" and numbers <= {int}
