"""Classes that a spec may not use, arguments that Keras 3 no longer has, and what to write."""

from __future__ import annotations

from specc.catalog.kinds import Kind

_CODE = "it runs Python code from outside the spec"
_BASE = "it is a base class and does nothing by itself; use one of the classes made from it"
_CALIBRATION = (
    "it needs a data set and a tokenizer, which a spec cannot hold; quantize the built model"
)
_BY_VARIABLE = "it needs a map from a built model's variables; give one optimizer"

REFUSED: dict[Kind, dict[str, str]] = {
    Kind.LAYER: {
        "Lambda": f"{_CODE}; write the computation as an `expr:` step",
        "TFSMLayer": f"{_CODE}; import the SavedModel: `specc import` writes a spec",
        "TorchModuleWrapper": f"{_CODE}; describe it as a `layer:` spec, and bind its weights",
        "JaxLayer": f"{_CODE}; describe it as a `layer:` spec, and bind its weights",
        "FlaxLayer": f"{_CODE}; describe it as a `layer:` spec, and bind its weights",
        "Layer": _BASE,
        "Wrapper": _BASE,
        "InputLayer": "inputs are declared under `inputs:`, beside `body:`",
    },
    Kind.INITIALIZER: {"Initializer": _BASE},
    Kind.REGULARIZER: {"Regularizer": _BASE},
    Kind.CONSTRAINT: {"Constraint": _BASE},
    Kind.QUANTIZER: {
        "Quantizer": _BASE,
        "QuantizationConfig": _BASE,
        "GPTQConfig": _CALIBRATION,
        "AWQConfig": _CALIBRATION,
    },
    Kind.LOSS: {"Loss": _BASE},
    Kind.METRIC: {
        "Metric": _BASE,
        "MeanMetricWrapper": f"{_CODE}; name the metric itself",
    },
    Kind.OPTIMIZER: {
        "Optimizer": _BASE,
        "OptimizerMap": _BY_VARIABLE,
        "MultiOptimizer": _BY_VARIABLE,
    },
    Kind.SCHEDULE: {"LearningRateSchedule": _BASE},
}

_DECLARE_INPUT = "declare the shape under `inputs:`; Keras 3 layers take none"
_WEIGHTS = "weights are bound from files (`specc bind`); a spec holds only the architecture"

LEGACY: dict[str, str] = {
    "input_shape": _DECLARE_INPUT,
    "batch_input_shape": _DECLARE_INPUT,
    "batch_size": _DECLARE_INPUT,
    "input_dim": _DECLARE_INPUT,
    "input_length": "Keras 3 needs no `input_length`; leave it out",
    "input_dtype": _DECLARE_INPUT,
    "weights": _WEIGHTS,
    "autocast": "Keras forgets `autocast` when it saves; give the layer a `dtype:` instead",
    "implementation": "Keras 3 chooses the implementation itself; leave it out",
    "time_major": "Keras 3 takes batches first; transpose the input instead",
    "decay": "use a learning-rate schedule, such as `{ExponentialDecay: {…}}`",
    "lr": "it is called `learning_rate` now",
    "kernel_dim": "it is called `kernel_size` now",
    "nb_filter": "it is called `filters` now",
    "output_dim": "it is called `units` now",
    "p": "it is called `rate` now",
    "border_mode": "it is called `padding` now",
    "subsample": "it is called `strides` now",
    "fused": "Keras 3 chooses the kernel itself; leave it out",
    "virtual_batch_size": "Keras 3 has no virtual batches; leave it out",
}
_OLD_NAMES: dict[str, dict[str, str]] = {
    "LeakyReLU": {"alpha": "it is called `negative_slope` now"},
}

# Parameters in a signature that a spec may not give all the same.
HIDDEN: dict[str, frozenset[str]] = {
    "AdditiveAttention": frozenset({"score_mode"}),
    "LossScaleOptimizer": frozenset(
        {
            *("weight_decay", "clipnorm", "clipvalue", "global_clipnorm"),
            *("use_ema", "ema_momentum", "ema_overwrite_frequency"),
            *("loss_scale_factor", "gradient_accumulation_steps"),
        }
    ),
    "Bidirectional": frozenset({"weights"}),
    "IntegerLookup": frozenset({"activity_regularizer"}),
    "StringLookup": frozenset({"activity_regularizer"}),
    "Embedding": frozenset({"weights"}),
    "ReversibleEmbedding": frozenset({"weights"}),
}


def legacy_help(class_name: str, argument: str) -> str | None:
    """What became of an argument that older versions of Keras took."""
    return _OLD_NAMES.get(class_name, {}).get(argument) or LEGACY.get(argument)
