"""What Keras 1 and 2 called differently in `compile`, as data. `old_training` applies it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LOSSES: Final[Mapping[str, str]] = {
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
    "huber_loss": "huber",
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}
METRICS: Final[Mapping[str, str]] = LOSSES

SAY_NOTHING: Final = frozenset({"name", "is_legacy_optimizer", "jit_compile"})
"""Arguments of optimizers that change nothing that is computed."""

WRAPPERS: Final = frozenset(
    {"LossFunctionWrapper", "MeanMetricWrapper", "SumOverBatchSizeMetricWrapper"}
)
"""Classes that hold a function by its name, `fn`."""

ACCURACIES: Final = frozenset(
    {"binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"}
)
CROSSENTROPIES: Final = frozenset(
    {"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"}
)
CHOSEN: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("accuracy", "acc"), ACCURACIES),
    **dict.fromkeys(("crossentropy", "ce"), CROSSENTROPIES),
}
"""Metrics of which Keras chooses the function by shapes, as it still does."""
