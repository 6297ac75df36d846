"""Bytes that cannot be: raised where they are decoded, reported where the file is known."""

from __future__ import annotations

from typing import Final, Self

from specc.source.reader import AnyPath
from specc.weights.problems import refused

_HELP: Final = {
    "S903": "the file is damaged or was copied only in part; get it again",
    "S906": "no real checkpoint is like this; if yours is, tell us",
}


class Malformed(Exception):  # noqa: N818  # an error only once the file is named
    """What the bytes say contradicts itself or the file."""

    code = "S903"


class TooLarge(Malformed):
    """What the bytes say is beyond a limit."""

    code = "S906"


class Decoding:
    """Turns what decoders raise in its block into a diagnostic of the file, and the tensor.

    Raises:
        SpeccError: S903 of Malformed, S906 of TooLarge.
    """

    def __init__(self, path: AnyPath, key: str = "") -> None:
        self.path = path
        self.key = key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Malformed):
            help_ = _HELP[error.code]
            raise refused(error.code, self.path, str(error), key=self.key, help=help_) from None
