"""Functions of `keras.random`; they are registered as `random.normal` and so on."""

from __future__ import annotations

from specc.catalog.rules.ops.dtypes import FLOAT32, INT32, SAME, asked, of
from specc.catalog.rules.ops.values import Values, gives, sizes_in
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, show_shape


@gives(
    asked(FLOAT32),
    "random.beta random.binomial random.gamma random.normal random.truncated_normal random.uniform",
)
@gives(asked(INT32), "random.randint")
def drawn(a: Values) -> Shape:
    """The shape asked for."""
    return sizes_in(a["shape"])


@gives(asked(INT32), "random.categorical")
def categorical(a: Values) -> Shape:
    """Samples for each row of logits."""
    logits = a.tensor("logits")
    if len(logits) != 2:
        raise RuleError(f"needs logits of rank 2, not {show_shape(logits)}", argument="logits")
    return (logits[0], a.size("num_samples"))


@gives(of("inputs"), "random.dropout")
def dropout(a: Values) -> Shape:
    """The same shape."""
    return a.tensor("inputs")


@gives(SAME, "random.shuffle")
def shuffle(a: Values) -> Shape:
    """The same shape."""
    return a.tensor("x")
