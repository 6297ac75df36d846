"""Whether a file's tensors are still those that were written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Severity
from specc.weights.arrays import bytes_of, little_endian
from specc.weights.metadata import content_digest, digest_of, digests, provenance
from specc.weights.problems import refused
from specc.weights.strings import encode_strings

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source


Progress = Callable[[int, int], None]
Seen = Callable[[str, "np.ndarray"], None]
"""Is given the key of each tensor that was read, and the tensor."""


def array_digest(array: np.ndarray) -> str:
    """BLAKE3, in hex, of an array's little-endian bytes in C order; of strings, of their table."""
    return digest_of([digested(array)])


def digested(array: np.ndarray) -> memoryview:
    """The bytes that an array's digest is over."""
    plain = encode_strings(array) if array.dtype.kind in "OSU" else little_endian(array)
    return bytes_of(plain)


def not_finite(source: Source, key: str, array: np.ndarray) -> Sequence[Diagnostic]:
    """A warning if some values of a tensor are NaN or infinite."""
    import numpy as np

    may_be = array.dtype.name.startswith(("float", "bfloat", "complex"))
    if not may_be or bool(np.isfinite(array).all()):
        return ()
    nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    counts = ((nan, "NaN"), (infinite, "infinite"))
    what = " and ".join(f"{count:,} {word}" for count, word in counts if count)
    [found] = refused(
        "S929", source.path, f"of its {array.size:,} values {what}", key=key
    ).diagnostics
    return (replace(found, severity=Severity.WARNING),)


def verify(
    source: Source,
    progress: Progress = lambda done, of: None,
    seen: Seen = lambda key, array: None,
) -> tuple[list[Diagnostic], list[str]]:
    """Reads every tensor that has a recorded digest, one at a time, and compares.

    Args:
        source: An open file.
        progress: Is told how many tensors were read, of how many.
        seen: Is given what was read.

    Returns:
        S907 for each that differs, and the keys that have no digest to compare with.
    """
    recorded = digests(source)
    found: list[Diagnostic] = []
    for done, key in enumerate(recorded):
        progress(done, len(recorded))
        found += _differs(source, key, recorded[key], seen)
    unknown = [key for key in source.tensors() if key not in recorded]
    return found or [*_content_differs(source, unknown)], unknown


def _differs(source: Source, key: str, digest: str, seen: Seen) -> Sequence[Diagnostic]:
    if key not in source.tensors():
        what = "its digest is recorded, and it is not there"
        return refused("S907", source.path, what, key=key).diagnostics
    array = source.read(key)
    seen(key, array)
    found = array_digest(array)
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
