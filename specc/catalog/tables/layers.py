"""Types of layer parameters that only their class explains."""

from __future__ import annotations

from specc.catalog.tables.shorthand import (
    ARRAY,
    COUNT,
    DTYPE,
    FLAG,
    FRACTION,
    INDEX,
    INDEXES,
    INTEGER,
    LAYER,
    NATURAL,
    NON_NEGATIVE,
    NUMBER,
    POSITIVE,
    SHAPE,
    TEXT,
    WINDOW,
    choice,
    pair,
    spatial,
)
from specc.catalog.value_types import (
    Float,
    Integer,
    ListOf,
    MappingOf,
    Null,
    Text,
    ValueType,
    either,
)

Table = dict[str, dict[str, ValueType]]

CAUSAL_PADDING = choice("valid", "same", "causal")
SIGNED_FRACTION = Float(minimum=-1.0, maximum=1.0)
FACTOR = either(FRACTION, pair(FRACTION))
_ZOOMS = Float(above=-1.0, maximum=1.0)
ZOOM = either(_ZOOMS, pair(_ZOOMS))
SIGNED_FACTOR = either(SIGNED_FRACTION, pair(SIGNED_FRACTION))
BEFORE_AND_AFTER = pair(NATURAL)
FREE_SIZE = Integer(minimum=-1)
RESIZE_METHODS = choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")
_VOCABULARY = ListOf(TEXT, minimum_length=1)
_EQUATION = r"^(\.\.\.)?[a-zA-Z]+(\.\.\.)?,[a-zA-Z]+->(\.\.\.)?[a-zA-Z]+(\.\.\.)?$"
LOOKUP_MODES = choice("int", "one_hot", "multi_hot", "count", "tf_idf")
NOISE_SHAPE = ListOf(either(COUNT, Null()))

_LOOKUP: dict[str, ValueType] = {
    "max_tokens": Integer(minimum=2),
    "num_oov_indices": NATURAL,
    "output_mode": LOOKUP_MODES,
    "idf_weights": ListOf(NUMBER),
    "oov_method": choice("floormod", "farmhash"),
    "salt": either(INTEGER, pair(INTEGER)),
}
_CROPPING_1D = either(NATURAL, BEFORE_AND_AFTER)


def _sides(rank: int) -> ValueType:
    """One amount, one for each dimension, or before and after for each."""
    each = either(NATURAL, BEFORE_AND_AFTER)
    return either(NATURAL, ListOf(each, length=rank))


