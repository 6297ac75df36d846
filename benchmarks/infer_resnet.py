"""The shapes and slots of ResNet-152 by the catalog's rules: what each layer costs."""

from __future__ import annotations

from time import process_time

from benchmarks.clock import ROOT, timed
from benchmarks.result import Result

SPEC = ROOT / "specs" / "resnet.yaml"
VARIANT = "resnet152"
PROMISE = 40.0
TURNS = 3
"""It takes hundredths of a second: more of them a round."""


def run(rounds: int) -> list[Result]:
    """Every rule applied to every layer; a spec's expansion remembers equal ones, and asks less.

    The least time of the processor: what the work needs, whatever else the machine does.
    """
    import specc
    from specc.ir import tensors
    from specc.passes.inference import DEFAULT_DTYPE, infer_graph

    graph = specc.load(SPEC, variant=VARIANT).graph
    assert graph is not None  # noqa: S101 - a model has one
    inputs = [graph.specs[tensor] for tensor in tensors(graph.inputs)]

    def infer() -> object:
        return infer_graph(graph, inputs, DEFAULT_DTYPE)

    best = min(timed(infer, process_time) for _ in range(rounds * TURNS))
    cost = best / len(graph.calls) * 1e6
    parts = {"layers": str(len(graph.calls)), "in all": f"{best * 1000:.1f} ms"}
    return [Result("shapes and slots of a layer, ResNet-152", cost, PROMISE, "µs", parts)]
