"""Whether a file's tensors are still those that were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.weights.arrays import bytes_of, little_endian
from specc.weights.metadata import digest_of, digests
from specc.weights.problems import refused
from specc.weights.strings import encode_strings

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source


def array_digest(array: np.ndarray) -> str:
    """SHA-256, in hex, of an array's little-endian bytes in C order; of strings, of their table."""
    plain = encode_strings(array) if array.dtype.kind in "OSU" else little_endian(array)
    return digest_of([bytes_of(plain)])


def verify(source: Source) -> tuple[list[Diagnostic], list[str]]:
    """Reads every tensor that has a recorded digest, one at a time, and compares.

    Returns:
        S907 for each that differs, and the keys that have no digest to compare with.
    """
    recorded = digests(source)
    unknown = [key for key in source.tensors() if key not in recorded]
    return [found for key in recorded for found in _differs(source, key, recorded[key])], unknown


def _differs(source: Source, key: str, digest: str) -> Iterator[Diagnostic]:
    if key not in source.tensors():
        yield from refused(
            "S907", source.path, "its digest is recorded, and it is not there", key=key
        ).diagnostics
        return
    found = array_digest(source.read(key))
    if found != digest:
        what = f"its bytes have the digest {found[:12]}…, and {digest[:12]}… was recorded"
        yield from refused("S907", source.path, what, key=key).diagnostics