LAYERS: Table = {
    "ActivityRegularization": {"l1": NON_NEGATIVE, "l2": NON_NEGATIVE},
    "AlphaDropout": {"noise_shape": NOISE_SHAPE},
    "Attention": {"score_mode": choice("dot", "concat")},
    "AugMix": {
        "factor": FACTOR,
        "num_chains": COUNT,
        "chain_depth": COUNT,
        "alpha": POSITIVE,
    },
    "BatchNormalization": {
        "axis": INDEX,
        "renorm_clipping": MappingOf(NUMBER),
        "renorm_momentum": FRACTION,
    },
    "Bidirectional": {
        "merge_mode": either(choice("sum", "mul", "ave", "concat"), Null()),
        "backward_layer": LAYER,
    },
    "CategoryEncoding": {
        "num_tokens": COUNT,
        "output_mode": choice("multi_hot", "one_hot", "count"),
    },
    "Concatenate": {"axis": INDEX},
    "ContrastLimitedAdaptiveHistogramEqualization": {
        "clip_limit": NON_NEGATIVE,
        "tile_grid_size": pair(COUNT),
    },
    "Conv1D": {"padding": CAUSAL_PADDING},
    "Cropping1D": {"cropping": _CROPPING_1D},
    "Cropping2D": {"cropping": _sides(2)},
    "Cropping3D": {"cropping": _sides(3)},
    "CustomScaleLayer": {"scale": NUMBER},
    "CutMix": {"factor": FACTOR},
    "Discretization": {
        "bin_boundaries": ListOf(NUMBER),
        "num_bins": NATURAL,
        "output_mode": choice("int", "one_hot", "multi_hot", "count"),
    },
    "Dot": {"axes": either(INDEX, pair(INDEX))},
    "Dropout": {"noise_shape": NOISE_SHAPE},
    "ELU": {"alpha": NUMBER},
    "EinsumDense": {
        "equation": Text(_EQUATION, "ab,bc->ac"),
        "output_shape": either(COUNT, ListOf(either(COUNT, Null()))),
        "bias_axes": TEXT,
        "gptq_unpacked_column_size": COUNT,
    },
    "Equalization": {"bins": COUNT},
    "GaussianDropout": {"rate": FRACTION},
    "GaussianNoise": {"stddev": FRACTION},
    "GroupNormalization": {"groups": Integer(minimum=-1), "axis": INDEX},
    "GroupQueryAttention": {
        "head_dim": COUNT,
        "num_query_heads": COUNT,
        "num_key_value_heads": COUNT,
        "flash_attention": FLAG,
    },
    "HashedCrossing": {"output_mode": choice("int", "one_hot")},
    "Hashing": {
        "mask_value": either(TEXT, INTEGER),
        "salt": either(INTEGER, pair(INTEGER)),
        "output_mode": choice("int", "one_hot", "multi_hot", "count"),
    },
    "InputLayer": {
        "shape": SHAPE,
        "batch_size": COUNT,
        "batch_shape": SHAPE,
        "sparse": FLAG,
        "ragged": FLAG,
    },
    "IntegerLookup": _LOOKUP
    | {
        "mask_token": INTEGER,
        "oov_token": either(INTEGER, Null()),
        "vocabulary": ListOf(INTEGER, minimum_length=1),
        "vocabulary_dtype": choice("int64"),
    },
    "LayerScale": {"init_values": NUMBER, "projection_dim": COUNT},
    "LeakyReLU": {"negative_slope": NON_NEGATIVE},
    "Masking": {"mask_value": NUMBER},
    "MaxNumBoundingBoxes": {"max_number": COUNT, "fill_value": INTEGER},
    "MelSpectrogram": {
        "fft_length": COUNT,
        "sequence_stride": COUNT,
        "sequence_length": COUNT,
        "window": either(choice("hann", "hamming"), Null()),
        "sampling_rate": COUNT,
        "num_mel_bins": COUNT,
        "min_freq": NON_NEGATIVE,
        "max_freq": POSITIVE,
        "top_db": POSITIVE,
        "mag_exp": NUMBER,
        "min_power": POSITIVE,
        "ref_power": NUMBER,
    },
    "MixUp": {"alpha": NON_NEGATIVE},
    "MultiHeadAttention": {
        "num_heads": COUNT,
        "key_dim": COUNT,
        "value_dim": COUNT,
        "output_shape": either(COUNT, ListOf(COUNT)),
        "attention_axes": INDEXES,
        "flash_attention": FLAG,
    },
    "Normalization": {"mean": ARRAY, "variance": ARRAY, "axis": either(INDEXES, Null())},
    "PReLU": {"shared_axes": either(COUNT, ListOf(COUNT))},
    "Permute": {"dims": ListOf(COUNT, minimum_length=1)},
    "Pipeline": {"layers": ListOf(LAYER)},
    "RNN": {"cell": either(LAYER, ListOf(LAYER, minimum_length=1))},
    "RandAugment": {"factor": FACTOR, "num_ops": COUNT},
    "RandomBrightness": {"factor": SIGNED_FACTOR},
    "RandomColorDegeneration": {"factor": FACTOR},
    "RandomColorJitter": {
        "brightness_factor": SIGNED_FACTOR,
        "contrast_factor": FACTOR,
        "saturation_factor": FACTOR,
        "hue_factor": FACTOR,
    },
    "RandomContrast": {"factor": FACTOR},
    "RandomElasticTransform": {"factor": FACTOR, "scale": FACTOR},
    "RandomErasing": {
        "factor": FACTOR,
        "scale": FACTOR,
        "fill_value": either(NUMBER, ListOf(NUMBER)),
    },
    "RandomFlip": {"mode": choice("horizontal", "vertical", "horizontal_and_vertical")},
    "RandomGaussianBlur": {
        "factor": FACTOR,
        "kernel_size": spatial(COUNT, 2),
        "sigma": FACTOR,
    },
    "RandomGrayscale": {"factor": FRACTION},
    "RandomHue": {"factor": FACTOR},
    "RandomInvert": {"factor": FACTOR},
    "RandomPerspective": {"factor": FACTOR, "scale": FRACTION},
    "RandomPosterization": {"factor": either(Integer(1, 8), pair(Integer(1, 8)))},
    "RandomRotation": {"factor": SIGNED_FACTOR},
    "RandomSaturation": {"factor": FACTOR},
    "RandomSharpness": {"factor": FACTOR},
    "RandomShear": {"x_factor": FACTOR, "y_factor": FACTOR},
    "RandomTranslation": {"height_factor": SIGNED_FACTOR, "width_factor": SIGNED_FACTOR},
    "RandomZoom": {"height_factor": ZOOM, "width_factor": ZOOM},
    "ReLU": {"max_value": NON_NEGATIVE, "negative_slope": NON_NEGATIVE, "threshold": NON_NEGATIVE},
    "RepeatVector": {"n": COUNT},
    "Rescaling": {"scale": ARRAY, "offset": ARRAY},
    "Reshape": {"target_shape": ListOf(FREE_SIZE)},
    "Resizing": {"interpolation": RESIZE_METHODS},
    "ReversibleEmbedding": {"reverse_dtype": DTYPE, "logit_soft_cap": POSITIVE},
    "STFTSpectrogram": {
        "mode": choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
        "frame_length": COUNT,
        "frame_step": COUNT,
        "fft_length": COUNT,
        "window": either(WINDOW, Null()),
        "scaling": either(choice("density", "spectrum"), Null()),
    },
    "Solarization": {"addition_factor": FACTOR, "threshold_factor": FACTOR},
    "SpectralNormalization": {"power_iterations": COUNT},
    "StackedRNNCells": {"cells": ListOf(LAYER, minimum_length=1)},
    "StringLookup": _LOOKUP
    | {"mask_token": TEXT, "oov_token": either(TEXT, Null()), "vocabulary": _VOCABULARY},
    "TextVectorization": {
        "max_tokens": Integer(minimum=2),
        "standardize": either(
            choice("lower_and_strip_punctuation", "lower", "strip_punctuation"), Null()
        ),
        "split": either(choice("whitespace", "character"), Null()),
        "ngrams": either(COUNT, ListOf(COUNT)),
        "output_mode": LOOKUP_MODES,
        "output_sequence_length": COUNT,
        "vocabulary": _VOCABULARY,
        "idf_weights": ListOf(NUMBER),
    },
    "UpSampling1D": {"size": COUNT},
    "UpSampling2D": {
        "interpolation": choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
    },
    "ZeroPadding1D": {"padding": _CROPPING_1D},
    "ZeroPadding2D": {"padding": _sides(2)},
    "ZeroPadding3D": {"padding": _sides(3)},
}
