"""Whether a model's layers get masks, which those of a spec take away from what they give."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir import DeclaredLayer, Graph, Operation

UNMASKED = '''

def unmasked(outputs, *inputs):
    """Takes away the masks that layers inside gave: Keras would keep them as the layer's."""
    for output in keras.tree.flatten(outputs):
        if getattr(output, "_keras_mask", None) is None:
            continue
        if all(output is not given for given in inputs):
            del output._keras_mask
    return outputs
'''


def makes_masks(graph: Graph) -> bool:
    """Whether anything in a model makes masks."""
    return any(map(_makes, _operations(graph)))


def _operations(graph: Graph) -> Iterator[Operation]:
    """All operations, in nested models and in declared layers too."""
    for inner in (graph, *_bodies(graph.declared)):
        for operation in inner.operations:
            yield operation
            for each in (operation.graph, *_bodies(operation.declared)):
                if each is not None and each is not graph:
                    yield from _operations(each)


def _bodies(declared: DeclaredLayer | None) -> Iterator[Graph]:
    if declared is not None:
        for ways in declared.followed.values():
            for body in ways:
                yield body.graph


def _makes(operation: Operation) -> bool:
    followed = operation.declared.followed.values() if operation.declared is not None else ()
    masked = any(body.mask not in (None, "pass") for ways in followed for body in ways)
    arguments = repr(dict(operation.arguments))
    return (
        masked
        or operation.python is not None
        or operation.class_name == "Masking"
        or "mask_zero" in arguments
        or "Masking" in arguments
    )
