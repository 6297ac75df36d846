"""Zip archives made by hand: what zipfile writes, with any field of any entry changed."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npy_of(header: str, data: bytes = b"", version: int = 1) -> bytes:
    text = header.encode("latin-1") + b"\n"
    width = 2 if version == 1 else 4
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(width, "little") + text + data


ENTRY = {
    "flags": (8, "H"),
    "method": (10, "H"),
    "crc": (16, "I"),
    "stored": (20, "I"),
    "size": (24, "I"),
    "attributes": (38, "I"),
    "offset": (42, "I"),
}


def changed(data: bytes, number: int = 0, **fields: int) -> bytes:
    """An archive with fields of an entry of its table of contents set."""
    result = bytearray(data)
    at = data.index(b"PK\1\2")
    for _ in range(number):
        at = data.index(b"PK\1\2", at + 1)
    for name, value in fields.items():
        offset, form = ENTRY[name]
        struct.pack_into(f"<{form}", result, at + offset, value)
    return bytes(result)
