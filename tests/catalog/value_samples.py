"""A value of a type that differs from a given one, to see what Keras does with it."""

from specc.catalog import Kind
from specc.catalog.value_types import (
    Boolean,
    Choice,
    Either,
    Float,
    Integer,
    ListOf,
    MappingOf,
    Null,
    Object,
    Text,
)

_OBJECTS = {
    Kind.LAYER: {"Dense": {"units": 2}},
    Kind.INITIALIZER: "he_normal",
    Kind.REGULARIZER: "l2",
    Kind.CONSTRAINT: "non_neg",
    Kind.ACTIVATION: "gelu",
    Kind.DTYPE: "float64",
    Kind.QUANTIZER: {"AbsMaxQuantizer": {"axis": 0}},
    Kind.METRIC: "mse",
    Kind.LOSS: "mse",
    Kind.OPTIMIZER: "sgd",
    Kind.SCHEDULE: {
        "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}
    },
}


def other_value(value_type, default):
    """A value of the type that is not the default."""
    return next((v for v in _values(value_type) if v != default and v is not default), None)


def _values(value_type):
    match value_type:
        case Boolean():
            yield from (True, False)
        case Integer(minimum, maximum):
            low = minimum if minimum is not None else 1
            yield from (low + 2, low + 1) if maximum is None else (maximum, low)
        case Float():
            yield from _floats(value_type)
        case Text():
            yield value_type.example or "zz"
        case Choice(values):
            yield from values
        case ListOf(item, length, _):
            yield [next(_values(item))] * (length or 1)
        case MappingOf(value):
            yield {"zz": next(_values(value))}
        case Object(kind):
            yield _OBJECTS[kind]
        case Null():
            yield None
        case Either(options):
            for option in options:
                yield from _values(option)


def _floats(bounds):
    lows = [bound for bound in (bounds.minimum, bounds.above) if bound is not None]
    highs = [bound for bound in (bounds.maximum, bounds.below) if bound is not None]
    low = lows[0] if lows else min([0.0, *(high - 1.0 for high in highs)])
    high = highs[0] if highs else low + 1.0
    yield from ((low + high) / 2, low + (high - low) / 4)
