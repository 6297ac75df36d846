"""What a diagnostic code is."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A kind of diagnostic: a title, and an explanation with an example and its mend."""

    title: str
    explanation: str
