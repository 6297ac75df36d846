"""CRC-32C against published values, and of views as of bytes."""

from __future__ import annotations

import numpy as np
import pytest

from specc.weights.checksums import PIECE, extended


@pytest.mark.parametrize(
    ("data", "wanted"),
    [(b"", 0), (b"123456789", 0xE3069283), (b"\0" * 32, 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43)],
)
def test_published_values(data: bytes, wanted: int) -> None:
    """Of RFC 3720, B.4."""
    assert extended(data) == extended(memoryview(data)) == wanted
    assert extended(data[5:], extended(data[:5])) == wanted


def test_long_views_are_summed_in_pieces() -> None:
    array = np.random.default_rng(1).integers(0, 256, 2 * PIECE + 77, np.uint8)
    for view in (array.data, array[1:].data, array[:PIECE].data, array.reshape(1, -1).data):
        assert extended(view, 5) == extended(bytes(view), 5)
