"""Types of the parameters of losses, metrics, optimizers and learning-rate schedules."""

from __future__ import annotations

from specc.catalog.kinds import Kind
from specc.catalog.tables.layers import Table
from specc.catalog.tables.shorthand import (
    COUNT,
    FRACTION,
    INDEX,
    INDEXES,
    INTEGER,
    NATURAL,
    NON_NEGATIVE,
    NUMBER,
    POSITIVE,
    TEXT,
    choice,
)
from specc.catalog.value_types import (
    Float,
    Integer,
    ListOf,
    Null,
    Object,
    ValueType,
    either,
)

_THRESHOLDS = either(FRACTION, ListOf(FRACTION))
_LOSS: dict[str, ValueType] = {
    "name": TEXT,
    "reduction": either(
        choice("sum", "sum_over_batch_size", "mean", "mean_with_sample_weight", "none"), Null()
    ),
    "axis": INDEXES,
    "alpha": either(NUMBER, ListOf(NUMBER)),
    "beta": NUMBER,
    "gamma": NUMBER,
    "delta": POSITIVE,
    "ignore_class": INTEGER,
    "margin": NUMBER,
    "q": Float(above=0.0, below=1.0),
}

_METRIC: dict[str, ValueType] = {
    "name": TEXT,
    "average": choice("micro", "macro", "weighted"),
    "axis": INDEXES,
    "beta": Float(above=0.0, point=True),
    "class_aggregation": either(choice("uniform_average", "variance_weighted_average"), Null()),
    "class_id": NATURAL,
    "curve": choice("ROC", "PR", "PRGAIN"),
    "ignore_class": INTEGER,
    "k": COUNT,
    "label_weights": ListOf(NUMBER),
    "num_classes": COUNT,
    "num_labels": COUNT,
    "num_regressors": NATURAL,
    "num_thresholds": Integer(minimum=2),
    "precision": FRACTION,
    "recall": FRACTION,
    "sensitivity": FRACTION,
    "specificity": FRACTION,
    "summation_method": choice("interpolation", "minoring", "majoring"),
    "target_class_ids": ListOf(NATURAL, minimum_length=1),
    "thresholds": _THRESHOLDS,
    "top_k": COUNT,
}

_F_SCORE: dict[str, ValueType] = {"threshold": Float(above=0.0, maximum=1.0, point=True)}

_RATE = Float(minimum=0.0, point=True)
_DECAY = either(NON_NEGATIVE, Null())
_OPTIMIZER: dict[str, ValueType] = {
    "name": TEXT,
    "learning_rate": either(_RATE, Object(Kind.SCHEDULE)),
    "beta_1": FRACTION,
    "beta_2": FRACTION,
    "adam_beta_1": FRACTION,
    "adam_beta_2": FRACTION,
    "adam_weight_decay": _DECAY,
    "adam_lr_ratio": NON_NEGATIVE,
    "clip_threshold": POSITIVE,
    "dynamic_growth_steps": COUNT,
    "ema_momentum": FRACTION,
    "ema_overwrite_frequency": COUNT,
    "epsilon": NON_NEGATIVE,
    "epsilon_1": NON_NEGATIVE,
    "epsilon_2": NON_NEGATIVE,
    "exclude_layers": ListOf(TEXT),
    "global_clipnorm": NON_NEGATIVE,
    "gradient_accumulation_steps": Integer(minimum=2),
    "initial_accumulator_value": NON_NEGATIVE,
    "initial_scale": POSITIVE,
    "inner_optimizer": Object(Kind.OPTIMIZER),
    "l1_regularization_strength": NON_NEGATIVE,
    "l2_regularization_strength": NON_NEGATIVE,
    "l2_shrinkage_regularization_strength": NON_NEGATIVE,
    "learning_rate_power": Float(maximum=0.0),
    "loss_scale_factor": POSITIVE,
    "momentum": FRACTION,
    "ns_steps": COUNT,
    "rho": FRACTION,
    "warmup_steps": NATURAL,
    "weight_decay": NON_NEGATIVE,
}

_SCHEDULE: dict[str, ValueType] = {
    "name": TEXT,
    "alpha": NUMBER,
    "boundaries": ListOf(NUMBER),
    "decay_rate": NUMBER,
    "decay_steps": POSITIVE,
    "end_learning_rate": NON_NEGATIVE,
    "first_decay_steps": POSITIVE,
    "initial_learning_rate": NON_NEGATIVE,
    "power": NUMBER,
    "values": ListOf(NON_NEGATIVE, minimum_length=1),
    "warmup_steps": NATURAL,
    "warmup_target": NON_NEGATIVE,
}

# By kind: what all classes of the kind share, then what single classes have otherwise.
SHARED: dict[Kind, dict[str, ValueType]] = {
    Kind.LOSS: _LOSS,
    Kind.METRIC: _METRIC,
    Kind.OPTIMIZER: _OPTIMIZER,
    Kind.SCHEDULE: _SCHEDULE,
}
LOSSES: Table = {}
METRICS: Table = {
    "BinaryAccuracy": {"threshold": NUMBER},  # of logits, if those are compared
    "BinaryIoU": {"threshold": NUMBER, "target_class_ids": ListOf(Integer(0, 1), minimum_length=1)},
    "F1Score": _F_SCORE,
    "FBetaScore": _F_SCORE,
    "AUC": {"thresholds": ListOf(FRACTION)},
    "IoU": {"axis": INDEX},
}
OPTIMIZERS: Table = {
    "SGD": {"momentum": Float(minimum=0.0, maximum=1.0, point=True)},
    "Lion": {"beta_1": Float(above=0.0, maximum=1.0)},
}
