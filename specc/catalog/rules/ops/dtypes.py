"""The dtypes that functions give: each is a function of the arguments."""

from __future__ import annotations

from specc.catalog.rules.ops.values import DtypeOf, Values, dtype_in
from specc.catalog.rules.promotion import NEXT_HIGHER, STRONG, result_type
from specc.catalog.rules.registry import RuleError

KNOWN = frozenset({*NEXT_HIGHER, "float8_e4m3fn", "float8_e5m2", "string"} - {"int", "float"})
"""The names of dtypes."""

SMALL = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}
"""What sums and products of small integers are counted in."""

WHOLE_TO_FLOAT = {
    "bool": "float32", "int8": "float32", "int16": "float32", "int32": "float32",
    "uint8": "float32", "uint16": "float32", "uint32": "float32", "int64": "float64",
}  # fmt: skip


def always(dtype: str) -> DtypeOf:
    """The same dtype whatever the arguments are."""
    return lambda a: dtype


def of(name: str, table: dict[str, str] | None = None) -> DtypeOf:
    """An argument's dtype, or what a table has for it."""
    if table is None:
        return lambda a: a.dtype(name)
    return lambda a: None if (found := a.dtype(name)) is None else table.get(found, found)


def then(dtype: DtypeOf, table: dict[str, str]) -> DtypeOf:
    """A dtype, or what a table has for it."""
    return lambda a: None if (found := dtype(a)) is None else table.get(found, found)


def promoted(names: str, *further: str) -> DtypeOf:
    """The dtype that arguments, and further dtypes, have together."""
    split = names.split()
    return lambda a: result_type([*map(a.dtype, split), *further])


def promoted_strong(names: str, *further: str) -> DtypeOf:
    """The same, where Python's numbers count as tensors."""
    split = names.split()
    return lambda a: result_type([*map(strong, map(a.dtype, split)), *further])


def strong(dtype: str | None) -> str | None:
    """A weak dtype as that of a tensor."""
    return dtype if dtype is None else STRONG.get(dtype, dtype)


def promoted_items(name: str) -> DtypeOf:
    """The dtype that the tensors of a list have together."""
    return lambda a: result_type([dtype_in(item) for item in a.tensors(name)])


def floating(name: str) -> DtypeOf:
    """An argument's dtype, float32 for whole numbers; nothing else changes."""

    def dtype(a: Values) -> str | None:
        found = a.dtype(name)
        return "float32" if is_whole(found) else found

    return dtype


def is_whole(dtype: str | None) -> bool:
    """Whether a dtype is one of whole numbers or booleans."""
    return dtype is not None and (dtype == "bool" or "int" in dtype)


def unless_complex(dtype: DtypeOf) -> DtypeOf:
    """A dtype; not known where the argument `x` is complex."""
    return lambda a: None if "complex" in (a.dtype() or "") else dtype(a)


def if_float32(name: str) -> DtypeOf:
    """float32 for float32. Else Keras says float32 of a symbolic tensor, but computes another."""
    return lambda a: "float32" if a.dtype(name) == "float32" else None


def refusing_complex(dtype: DtypeOf) -> DtypeOf:
    """A dtype, for functions that don't take complex numbers."""

    def checked(a: Values) -> str | None:
        if "complex" in (a.dtype() or ""):
            raise RuleError(f"doesn't take complex numbers ({a.dtype()})")
        return dtype(a)

    return checked


def asked(default: DtypeOf, table: dict[str, str] | None = None) -> DtypeOf:
    """The dtype that the argument `dtype` asks for, else a default; or what a table has for it."""

    def dtype(a: Values) -> str | None:
        found = default(a) if a["dtype"] is None else named(a["dtype"])
        return found if found is None or table is None else table.get(found, found)

    return dtype


def named(value: object) -> str | None:
    """A dtype's name as it is given; None where it isn't known."""
    if value == "float":
        return "float32"
    return value if isinstance(value, str) and value in KNOWN else None


SAME = of("x")
BOOL = always("bool")
INT32 = always("int32")
FLOAT32 = always("float32")
FLOAT = promoted("x", "float")
