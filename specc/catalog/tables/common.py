"""Types of the parameters that mean the same in every class that has them.

Looked up by name where a class's own table says nothing; `SUFFIXES` by the end of the name.
`SPATIAL` parameters take one value or one for each dimension of `…1D`, `…2D`, `…3D`.
"""

from __future__ import annotations

from specc.catalog.kinds import Kind
from specc.catalog.tables.shorthand import (
    ACTIVATION,
    CONSTRAINT,
    COUNT,
    DATA_FORMAT,
    FLAG,
    FRACTION,
    INDEXES,
    INITIALIZER,
    LAYER,
    NATURAL,
    NON_NEGATIVE,
    NUMBER,
    PADDING,
    POSITIVE,
    QUANTIZER,
    REGULARIZER,
    SEED,
    TEXT,
    choice,
    pair,
    spatial,
)
from specc.catalog.value_types import Object, ValueType, either

SPATIAL: dict[str, ValueType] = {
    "kernel_size": COUNT,
    "pool_size": COUNT,
    "strides": COUNT,
    "dilation_rate": COUNT,
    "output_padding": NATURAL,
    "output_size": COUNT,
    "size": COUNT,
}

SUFFIXES: dict[str, ValueType] = {
    "_initializer": INITIALIZER,
    "_regularizer": REGULARIZER,
    "_constraint": CONSTRAINT,
    "_activation": ACTIVATION,
}

BY_NAME: dict[str, ValueType] = {
    "activation": ACTIVATION,
    "axis": INDEXES,
    "bounding_box_format": choice(
        "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh",
        "rel_center_xywh",
    ),
    "clipnorm": NON_NEGATIVE,
    "clipvalue": NON_NEGATIVE,
    "data_format": DATA_FORMAT,
    "depth_multiplier": COUNT,
    "drop_path_rate": FRACTION,
    "dropout": FRACTION,
    "dtype": Object(Kind.DTYPE),
    "encoding": TEXT,
    "epsilon": POSITIVE,
    "fill_mode": choice("constant", "nearest", "reflect", "wrap"),
    "fill_value": NUMBER,
    "filters": COUNT,
    "groups": COUNT,
    "height": COUNT,
    "input_dim": COUNT,
    "interpolation": choice("nearest", "bilinear"),
    "label_smoothing": FRACTION,
    "layer": LAYER,
    "lora_alpha": NUMBER,
    "lora_rank": COUNT,
    "momentum": FRACTION,
    "num_bins": COUNT,
    "output_dim": COUNT,
    "padding": PADDING,
    "quantization_config": QUANTIZER,
    "rate": FRACTION,
    "recurrent_dropout": FRACTION,
    "seed": SEED,
    "sliding_window": COUNT,
    "stddev": NON_NEGATIVE,
    "units": COUNT,
    "use_cudnn": either(FLAG, choice("auto")),
    "value_range": pair(NUMBER),
    "width": COUNT,
}  # fmt: skip

_RANKS = {"1D": 1, "2D": 2, "3D": 3}


def rank_of(class_name: str) -> int | None:
    """The number of spatial dimensions a class's name speaks of: 2 for `Conv2DTranspose`."""
    return next((rank for text, rank in _RANKS.items() if text in class_name), None)


def common_type(class_name: str, parameter: str) -> ValueType | None:
    """What a parameter of that name takes in any class, if that can be said."""
    rank = rank_of(class_name)
    if rank is not None and parameter in SPATIAL:
        return spatial(SPATIAL[parameter], rank)
    if parameter in BY_NAME:
        return BY_NAME[parameter]
    ends = (found for suffix, found in SUFFIXES.items() if parameter.endswith(suffix))
    return next(ends, None)
