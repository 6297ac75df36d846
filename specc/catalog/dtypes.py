"""Names of dtype policies that stand for themselves, as Keras parses them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from specc.catalog.tables.shorthand import DTYPES, MIXED_POLICIES
from specc.diagnostics import nearest

# Keras takes a name that begins like a quantization mode for one: `int8` alone is no policy.
_MODES = ("int8", "float8", "int4", "gptq", "awq")
_SOURCES = "|".join((*DTYPES, *MIXED_POLICIES))
_QUANTIZED = (
    r"(?:int8|float8|int4|int4/(?:-1|[1-9]\d*)|gptq/[2348]/(?:-1|[1-9]\d*)|awq/4/(?:-1|[1-9]\d*))"
    rf"_from_(?P<source>{_SOURCES})"
)


def is_policy_name(name: str) -> bool:
    """Whether Keras makes a dtype policy of the name: `mixed_bfloat16`, `int8_from_float32`."""
    if name in policy_names():
        return True
    match = re.fullmatch(_QUANTIZED, name)
    is_half_int8 = name.startswith("int8") and "float16" in name and "bfloat16" not in name
    return match is not None and not is_half_int8


OTHER_NAMES = {
    "int": "int32",
    "integer": "int32",
    "uint": "uint32",
    "long": "int64",
    "byte": "uint8",
    "float": "float32",
    "single": "float32",
    "double": "float64",
    "half": "float16",
    "boolean": "bool",
    "str": "string",
    "text": "string",
}
"""What Python, C and others call number types."""


def nearest_dtype(name: str, known: Iterable[str]) -> str | None:
    """The dtype among known ones that is meant by a name, if one is likely."""
    names = list(known)
    meant = OTHER_NAMES.get(name.lower())
    return meant if meant in names else nearest(name, names)


@cache
def policy_names() -> tuple[str, ...]:
    """The names worth offering."""
    return (*MIXED_POLICIES, *(name for name in DTYPES if not name.startswith(_MODES)))
