"""What the tensors of a TensorFlow 1 checkpoint are, by their names: it says no more itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from specc.weights.source import Role

# Names that optimizers give their slots; `kernel/Adam`, a second one `kernel/Adam_1`.
_SLOTS: Final = frozenset(
    (
        *("Adam", "AdamW", "LazyAdam", "AdaMax", "Nadam", "Momentum", "MomentumW", "RMSProp"),
        *("Adagrad", "AdagradDA", "Adadelta", "Ftrl", "ProximalAdagrad", "AddSign", "PowerSign"),
        # Of BERT's and T5's published code.
        *("adam_m", "adam_v", "lamb_m", "lamb_v", "slot_vc", "slot_vr", "slot_v"),
    )
)
_COUNTERS: Final = frozenset({"beta1_power", "beta2_power"})
_STEP: Final = "global_step"
_NUMBER: Final = re.compile(r"_[0-9]+$")


def role_of(key: str, keys: Collection[str], trainable: Collection[str] | None) -> Role:
    """What a variable is to its model.

    Args:
        key: Its name.
        keys: The names of all variables: a slot stands below one of them.
        trainable: The names of those that were trainable, if that is known.
    """
    if trainable is not None and key in trainable:
        return "variable"
    scope, _, name = key.rpartition("/")
    base = _NUMBER.sub("", name)
    if base in _COUNTERS or (scope in keys and (base in _SLOTS or name in _SLOTS)):
        return "optimizer"
    return "other" if name == _STEP else "variable"
