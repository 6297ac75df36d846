"""The shapes of tensors, as far as they are known while a spec is compiled."""

from __future__ import annotations

from dataclasses import dataclass

from specc.expressions import Opaque
from specc.ir import Tensor


@dataclass(frozen=True)
class Shape(Opaque):
    """`x.shape` in an expression: a tensor's shape, whose sizes may not be known yet."""

    tensor: Tensor
    written: str
    expression_kind = "a shape"
    expression_help = "index it: `x.shape[-1]`"
