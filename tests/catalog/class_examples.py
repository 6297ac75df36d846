"""Arguments that make a class with required ones, in YAML form."""

from specc.catalog import Kind

_LAYER = {"Dense": {"units": 2}}
_BY_NAME = {
    "activation": "relu",
    "factor": 0.2,
    "filters": 4,
    "height": 4,
    "height_factor": 0.1,
    "kernel_size": 3,
    "layer": _LAYER,
    "output_size": 2,
    "pool_size": 2,
    "rate": 0.5,
    "units": 3,
    "width": 4,
    "width_factor": 0.1,
    "input_dim": 5,
    "output_dim": 3,
    "num_bins": 4,
    "initial_learning_rate": 0.1,
    "decay_steps": 10,
    "decay_rate": 0.9,
    "num_classes": 2,
    "target_class_ids": [0],
}
_BY_CLASS = {
    (Kind.LAYER, "Bidirectional"): {"layer": {"LSTM": {"units": 2}}},
    (Kind.LAYER, "CategoryEncoding"): {"num_tokens": 4},
    (Kind.LAYER, "CustomScaleLayer"): {"scale": 0.2},
    (Kind.LAYER, "Discretization"): {"num_bins": 4},
    (Kind.LAYER, "Dot"): {"axes": 1},
    (Kind.LAYER, "EinsumDense"): {"equation": "ab,bc->ac", "output_shape": [8]},
    (Kind.LAYER, "GaussianNoise"): {"stddev": 0.1},
    (Kind.LAYER, "GroupQueryAttention"): {
        "head_dim": 4,
        "num_query_heads": 4,
        "num_key_value_heads": 2,
    },
    (Kind.LAYER, "LayerScale"): {"init_values": 1e-6, "projection_dim": 4},
    (Kind.LAYER, "MaxNumBoundingBoxes"): {"max_number": 3},
    (Kind.LAYER, "MultiHeadAttention"): {"num_heads": 2, "key_dim": 4},
    (Kind.LAYER, "Permute"): {"dims": [2, 1]},
    (Kind.LAYER, "Pipeline"): {"layers": [{"RandomFlip": {"seed": 1}}]},
    (Kind.LAYER, "RandomPosterization"): {"factor": 4},
    (Kind.LAYER, "RepeatVector"): {"n": 3},
    (Kind.LAYER, "Rescaling"): {"scale": 0.5},
    (Kind.LAYER, "Reshape"): {"target_shape": [2, -1]},
    (Kind.LAYER, "RNN"): {"cell": {"GRUCell": {"units": 3}}},
    (Kind.LAYER, "StackedRNNCells"): {"cells": [{"LSTMCell": {"units": 3}}]},
    (Kind.LAYER, "StochasticDepth"): {"drop_path_rate": 0.1},
    (Kind.DTYPE, "AWQDTypePolicy"): {"mode": "awq/4/128", "source_name": "float32"},
    (Kind.DTYPE, "GPTQDTypePolicy"): {"mode": "gptq/4/128", "source_name": "float32"},
    (Kind.DTYPE, "Int4DTypePolicy"): {"mode": "int4/128", "source_name": "float32"},
    (Kind.DTYPE, "QuantizedDTypePolicy"): {"mode": "int4", "source_name": "float32"},
    (Kind.DTYPE, "QuantizedFloat8DTypePolicy"): {"mode": "float8", "source_name": "float32"},
    (Kind.METRIC, "MeanMetricWrapper"): {"fn": "mean_squared_error"},
    (Kind.METRIC, "PrecisionAtRecall"): {"recall": 0.5},
    (Kind.METRIC, "RecallAtPrecision"): {"precision": 0.5},
    (Kind.METRIC, "SensitivityAtSpecificity"): {"specificity": 0.5},
    (Kind.METRIC, "SpecificityAtSensitivity"): {"sensitivity": 0.5},
    (Kind.OPTIMIZER, "LossScaleOptimizer"): {"inner_optimizer": "adam"},
    (Kind.SCHEDULE, "CosineDecayRestarts"): {
        "initial_learning_rate": 0.1,
        "first_decay_steps": 10,
    },
    (Kind.SCHEDULE, "PiecewiseConstantDecay"): {"boundaries": [1, 2], "values": [0.3, 0.2, 0.1]},
}


def example(entry) -> dict[str, object]:
    """The fewest arguments that make a class."""
    given = _BY_CLASS.get((entry.kind, entry.name))
    if given is not None:
        return given
    return {p.name: _BY_NAME[p.name] for p in entry.parameters if p.required}
