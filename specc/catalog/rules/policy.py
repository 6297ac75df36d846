"""Dtype policies: in which dtype a layer computes, and in which it keeps its variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

FLOATS = ("float16", "float32", "float64", "bfloat16", "float8_e4m3fn", "float8_e5m2")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a dtype policy means; None where it isn't known."""

    name: str | None
    compute: str | None
    variable: str | None
    quantization: str | None = None


@cache
def policy_of(name: str) -> Policy:
    """The policy of a name: `float32`, `mixed_bfloat16`, `int8_from_mixed_bfloat16`."""
    mode, from_, source = name.partition("_from_")
    if from_:
        inner = policy_of(source)
        return Policy(name, inner.compute, inner.variable, mode)
    if name.startswith("mixed_"):
        return Policy(name, name.removeprefix("mixed_"), "float32")
    return Policy(name, name, name)


def policy(value: object) -> Policy:
    """The policy of a spec's `dtype`: a name, or an object, of which nothing is known."""
    return policy_of(value) if isinstance(value, str) else Policy(None, None, None)


def is_float(dtype: str | None) -> bool:
    """Whether a dtype is one of floating-point numbers."""
    return dtype in FLOATS
