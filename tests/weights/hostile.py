"""What must hold of every hostile file: a diagnostic, soon, and in little memory."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specc import SpeccError
from specc.weights.opening import open_source

SECONDS = 5
BYTES = 256 * 2**20


def use(path: Path) -> None:
    """Opens a file and reads all of it, as the most curious user would."""
    with open_source(path) as source:
        source.metadata()
        for key in source.tensors():
            source.read(key)


def refused(path: Path, code: str, words: str = "", action: Callable[[Path], None] = use) -> None:
    """Holds if the file is refused with that code, in words that name it, within the bounds."""
    begin = time.process_time()
    with pytest.raises(SpeccError) as caught:
        action(path)
    assert time.process_time() - begin < SECONDS
    tracemalloc.start()
    try:
        with pytest.raises(SpeccError):
            action(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < BYTES
    found = caught.value.diagnostics[0]
    assert found.code == code, found.message
    assert path.name.split(".")[0] in found.message
    assert words in found.message
    assert len(found.message) < 1000


def mutations(data: bytes, count: int, seed: int, size: int = 0) -> Iterator[bytes]:
    """Versions of a file with some bytes changed, cut or moved; most in its first `size` bytes."""
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    size = size or len(data)
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            place = chance.randrange(size if chance.random() < 0.9 else len(changed))
            _mutate(changed, min(place, len(changed) - 1), chance)
        yield bytes(changed)


def _mutate(data: bytearray, place: int, chance: random.Random) -> None:
    kind = chance.randrange(6)
    if kind == 0:
        data[place] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    elif kind == 2:
        width = chance.choice((2, 4, 8))
        value = chance.choice((0, 1, 2**15, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1))
        data[place : place + width] = value.to_bytes(8, "little")[:width]
    elif kind == 3 and place > 1:
        del data[place:]
    elif kind == 4:
        source = chance.randrange(len(data))
        part = data[source : source + chance.choice((1, 8, 64))]
        data[place : place + len(part)] = part
    else:
        value = int.from_bytes(data[place : place + 8], "little") + chance.choice((-8, -1, 1, 8))
        data[place : place + 8] = (value % 2**64).to_bytes(8, "little")


def survives(path: Path, data: bytes) -> bool:
    """Whether a mutated file could be read; if not, it was refused, and nothing else happened."""
    path.write_bytes(data)
    try:
        use(path)
    except SpeccError:
        return False
    return True
