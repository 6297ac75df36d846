"""Ten times the layers: how many times the cost, for `check` and for the front end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from time import process_time

from benchmarks.clock import seconds, timed
from benchmarks.result import Result
from benchmarks.texts import chain, loop

SIZES = (100, 1_000, 10_000)
PROMISE = 12.0


def run(rounds: int) -> list[Result]:
    """For layers that are written out, and for a loop.

    The least time of the processor: what the work needs, whatever else the machine does.
    """
    written, looped = chain, loop
    return [
        _linearity("check, layers written out", _check, written, rounds),
        _linearity("check, a loop", _check, looped, rounds),
        _linearity("spec to Keras config, layers written out", _front_end, written, rounds),
        _linearity("spec to Keras config, a loop", _front_end, looped, rounds),
    ]


def _check(text: str) -> object:
    from specc.api.specs import check_text
    from specc.diagnostics import Source

    found = check_text(Source("<benchmark>", text))
    assert not found, found  # noqa: S101 - only work that is done to the end counts
    return found


def _front_end(text: str) -> object:
    import specc
    from specc.keras_config import model_config
    from specc.memory import no_collection

    graph = specc.loads(text).graph
    assert graph is not None  # noqa: S101 - a model has one
    with no_collection():  # as `compile` does
        return model_config(graph)


def _linearity(
    name: str, act: Callable[[str], object], text: Callable[[int], str], rounds: int
) -> Result:
    act(text(SIZES[0]))  # imports, catalog
    texts = {size: text(size) for size in SIZES}
    found: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            found[size].append(timed(partial(act, texts[size]), process_time))
    times = {size: min(each) for size, each in found.items()}
    worst = max(times[large] / times[small] for small, large in pairwise(SIZES))
    parts = {f"{size:,} layers": seconds(time) for size, time in times.items()}
    return Result(f"ten times the layers: {name}", worst, PROMISE, parts=parts)
