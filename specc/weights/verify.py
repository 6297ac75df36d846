"""Whether a file's tensors are still those that were written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic
from specc.weights.arrays import bytes_of, little_endian
from specc.weights.metadata import content_digest, digest_of, digests, provenance
from specc.weights.problems import refused
from specc.weights.strings import encode_strings

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source


Progress = Callable[[int, int], None]


def array_digest(array: np.ndarray) -> str:
    """SHA-256, in hex, of an array's little-endian bytes in C order; of strings, of their table."""
    plain = encode_strings(array) if array.dtype.kind in "OSU" else little_endian(array)
    return digest_of([bytes_of(plain)])


def verify(
    source: Source, progress: Progress = lambda done, of: None
) -> tuple[list[Diagnostic], list[str]]:
    """Reads every tensor that has a recorded digest, one at a time, and compares.

    Args:
        source: An open file.
        progress: Is told how many tensors were read, of how many.

    Returns:
        S907 for each that differs, and the keys that have no digest to compare with.
    """
    recorded = digests(source)
    found: list[Diagnostic] = []
    for done, key in enumerate(recorded):
        progress(done, len(recorded))
        found += _differs(source, key, recorded[key])
    unknown = [key for key in source.tensors() if key not in recorded]
    return found or [*_content_differs(source, unknown)], unknown


def _differs(source: Source, key: str, digest: str) -> Sequence[Diagnostic]:
    if key not in source.tensors():
        what = "its digest is recorded, and it is not there"
        return refused("S907", source.path, what, key=key).diagnostics
    found = array_digest(source.read(key))
    if found == digest:
        return []
    what = f"its bytes have the digest {found[:12]}…, and {digest[:12]}… was recorded"
    return refused("S907", source.path, what, key=key).diagnostics


def _content_differs(source: Source, unknown: Sequence[str]) -> Sequence[Diagnostic]:
    """Whether names, dtypes and shapes are those that were written, if that was recorded."""
    written = provenance(source)
    if written is None or not written.content:
        return []
    if unknown:
        what = "it was not there when the file was written"
        return [
            d for key in unknown for d in refused("S907", source.path, what, key=key).diagnostics
        ]
    if content_digest(source.tensors().values(), digests(source)) == written.content:
        return []
    what = "the names, dtypes or shapes of its tensors are not those that were recorded"
    return refused("S907", source.path, what).diagnostics
