"""Checking many specs in one run: what each costs beyond the start of the process."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.clock import interleaved, python
from benchmarks.result import Result
from benchmarks.texts import chain

SPECS, LAYERS = 200, 50
PROMISE = 20.0


def run(rounds: int) -> list[Result]:
    """200 specs against one, both in fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder, "many"), Path(folder, "one")
        many.mkdir()
        one.mkdir()
        Path(one, "spec.yaml").write_text(chain(1))
        for number in range(SPECS):
            Path(many, f"spec{number}.yaml").write_text(chain(LAYERS))
        check = python("-m", "specc", "check", str(many))
        pair = interleaved(check, python("-m", "specc", "check", str(one)), rounds)
    cost = (pair.measured - pair.reference) / SPECS * 1000
    parts = pair.parts(f"{SPECS} specs", "one layer")
    return [Result(f"check a spec of {LAYERS} layers, among {SPECS}", cost, PROMISE, "ms", parts)]
