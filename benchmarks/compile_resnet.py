"""Compiling ResNet-152 from its spec, against `keras.Model.from_config` of its config."""

from __future__ import annotations

import copy
from statistics import median

from benchmarks.clock import ROOT, interleaved, seconds, timed
from benchmarks.result import Result

SPEC = ROOT / "specs" / "resnet.yaml"
VARIANT = "resnet152"
PROMISE = 1.10
SEED = 7


def run(rounds: int) -> list[Result]:
    """Both with fresh weights, in one process, by turns."""
    import keras

    import specc
    from specc.keras_backend import build_unfilled
    from specc.keras_config import model_config

    def compile_spec() -> object:
        return specc.compile(specc.load(SPEC, variant=VARIANT), seed=SEED)

    config = specc.compile(specc.load(SPEC, variant=VARIANT)).get_config()
    copies = [copy.deepcopy(config) for _ in range(rounds + 1)]  # `from_config` empties its own

    def compile_config() -> object:
        return keras.Model.from_config(copies.pop())

    pair = interleaved(compile_spec, compile_config, rounds)
    graph = specc.load(SPEC, variant=VARIANT).graph
    assert graph is not None  # noqa: S101 - a model has one
    times = {
        "front end": lambda: specc.load(SPEC, variant=VARIANT),
        "config": lambda: model_config(graph),
        "build without values": lambda: build_unfilled(graph),
    }
    parts = {name: median(timed(act) for _ in range(rounds)) for name, act in times.items()}
    return [
        Result(
            "compile ResNet-152 / Model.from_config",
            pair.ratio,
            PROMISE,
            parts=pair.parts("specc", "Keras") | {k: seconds(v) for k, v in parts.items()},
        )
    ]
