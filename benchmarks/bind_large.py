"""Weights of 1.4 GB bound to their model, and saved: specc against Keras, and against `dd`.

Each time in a fresh process, beyond its imports, all by turns; the files are in the page cache.
A ratio is of times that were measured one after the other; the median of these counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.clock import ROOT, seconds
from benchmarks.large_model import OURS, large_model
from benchmarks.once import ACTS, SAVE
from benchmarks.result import Result

Times = Mapping[str, float]
Rounds = Mapping[str, list[Times]]

PROMISES: Final = (
    ("bind", "load_model", 8),
    ("bind", "load_weights", 3.5),
    ("bind mapped", "load_model", 15),
    ("bind mapped", "load_weights", 6),
    ("bind .weights.h5", "load_model", 6),
    ("bind .keras", "load_model", 6),
)
"""What is measured, what it is measured against, and how many times as fast it is to be."""

PRIVATE, PEAK, SAVING = 0.05, 1.1, 1.2


def run(rounds: int) -> list[Result]:
    """All of it; a round takes about a minute on a machine that does nothing else."""
    with large_model() as folder:
        size = (folder / OURS).stat().st_size
        found: dict[str, list[Times]] = {name: [] for name in (*ACTS, SAVE, "dd")}
        for turn in range(rounds):
            names = list(found) if turn % 2 else list(reversed(found))
            for name in names:
                print(f"round {turn + 1} of {rounds}: {name}", file=sys.stderr)
                found[name].append(_dd(folder) if name == "dd" else _once(name, folder))
        for name in ("saved.safetensors", "copied"):
            (folder / name).unlink()
    return list(_results(found, size))


def _results(found: Rounds, size: int) -> Iterator[Result]:
    for ours, theirs, promise in PROMISES:
        ratios = _ratios(found[theirs], found[ours], "wall")
        work = _ratios(found[theirs], found[ours], "cpu")
        parts = _parts(found, ours, theirs) | {
            "of each round": ", ".join(f"{each:.1f}" for each in sorted(ratios)),
            "processor": f"{median(work):.1f} times",
        }
        name = f"{theirs} takes … times as long as {ours}"
        yield Result(name, median(ratios), promise, parts=parts, at_least=True)
    private = median(each["private"] for each in found["bind mapped"]) / size
    yield Result("private memory after a mapped bind / weights", private, PRIVATE)
    for name in ACTS:
        peak = median(each["peak"] for each in found[name]) / size
        most = PEAK if name.startswith("bind") else None
        yield Result(f"peak memory of {name} / weights", peak, most)
    ratios = _ratios(found[SAVE], found["dd"], "wall")
    parts = _parts(found, SAVE, "dd")
    yield Result(
        "save_weights / dd and fsync of as many bytes", median(ratios), SAVING, parts=parts
    )


def _ratios(over: Sequence[Times], under: Sequence[Times], clock: str) -> list[float]:
    return [one[clock] / other[clock] for one, other in zip(over, under, strict=True)]


def _parts(found: Rounds, *names: str) -> dict[str, str]:
    times = {name: [each["wall"] for each in found[name]] for name in names}
    return {
        name: f"{seconds(median(each))}, at least {seconds(min(each))}"
        for name, each in times.items()
    }


def _once(name: str, folder: Path) -> Times:
    command = [sys.executable, "-m", "benchmarks.once", name, str(folder)]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr}")
    times: Times = json.loads(done.stdout)
    return times


def _dd(folder: Path) -> Times:
    """The file's bytes written once more and flushed, by a program that does nothing else."""
    paths = [f"if={folder / OURS}", f"of={folder / 'copied'}"]
    start = perf_counter()
    subprocess.run(
        ["dd", *paths, "bs=4M", "conv=fsync"],
        check=True,
        capture_output=True,
    )
    return {"wall": perf_counter() - start}
