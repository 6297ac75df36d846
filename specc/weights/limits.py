"""The bounds on what is read of weight files, each with its reason.

A file's size bounds most of what it can cost. These bound the rest: what a small file declares, and
what is kept in memory for each of a large file's names.
"""

from __future__ import annotations

from typing import Final

MAX_HEADER_BYTES: Final = 32 * 2**20
"""A table of contents (a safetensors header, an index). With digests a tensor takes 300 bytes."""

MAX_HEADER_VALUES: Final = 1_000_000
"""Values in such a table; Python takes some 100 bytes for each. A tensor has about six."""

MAX_TENSORS: Final = 100_000
"""Tensors of one file. The largest published models have some thousands."""

MAX_RANK: Final = 64
"""Dimensions of a tensor: what numpy holds."""

MAX_SHARDS: Final = 500
"""Files of one sharded set: each takes a descriptor while it is open."""

MAX_KEY_CHARACTERS: Final = 4_096
"""Length of a tensor's name."""

MAX_INFLATION: Final = 32
"""How many times its stored bytes a compressed tensor may take, beyond `FREE_INFLATED_BYTES`.
Trained weights compress to a half at best, a table of ids to a tenth."""

FREE_INFLATED_BYTES: Final = 64 * 2**20
"""Size up to which a compressed tensor may be of any ratio: freshly made zeros are thousand to one,
and no harm as long as they are few."""

MAX_ZIP_MEMBERS: Final = 50_000
"""Members of an archive. Each takes some 50 µs, and a tensor is one in an npz."""

MAX_ATTRIBUTE_BYTES: Final = 16 * 2**20
"""An HDF5 attribute. The longest are configs of whole models, some hundred kilobytes."""

MAX_DEPTH: Final = 200
"""Groups in groups of an HDF5 file: a level is a model in a model."""

MAX_OBJECTS: Final = 400_000
"""Groups and datasets of an HDF5 file: Keras makes about three for each tensor."""

MAX_HEADER_BLOCKS: Final = 1_000
"""Pieces of one HDF5 object header; a piece holds some hundred attributes' worth."""

MAX_ASSET_BYTES: Final = 64 * 2**20
"""A vocabulary in a `.keras` archive: a million words are some 10 MB."""


def inflated_bytes(stored: int) -> int:
    """What may come out of that many compressed bytes."""
    return max(FREE_INFLATED_BYTES, MAX_INFLATION * stored)
