"""`specc show` of ResNet-152 in a fresh process, against Python starting and importing Pydantic."""

from __future__ import annotations

from benchmarks.check_resnet import REFERENCE, TURNS
from benchmarks.clock import interleaved, python
from benchmarks.result import Result

COMMAND = ("-m", "specc", "show", "specs/resnet.yaml", "--variant", "resnet152")
PROMISE = 2.5


def run(rounds: int) -> list[Result]:
    """By turns, a fresh process each."""
    pair = interleaved(python(*COMMAND), python("-c", REFERENCE), rounds * TURNS)
    parts = pair.parts("specc show", "Python and Pydantic")
    return [Result("show ResNet-152 / Python and Pydantic", pair.ratio, PROMISE, parts=parts)]
