"""The `checkpoint` file of a folder, which says what the latest checkpoint in it is called.

A protocol buffer in text form (tensorflow/python/training/checkpoint_state.proto), of lines such as
`model_checkpoint_path: "ckpt-7"`. What it names is looked for in its own folder only.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from specc.weights.files import open_file
from specc.weights.malformed import Decoding, Malformed, TooLarge
from specc.weights.problems import refused, shown
from specc.weights.tensorflow.protobuf import to_text

STATE_NAME: Final = "checkpoint"

MAX_STATE_BYTES: Final = 2**20
"""Size of the file: a line for each checkpoint that is kept."""

_LATEST: Final = "model_checkpoint_path"
# Possessive, so that a text that is none costs no more than its length.
_SPACE: Final = rb"\s*+(?:#[^\n]*+\s*+)*+"
_TEXT: Final = rb"""\"((?:[^"\\\n]|\\.)*+)"|'((?:[^'\\\n]|\\.)*+)'"""
_FIELD: Final = re.compile(_SPACE + rb"([a-z_]++)\s*+:\s*+(?:" + _TEXT + rb"|[-+.\w]++)")
_REST: Final = re.compile(_SPACE)
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))")
_LETTERS: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"v": b"\v"}


def latest_prefix(state: Path) -> Path:
    """The prefix of the latest checkpoint, in the folder of the file that names it.

    A path from the root is where it was when it was written, and that may be another machine: its
    last part is taken. Any other must not lead out of the folder.

    Raises:
        SpeccError: S001 to S003 if the file cannot be read, S903 if it is no such file, S904 if
            what it names lies elsewhere, S906 if it is too large, S950 if it names nothing.
    """
    with Decoding(state):
        name = fields(_content(state)).get(_LATEST)
        if name is not None and not name.isprintable():
            raise Malformed("it names a path with characters that cannot be shown")
    if not name:
        raise refused("S950", state, "it names no checkpoint")
    if ".." in Path(name).parts:
        what = f"it names `{shown(name)}`, which leads out of its folder"
        raise refused("S904", state, what, help="name the checkpoint that you mean itself")
    return state.parent / (Path(name).name if Path(name).is_absolute() else name)


def fields(text: bytes) -> dict[str, str]:
    """The last text of each field; numbers are left out.

    Raises:
        Malformed: if there is anything but fields.
    """
    found: dict[str, str] = {}
    position = 0
    while field := _FIELD.match(text, position):
        name, double, single = field.groups()
        value = double if double is not None else single
        if value is not None:
            found[name.decode()] = to_text(_ESCAPE.sub(_unescaped, value))
        position = field.end()
    rest = _REST.match(text, position)
    if rest is None or rest.end() < len(text):
        raise Malformed("it is not the text that TensorFlow writes under this name")
    return found


def _content(path: Path) -> bytes:
    file = open_file(path)
    try:
        if file.size > MAX_STATE_BYTES:
            raise TooLarge(f"it has {file.size:,} bytes")
        return file.read(0, file.size)
    finally:
        file.close()


def _unescaped(escape: re.Match[bytes]) -> bytes:
    octal, hexadecimal, letter = escape.groups()
    if letter is not None:
        return _LETTERS.get(letter, letter)
    number = int(octal, 8) if octal is not None else int(hexadecimal, 16)
    return bytes([number & 0xFF])
