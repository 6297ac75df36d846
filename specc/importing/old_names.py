"""What Keras 1 and 2 called differently, as data. `old_layers` and `old_objects` apply it.

After Keras's own changes: `keras/legacy/interfaces.py` of Keras 2.2 maps version 1's names, and the
`from_config` methods and release notes of 2.x and 3.0 tell the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from specc.importing.parts import Plain

CLASSES: Final[Mapping[str, str]] = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3D": "Conv3D",
    "Convolution3DTranspose": "Conv3DTranspose",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "GRUV1": "GRU",
    "GRUV2": "GRU",
    "LSTMV1": "LSTM",
    "LSTMV2": "LSTM",
    "LSTMCellV2": "LSTMCell",
    "GRUCellV2": "GRUCell",
    "SeparableConvolution2D": "SeparableConv2D",
    "SyncBatchNormalization": "BatchNormalization",
    "ThresholdedReLU": "ReLU",
    "TimeDistributedDense": "Dense",
}
"""Classes that have another name, or are a case of another class."""

RECURRENT: Final = ("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell")
CONVOLUTIONS: Final = (
    *("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose"),
    *("SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D"),
    *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
)
POOLS: Final = tuple(f"{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in (1, 2, 3))

ARGUMENTS: Final[Mapping[str, str]] = {
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer",
    "bias": "use_bias",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
    "filter_length": "kernel_size",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation",
    "forget_bias_init": "unit_forget_bias",
    "inner_init": "recurrent_initializer",
    "nb_filter": "filters",
    "p": "rate",
    "pool_length": "pool_size",
    "sigma": "stddev",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
}
"""Names of arguments; an old name is taken only where today's class has the new one, not it."""

ARGUMENTS_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "BatchNormalization": {"gamma_init": "gamma_initializer", "beta_init": "beta_initializer"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "ReLU": {"theta": "threshold", "alpha": "negative_slope"},
    "UpSampling1D": {"length": "size"},
    **{name: {"output_dim": "units"} for name in ("Dense", *RECURRENT)},
    "DepthwiseConv2D": {"init": "depthwise_initializer"},
    "SeparableConv2D": {"init": "depthwise_initializer"},
}
"""The same for one class; goes before `ARGUMENTS`."""

SAY_NOTHING: Final = frozenset(
    {
        *("batch_input_shape", "batch_size", "consume_less", "implementation", "input_dtype"),
        *("input_length", "input_shape", "keras_api_names", "fused", "kernel_regularizer_losses"),
        *("shared_object_id", "registered_name", "build_config", "autocast", "input_spec"),
        *("batch_shape", "sparse_lookup", "quantization_mode", "rng_type"),
    }
)
"""Arguments that today's classes don't take, and whose value changes nothing that is computed."""

SAY_NOTHING_AS: Final[Mapping[str, tuple[Plain, ...]]] = {
    "adjustment": (None,),
    "groups": (1,),
    "mode": (0, "auto", 2),
    "renorm": (False,),
    "renorm_momentum": (0.99, 0.9),
    "renorm_clipping": (None, {}),
    "time_major": (False,),
    "virtual_batch_size": (None,),
    "score_mode": ("dot",),
    "causal": (False,),
    "dropout": (0, 0.0),
    "ragged": (False,),
    "num_constants": (0, None),
    "experimental_autocast": (True, False, None),
}
"""Arguments that say nothing with these values, and something that is gone with others."""

_SEPARABLE: Final = frozenset({"kernel_initializer", "kernel_regularizer", "kernel_constraint"})
SAY_NOTHING_IN: Final[Mapping[str, frozenset[str]]] = {
    **{name: frozenset({"input_dim"}) for name in (*RECURRENT, *CONVOLUTIONS, "Dense", "RNN")},
    "Bidirectional": frozenset({"input_dim"}),
    "DepthwiseConv1D": _SEPARABLE | {"filters"},
    "DepthwiseConv2D": _SEPARABLE | {"filters"},
    "SeparableConv1D": _SEPARABLE,
    "SeparableConv2D": _SEPARABLE,
    "MultiHeadAttention": frozenset({"query_shape", "key_shape", "value_shape"}),
    "StringLookup": frozenset({"has_input_vocabulary", "vocabulary_size"}),
    "IntegerLookup": frozenset({"has_input_vocabulary", "vocabulary_size"}),
}
"""What configs of a class hold besides, which its computations don't depend on."""

CHANGED_DEFAULTS: Final[Mapping[str, Mapping[str, Plain]]] = {
    "GRU": {"reset_after": False},
    "GRUCell": {"reset_after": False},
}
"""What an old config means by leaving an argument out, where today's default is another."""

VALUES: Final[Mapping[str, Mapping[Plain, Plain]]] = {
    "data_format": {"tf": "channels_last", "th": "channels_first"},
    "unit_forget_bias": {"one": True, "ones": True, "zero": False, "zeros": False},
}
"""Values that are called otherwise."""

INITIALIZERS: Final[Mapping[str, str]] = {
    "glorot_normal_initializer": "glorot_normal",
    "glorot_uniform_initializer": "glorot_uniform",
    "normal": "random_normal",
    "one": "ones",
    "uniform": "random_uniform",
    "zero": "zeros",
    "truncated_normal_initializer": "truncated_normal",
}
REGULARIZERS: Final[Mapping[str, str]] = {
    "L1L2Regularizer": "L1L2",
    "WeightRegularizer": "L1L2",
    "ActivityRegularizer": "L1L2",
}
CONSTRAINTS: Final[Mapping[str, str]] = {
    "maxnorm": "MaxNorm",
    "nonneg": "NonNeg",
    "unitnorm": "UnitNorm",
}
OBJECT_ARGUMENTS: Final[Mapping[str, Mapping[str, str]]] = {"MaxNorm": {"m": "max_value"}}

MERGES: Final[Mapping[str, str]] = {
    "ave": "Average",
    "concat": "Concatenate",
    "dot": "Dot",
    "max": "Maximum",
    "min": "Minimum",
    "mul": "Multiply",
    "sum": "Add",
}
"""What Keras 1's `Merge` did, by its mode."""

GONE: Final[Mapping[str, str]] = {
    "Highway": "write it as a definition: two Dense layers and `t * h + (1 - t) * x`",
    "MaxoutDense": "write it as a Dense of units × features, a reshape and `max(_, axis=1)`",
    "LocallyConnected1D": "Keras 3 has no layer with a kernel for each place; write a `layer:`",
    "LocallyConnected2D": "Keras 3 has no layer with a kernel for each place; write a `layer:`",
}
"""Classes that have no equal, and what to write."""
