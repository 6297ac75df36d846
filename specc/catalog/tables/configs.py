"""Where a class's config differs from its constructor's arguments: what Keras needs and forgets."""

from __future__ import annotations

from specc.catalog.kinds import Kind

# `from_config` reads these keys, so a config must hold them even at their defaults.
ALWAYS_WRITTEN: dict[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.DTYPE, "DTypePolicyMap"): ("default_policy", "policy_map"),
    (Kind.INITIALIZER, "Constant"): ("value",),
    (Kind.LAYER, "Rescaling"): ("scale", "offset"),
    (Kind.LAYER, "TextVectorization"): ("standardize", "split", "ngrams"),
    (Kind.QUANTIZER, "Int4QuantizationConfig"): ("activation_quantizer", "block_size"),
    (Kind.QUANTIZER, "Int8QuantizationConfig"): ("activation_quantizer",),
}

# `get_config` leaves these out, so that a saved and loaded model has the default again.
FORGOTTEN: dict[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.INITIALIZER, "Identity"): ("gain",),
    (Kind.LAYER, "CategoryEncoding"): ("sparse",),
    (Kind.LAYER, "HashedCrossing"): ("activity_regularizer",),
    (Kind.LAYER, "MaxNumBoundingBoxes"): ("fill_value",),
    (Kind.LAYER, "RandomGrayscale"): ("seed",),
    (Kind.LAYER, "SimpleRNN"): ("activity_regularizer", "seed"),
    (Kind.LOSS, "CosineSimilarity"): ("axis",),
    (Kind.LOSS, "Huber"): ("delta",),
    (Kind.LOSS, "SparseCategoricalCrossentropy"): ("axis",),
    (Kind.METRIC, "CosineSimilarity"): ("axis",),
}
_FORGOTTEN_BY_ALL: dict[Kind, tuple[str, ...]] = {Kind.LOSS: ("dtype",)}


def forgotten_by(kind: Kind, name: str) -> tuple[str, ...]:
    """The arguments of a class that do not survive saving and loading."""
    return (*FORGOTTEN.get((kind, name), ()), *_FORGOTTEN_BY_ALL.get(kind, ()))
