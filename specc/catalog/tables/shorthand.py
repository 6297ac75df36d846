"""Short names for the value types that the tables use most."""

from __future__ import annotations

from specc.catalog.kinds import Kind
from specc.catalog.value_types import (
    Boolean,
    Choice,
    Float,
    Integer,
    ListOf,
    Null,
    Object,
    Text,
    ValueType,
    either,
)

FLAG = Boolean()
TEXT = Text()
INTEGER = Integer()
COUNT = Integer(minimum=1)
NATURAL = Integer(minimum=0)
INDEX = INTEGER  # an axis or position, from the end where negative
NUMBER = Float()
POSITIVE = Float(above=0.0)
NON_NEGATIVE = Float(minimum=0.0)
FRACTION = Float(minimum=0.0, maximum=1.0)
SEED = INTEGER

INITIALIZER = Object(Kind.INITIALIZER)
REGULARIZER = either(Object(Kind.REGULARIZER), Null())
CONSTRAINT = either(Object(Kind.CONSTRAINT), Null())
ACTIVATION = either(Object(Kind.ACTIVATION), Null())
LAYER = Object(Kind.LAYER)
QUANTIZER = Object(Kind.QUANTIZER)

INTEGERS = ListOf(INTEGER)
INDEXES = either(INDEX, ListOf(INDEX))
SHAPE = ListOf(either(NATURAL, Null()))
ARRAY = either(NUMBER, ListOf(either(NUMBER, ListOf(either(NUMBER, ListOf(NUMBER))))))

DATA_FORMAT = Choice(("channels_last", "channels_first"))
WINDOW = Choice(
    (
        *("hann", "hamming", "boxcar", "triang", "blackman", "bartlett", "flattop", "parzen"),
        *("bohman", "blackmanharris", "nuttall", "barthann", "cosine", "exponential", "tukey"),
        *("taylor", "lanczos", "rectangular"),
    )
)
PADDING = Choice(("valid", "same"))
DTYPES = (
    *("float16", "float32", "float64", "bfloat16", "float8_e4m3fn", "float8_e5m2"),
    *("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("bool", "string", "complex64", "complex128"),
)
MIXED_POLICIES = ("mixed_float16", "mixed_bfloat16")
DTYPE = Choice(DTYPES)
PLAIN_POLICY = Choice((*DTYPES, *MIXED_POLICIES))


def choice(*values: str | int) -> Choice:
    """One of these."""
    return Choice(values)


def spatial(item: ValueType, rank: int) -> ValueType:
    """One value for all spatial dimensions, or one for each."""
    return either(item, ListOf(item, length=rank))


def pair(item: ValueType) -> ValueType:
    """Two values: a range, or before and after."""
    return ListOf(item, length=2)
