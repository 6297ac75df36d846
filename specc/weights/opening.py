"""Finds the format of a weight file by its content, whatever it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.weights.files import open_file
from specc.weights.problems import refused

if TYPE_CHECKING:
    from specc.source.reader import AnyPath
    from specc.weights.source import Source


def open_source(path: AnyPath) -> Source:
    """Opens a weight file.

    Raises:
        SpeccError: S001 to S003 if it cannot be opened, S901 if it is of no known format, others
            if it is damaged.
    """
    file = open_file(path)
    try:
        head = file.read(0, min(file.size, 512))
    finally:
        file.close()
    if _is_safetensors(head):
        from specc.weights.safetensors_source import SafetensorsSource

        return SafetensorsSource(path)
    if head.lstrip()[:1] == b"{":
        return _open_sharded(path)
    raise refused("S901", path, f"it is no weight file: it looks like {_looks_like(head)}")


def _open_sharded(path: AnyPath) -> Source:
    from specc.weights.sharded_source import ShardedSource, read_index

    index = read_index(path)
    if "weight_map" not in index:
        raise refused("S901", path, "it is no weight file: it looks like JSON that is no index")
    return ShardedSource(path, index, open_source)


def _is_safetensors(head: bytes) -> bool:
    """Whether a JSON object begins after eight bytes, the last of which are zero in any length."""
    return head[8:9] == b"{" and head[5:8] == b"\0\0\0"


def _looks_like(head: bytes) -> str:
    signs = {
        b"\x80\x02": "a Python pickle",
        b"\x80\x03": "a Python pickle",
        b"\x80\x04": "a Python pickle",
        b"\x80\x05": "a Python pickle",
        b"\x93NUMPY": "one numpy array: save it with its name, in an npz",
        b"GGUF": "GGUF",
        b"\x08": "ONNX or another protocol buffer",
        b"\x1f\x8b": "a gzip archive",
        b"version https://git-lfs": "a pointer of Git LFS: fetch the file itself",
        b"<": "a web page, as of a download that failed",
    }
    if not head:
        return "an empty file"
    if not head.strip(b"\0"):
        return "zeros"
    return next((what for sign, what in signs.items() if head.startswith(sign)), "none known")
