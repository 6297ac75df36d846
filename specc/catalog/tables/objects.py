"""Types of the parameters of the objects that layers take: initializers, quantizers and such."""

from __future__ import annotations

from specc.catalog.kinds import Kind
from specc.catalog.tables.layers import Table
from specc.catalog.tables.shorthand import (
    ARRAY,
    COUNT,
    INDEXES,
    INTEGERS,
    NON_NEGATIVE,
    NUMBER,
    PLAIN_POLICY,
    POSITIVE,
    QUANTIZER,
    WINDOW,
    choice,
    pair,
)
from specc.catalog.value_types import Integer, MappingOf, Null, Object, Text, ValueType, either

_FANS: dict[str, ValueType] = {"input_axes": INTEGERS, "output_axes": INTEGERS}
_POLICY = Object(Kind.DTYPE)
_SOURCE: dict[str, ValueType] = {"source_name": PLAIN_POLICY}

INITIALIZERS: Table = {
    "Constant": {"value": ARRAY},
    "GlorotNormal": _FANS,
    "GlorotUniform": _FANS,
    "HeNormal": _FANS,
    "HeUniform": _FANS,
    "LecunNormal": _FANS,
    "LecunUniform": _FANS,
    "RandomNormal": {"mean": NUMBER},
    "STFT": {
        "side": choice("real", "imag"),
        "window": either(WINDOW, Null()),
        "scaling": either(choice("density", "spectrum"), Null()),
    },
    "TruncatedNormal": {"mean": NUMBER},
    "VarianceScaling": _FANS
    | {
        "scale": POSITIVE,
        "mode": choice("fan_in", "fan_out", "fan_avg"),
        "distribution": choice("uniform", "truncated_normal", "untruncated_normal", "normal"),
    },
}

REGULARIZERS: Table = {
    "L1": {"l1": NON_NEGATIVE},
    "L2": {"l2": NON_NEGATIVE},
    "L1L2": {"l1": NON_NEGATIVE, "l2": NON_NEGATIVE},
    "OrthogonalRegularizer": {"factor": NON_NEGATIVE, "mode": choice("rows", "columns")},
}

CONSTRAINTS: Table = {
    "MaxNorm": {"max_value": NON_NEGATIVE},
    "MinMaxNorm": {"min_value": NON_NEGATIVE, "max_value": NON_NEGATIVE},
}

DTYPE_POLICIES: Table = {
    "AWQDTypePolicy": _SOURCE | {"mode": Text(r"^awq/4/(-1|[1-9]\d*)$", "awq/4/128")},
    "DTypePolicy": {"name": PLAIN_POLICY},
    "DTypePolicyMap": {"default_policy": _POLICY, "policy_map": MappingOf(_POLICY)},
    "FloatDTypePolicy": {"name": PLAIN_POLICY},
    "GPTQDTypePolicy": _SOURCE | {"mode": Text(r"^gptq/[2348]/(-1|[1-9]\d*)$", "gptq/4/128")},
    "Int4DTypePolicy": _SOURCE | {"mode": Text(r"^int4/(-1|[1-9]\d*)$", "int4/128")},
    "QuantizedDTypePolicy": _SOURCE | {"mode": choice("int8", "float8", "int4", "gptq", "awq")},
    "QuantizedFloat8DTypePolicy": _SOURCE
    | {"mode": choice("float8"), "amax_history_length": COUNT},
}

_QUANTIZERS: dict[str, ValueType] = {
    "weight_quantizer": QUANTIZER,
    "activation_quantizer": either(choice("default"), QUANTIZER, Null()),
}
QUANTIZERS: Table = {
    "AbsMaxQuantizer": {
        "axis": INDEXES,
        "value_range": pair(Integer(-128, 127)),
        "output_dtype": choice("int8"),
    },
    "Int4QuantizationConfig": _QUANTIZERS | {"block_size": either(choice(-1), COUNT, Null())},
    "Int8QuantizationConfig": _QUANTIZERS,
}
