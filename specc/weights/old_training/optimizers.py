"""Optimizers of Keras 1 and 2, as configs tell of them, and where today's compute otherwise.

Keras 2.11 wrote its optimizers anew and kept the old as `legacy`; `.h5` files and configs of both
are about. Formulas after `keras/optimizers/` and `optimizer_v2/` of Keras 2.10 and 2.15, and
`keras/optimizers.py` of Keras 1.2 and 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CUSTOM: Final = "Custom>"
"""What Keras 2.11 and later write before the names of their own new optimizers."""

OLD_NADAM: Final = "its momentum's schedule was 0.96 ** (0.004 * t), today's is 0.96 ** t"
NEW_NADAM: Final = (
    "in a compiled step it counted its momentum's schedule once for each variable, today's once"
)
OUTSIDE: Final = "it divided by sqrt(v) + epsilon, today's divides by sqrt(v + epsilon)"
SCALED: Final = "LossScaleOptimizer"
SCALE: Final = "the scale of its loss isn't in the file, or kept otherwise"
ADAPTIVE: Final = "`adaptive_epsilon` scaled its epsilon with the steps"
BOTH: Final = "its learning rate decayed by a schedule and by `decay`, today's by one of them"

FACTORED: Final = "Keras gives no names to what Adafactor keeps of rows and columns"
ELSEWHERE: Final = {"Adafactor": FACTORED, SCALED: SCALE}
SQUARED: Final = frozenset({"Adam", "AdamW", "Adamax", "RMSprop", "Adadelta", "Adagrad"})
"""Optimizers that square gradients, which matters where rows of an embedding are read twice."""

NEARLY: Final = 0.1
"""From this accumulator on, where epsilon stands changes Adagrad's steps by less than 1e-6."""


@dataclass(frozen=True, slots=True)
class OldOptimizer:
    """An optimizer of a file.

    Attributes:
        name: Its class, as Keras calls it.
        config: Its arguments.
        legacy: Whether it is from before Keras 2.11, or one of those kept as `legacy`.
    """

    name: str
    config: Mapping[str, Any]
    legacy: bool

    @property
    def learning_rate(self) -> Any:
        """A number, or the config of a schedule."""
        return self.config.get("learning_rate", self.config.get("lr"))

    @property
    def decay(self) -> float:
        """By how much the learning rate fell: lr / (1 + decay * t); 0 if it didn't."""
        found = self.config.get("decay")
        if self.name == "Nadam" or isinstance(found, bool) or not isinstance(found, int | float):
            return 0.0
        return float(found)

    @property
    def difference(self) -> str:
        """In what today's optimizer computes otherwise, given the same state; empty if nowhere."""
        if self.decay and isinstance(self.learning_rate, Mapping):
            return BOTH
        if self.config.get("adaptive_epsilon"):
            return ADAPTIVE
        if self.name in ELSEWHERE:
            return ELSEWHERE[self.name]
        if self.name == "Nadam":
            return OLD_NADAM if self.legacy else NEW_NADAM
        if not self.legacy:
            return ""
        if self.name == "RMSprop" and not self.config.get("momentum"):
            return OUTSIDE
        if self.name == "Adagrad" and not _at_least(self.config, NEARLY):
            return OUTSIDE
        return ""

    @property
    def embeds_otherwise(self) -> bool:
        """Whether today's updates rows of an embedding otherwise that a batch has twice, or not.

        Keras 2 added the gradients of a row and squared their sum. Keras 3 with TensorFlow squares
        each. Those of before 2.11 left rows alone that a batch hadn't, momentum or not.
        """
        return self.name in SQUARED or (self.legacy and bool(self.config.get("momentum")))

    @property
    def states(self) -> Mapping[str, str]:
        """What it kept for each variable, by its own name: today's name."""
        return {"average": "average", **STATES.get(self.name, {})}


_ADAM: Final = {"m": "momentum", "v": "velocity", "vhat": "velocity_hat"}
STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "SGD": {"m": "momentum", "momentum": "momentum"},
    "Adam": _ADAM,
    "AdamW": _ADAM,
    "Adafactor": {"v": "velocity"},
    "Adamax": {"m": "momentum", "u": "norm", "v": "norm"},
    "Nadam": _ADAM,
    "Lion": {"m": "momentum"},
    "Adagrad": {"accumulator": "accumulator"},
    "Adadelta": {
        **{name: name for name in ("accumulated_grad", "accumulated_delta_var")},
        **{"accum_grad": "accumulated_grad", "accum_var": "accumulated_delta_var"},
    },
    "RMSprop": {
        **{name: name for name in ("velocity", "momentum", "average_gradient")},
        **{"rms": "velocity", "mg": "average_gradient"},
    },
    "Ftrl": {"accumulator": "accumulator", "linear": "linear"},
}
"""What optimizers keep for each variable: names of Keras 2.11 and of those before, and today's."""

IN_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "SGD": ("momentum",),
    "Adam": ("momentum", "velocity", "velocity_hat"),
    "Adamax": ("momentum", "norm"),
    "Adadelta": ("accumulated_grad", "accumulated_delta_var"),
    "RMSprop": ("velocity",),
    "Adagrad": ("accumulator",),
    "Nadam": ("momentum", "velocity"),
}
"""The same of Keras's optimizers without names, up to 2.3: one of all variables, then the next."""


def _at_least(config: Mapping[str, Any], limit: float) -> bool:
    found = config.get("initial_accumulator_value")
    return isinstance(found, int | float) and found >= limit


def old_optimizer(config: Any) -> OldOptimizer | None:
    """An optimizer's config as Keras 1 or 2 wrote it; None if it is none."""
    if not isinstance(config, Mapping) or not isinstance(config.get("class_name"), str):
        return None
    given = config.get("config")
    own = given if isinstance(given, Mapping) else {}
    name = config["class_name"].removeprefix(CUSTOM)
    name = SCALED if name.startswith(SCALED) else name  # V1 to V3
    module = str(config.get("module") or "")
    new = "is_legacy_optimizer" in own or "jit_compile" in own
    legacy = "legacy" in module or own.get("is_legacy_optimizer") is True or not new
    return OldOptimizer(name, own, legacy)
