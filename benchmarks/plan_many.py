"""The plan for a file of 10,000 tensors, the spec being loaded."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from benchmarks.clock import timed
from benchmarks.result import Result
from benchmarks.texts import loop

LAYERS: Final = 5_000
PROMISE: Final = 0.5


def run(rounds: int) -> list[Result]:
    """A kernel and a bias for each layer.

    The least time of the processor: what the work needs, whatever else the machine does.
    """
    import numpy as np

    import specc
    from specc.weights import TensorInfo, write_safetensors

    spec = specc.loads(loop(LAYERS))
    forms = {"kernel": (8, 8), "bias": (8,)}
    infos = [
        TensorInfo(f"layer{number}.{name}", shape, "float32")
        for number in range(LAYERS)
        for name, shape in forms.items()
    ]
    values = {name: np.zeros(shape, "float32") for name, shape in forms.items()}
    with TemporaryDirectory() as folder:
        path = Path(folder, "many.safetensors")
        write_safetensors(path, infos, lambda key: values[key.partition(".")[2]])

        def plan() -> object:
            made = specc.plan(spec, path)
            assert made.ok  # noqa: S101 - only work that is done to the end counts
            return made

        best = min(timed(plan, process_time) for _ in range(rounds))
    return [Result(f"plan for {len(infos):,} tensors", best, PROMISE, "s")]
