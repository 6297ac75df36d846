"""Timing of functions and processes, in pairs that share the machine's good and bad moments."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
Action = Callable[[], object]


@dataclass(frozen=True)
class Pair:
    """Medians, in seconds, of two things done by turns."""

    measured: float
    reference: float

    @property
    def ratio(self) -> float:
        """How many times the reference."""
        return self.measured / self.reference

    def parts(self, measured: str, reference: str) -> dict[str, str]:
        """Both times, named."""
        return {measured: seconds(self.measured), reference: seconds(self.reference)}


def timed(act: Action, clock: Callable[[], float] = perf_counter) -> float:
    """The seconds that it takes; its garbage, and that of what came before, doesn't count."""
    gc.collect()
    start = clock()
    made = act()
    end = clock()
    del made
    return end - start


def interleaved(measured: Action, reference: Action, rounds: int) -> Pair:
    """Does both by turns, each first every other time, after one unmeasured round."""
    measured(), reference()
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for which in (0, 1) if turn % 2 else (1, 0):
            times[which].append(timed((measured, reference)[which]))
    return Pair(median(times[0]), median(times[1]))


def python(*arguments: str, accepted: Sequence[int] = (0,)) -> Action:
    """A fresh Python process, as an action; from its second run on, all its code is compiled.

    Raises:
        RuntimeError: when it runs and ends with another status.
    """
    return partial(_run, [sys.executable, *arguments], accepted)


def _run(command: Sequence[str], accepted: Sequence[int]) -> None:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def seconds(value: float) -> str:
    """A time for people."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"
