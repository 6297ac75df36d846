"""In which order calls are written: each branch whole, as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.importing.parts import Application, ImportedLayer, ImportedModel, refs

Call = tuple[str, int]
"""A layer's name, and which of its calls."""


def call_order(model: ImportedModel) -> list[Call]:
    """The calls that the outputs depend on, each after what it reads, branches unmixed."""
    layers = {layer.name: layer for layer in model.layers}
    done: dict[Call, None] = {}
    for ref in refs(model.outputs):
        _visit((ref.layer, ref.call), layers, done)
    return list(done)


def _visit(target: Call, layers: Mapping[str, ImportedLayer], done: dict[Call, None]) -> None:
    """Depth first, without recursion: models are thousands of layers deep."""
    open_: list[tuple[Call, Iterator[Call]]] = [(target, _reads(target, layers))]
    entered = {target}
    while open_:
        call, reads = open_[-1]
        following = next((each for each in reads if each not in done and each not in entered), None)
        if following is None:
            done.setdefault(call)
            open_.pop()
        else:
            entered.add(following)
            open_.append((following, _reads(following, layers)))


def _reads(call: Call, layers: Mapping[str, ImportedLayer]) -> Iterator[Call]:
    """What a call reads; the layer's call before it too, since references count them."""
    layer, index = layers[call[0]], call[1]
    if index > 0:
        yield (layer.name, index - 1)
    if index < len(layer.calls):
        application: Application = layer.calls[index]
        for ref in refs([application.args, application.kwargs]):
            yield (ref.layer, ref.call)


def has_ring(model: ImportedModel) -> bool:
    """Whether a call reads, over others, its own output."""
    layers = {layer.name: layer for layer in model.layers}
    made: set[Call] = set()
    for call in call_order(model):
        if not made.issuperset(_reads(call, layers)):
            return True
        made.add(call)
    return False
