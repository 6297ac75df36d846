"""`specc check` in a fresh process, against Python starting and importing Pydantic."""

from __future__ import annotations

from benchmarks.clock import interleaved, python
from benchmarks.result import Result

SPEC = "specs/resnet.yaml"
REFERENCE = "import yaml; from pydantic import create_model; create_model('M', x=(int, 1))"
PROMISE = 2.5
TURNS = 3
"""A process takes well under a second: more of them a round."""


def run(rounds: int) -> list[Result]:
    """By turns, a fresh process each."""
    check = python("-m", "specc", "check", SPEC)
    pair = interleaved(check, python("-c", REFERENCE), rounds * TURNS)
    parts = pair.parts("specc check", "Python and Pydantic")
    return [
        Result("check specs/resnet.yaml / Python and Pydantic", pair.ratio, PROMISE, parts=parts)
    ]
