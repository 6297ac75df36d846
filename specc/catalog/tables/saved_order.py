"""The order in which Keras's layers number the variables in a `.weights.h5` that they quantized.

Others number what they made trainable first, then the rest. `variable_serialization_spec` of
`Dense`, `EinsumDense`, `Embedding` and `ReversibleEmbedding`, all ways of quantizing in one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

SAVED_ORDER: Final = (
    *("embeddings", "embeddings_scale", "embeddings_zero"),
    *("kernel", "bias", "quantized_kernel"),
    *("inputs_scale", "inputs_amax_history", "kernel_scale", "kernel_amax_history"),
    *("outputs_grad_scale", "outputs_grad_amax_history"),
    *("kernel_zero", "awq_scales", "g_idx"),
    *("reverse_embeddings", "reverse_embeddings_scale", "reverse_embeddings_zero"),
)
_OF_QUANTIZED: Final = {"kernel_scale", "embeddings_scale"}


def saved_places(names: Collection[str]) -> dict[str, int]:
    """The number of each of a layer's variables, if it is quantized; else none.

    Args:
        names: What the variables of one of Keras's layers are called.
    """
    if _OF_QUANTIZED.isdisjoint(names):
        return {}
    known = [name for name in SAVED_ORDER if name in names]
    others = [name for name in names if name not in SAVED_ORDER]  # adapters, which aren't saved
    return {name: place for place, name in enumerate([*known, *others])}
