"""The arguments of `Model.compile`, and which of them hold Keras objects."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog.kinds import Kind
from specc.catalog.store import find

COMPILE_OBJECTS = {
    "optimizer": Kind.OPTIMIZER,
    "loss": Kind.LOSS,
    "metrics": Kind.METRIC,
    "weighted_metrics": Kind.METRIC,
}
"""Arguments that are objects, or lists of them, or mappings by output name."""

COMPILE_VALUES: dict[str, tuple[type, ...]] = {
    "loss_weights": (list, dict, float, int),
    "run_eagerly": (bool,),
    "steps_per_execution": (int,),
    "jit_compile": (bool, str),
    "auto_scale_loss": (bool,),
}
"""The other arguments, and their types."""


def is_object(kind: Kind, value: Mapping[str, object]) -> bool:
    """Whether a mapping is one object, `{Name: {…}}`, rather than objects by output name."""
    return len(value) == 1 and find(kind, next(iter(value))) is not None
