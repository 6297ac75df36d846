"""What a layer is called on in a test of the rules; no Keras here, so tables may stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from specc.catalog.rules import TensorSpec

EXAMPLES = pytest.mark.parametrize(
    "examples", [pytest.param(30, id="few"), pytest.param(300, id="many", marks=pytest.mark.long)]
)
"""How many calls a property test draws; many of them in the long run."""


@dataclass(frozen=True)
class Case:
    """A layer and its call.

    Attributes:
        name: The layer's class.
        inputs: The first argument: a shape (a tuple of sizes), a TensorSpec, or lists, tuples of
            these, and dicts. An empty tuple is a scalar's shape.
        arguments: The constructor's, in YAML's form.
        call: Further arguments of the call, as `inputs`; other values stay what they are.
        dtype: The layer's dtype policy.
    """

    name: str
    inputs: Any
    arguments: Mapping[str, Any] = field(default_factory=dict)
    call: Mapping[str, Any] = field(default_factory=dict)
    dtype: Any = "float32"

    def __str__(self) -> str:
        return (
            f"{self.name}({dict(self.arguments)}, dtype={self.dtype})({self.inputs}, {self.call})"
        )


def specs_of(value: Any) -> Any:
    """Shapes as specs of float32 tensors; all else as it is."""
    if isinstance(value, tuple) and all(size is None or _is_size(size) for size in value):
        return TensorSpec(value)
    if isinstance(value, list | tuple):
        return type(value)(specs_of(item) for item in value)
    if isinstance(value, dict):
        return {key: specs_of(item) for key, item in value.items()}
    return value


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
