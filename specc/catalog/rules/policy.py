"""Dtype policies: in which dtype a layer computes, and in which it keeps its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from specc.catalog.entry import Entry

FLOATS = ("float16", "float32", "float64", "bfloat16", "float8_e4m3fn", "float8_e5m2")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a dtype policy means; None where it isn't known.

    `history` is how many maxima a policy of float8 remembers.
    """

    name: str | None
    compute: str | None
    variable: str | None
    quantization: str | None = None
    history: int = 1024


FLOAT32 = "float32"
"""The policy where none is named: specc builds with this one, whatever Keras is set to."""

COUNTED = frozenset({"Hashing", "HashedCrossing"})
"""Layers that give integers, unless their `output_mode` says otherwise, and want such a dtype."""

NOT_KNOWN = Policy(None, None, None)


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
    """The policy of a spec's `dtype`: a name, or an object with a name or a mode and a source.

    Nothing is known of a `DTypePolicyMap`, which goes by the paths of Keras's layers.
    """
    if isinstance(value, str):
        return policy_of(value)
    if not isinstance(value, dict) or len(value) != 1:
        return NOT_KNOWN
    [arguments] = value.values()
    found = arguments or {}
    name = found.get("name", FLOAT32)
    if "mode" in found:
        name = f"{found['mode']}_from_{found.get('source_name') or FLOAT32}"
    if "DTypePolicyMap" in value or not isinstance(name, str | None):
        return NOT_KNOWN
    return replace(policy_of(name or FLOAT32), history=found.get("amax_history_length", 1024))


def layer_dtype(
    entry: Entry, arguments: Mapping[str, object], own: object, inherited: object
) -> object:
    """The dtype policy of a layer: its own, or its class's, or that of the model it is in."""
    if own is None and entry.name in COUNTED and arguments.get("output_mode", "int") == "int":
        return "int64"
    return own or inherited


def is_float(dtype: str | None) -> bool:
    """Whether a dtype is one of floating-point numbers."""
    return dtype in FLOATS
