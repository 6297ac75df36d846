"""Checks `training:` against the catalog: exactly the arguments of `Model.compile`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc import catalog
from specc.catalog import Kind
from specc.catalog.compiling import COMPILE_OBJECTS, COMPILE_VALUES, is_object
from specc.diagnostics import Diagnostics, did_you_mean
from specc.ir import Graph, tensors
from specc.passes.check_arguments import report
from specc.source.nodes import Node, span_at

KEYS = (*COMPILE_OBJECTS, *COMPILE_VALUES)
LISTS = ("metrics", "weighted_metrics")
TYPE_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}


def check_training(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """Reports what `Model.compile` would refuse; the graph as it is."""
    if graph.training is not None and graph.training_node is not None:
        check_values(graph.training, graph.training_node, _output_names(graph), diagnostics)
    return graph


def _output_names(graph: Graph) -> Mapping[str, object] | None:
    """The names by which Keras knows the outputs: their own, or their layers'; None: no names."""
    if isinstance(graph.outputs, Mapping):
        return graph.outputs
    if graph.style != "functional":
        return None
    calls = [graph.calls[tensor.call] for tensor in tensors(graph.outputs)]
    return {graph.operations[call.operation].name: call for call in calls}


def check_values(
    training: Mapping[str, object],
    node: Node,
    outputs: Mapping[str, object] | None,
    diagnostics: Diagnostics,
) -> None:
    """Checks the values of `training:`; `outputs` are those that have names, where known."""
    for key, value in training.items():
        if key in COMPILE_OBJECTS:
            _check_objects(key, value, outputs, node, diagnostics)
        elif key in COMPILE_VALUES:
            _check_type(key, value, node, diagnostics)
        else:
            diagnostics.error(
                "S440", f"`Model.compile` has no argument `{key}`", span_at(node, (key,), key=True),
                label=did_you_mean(key, KEYS), help="it has " + ", ".join(f"`{k}`" for k in KEYS),
            )  # fmt: skip


def _check_type(key: str, value: object, node: Node, diagnostics: Diagnostics) -> None:
    wanted = COMPILE_VALUES[key]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        names = " or ".join(TYPE_NAMES.get(each, "text") for each in wanted)
        diagnostics.error("S441", f"`{key}` is {names}", span_at(node, (key,)))


def _check_objects(
    key: str,
    value: object,
    outputs: Mapping[str, object] | None,
    node: Node,
    diagnostics: Diagnostics,
) -> None:
    if key in LISTS and (isinstance(value, str) or _is_single(key, value)):
        diagnostics.error(
            "S441", f"`{key}` is a list, or a mapping by output", span_at(node, (key,)),
            help=f"write `{key}: [{span_at(node, (key,)).text}]`",
        )  # fmt: skip
        return
    for path, item in leaves(COMPILE_OBJECTS[key], value, outputs or {}):
        _check_output(path, outputs, node, key, diagnostics)
        if item is None:
            continue
        for problem in catalog.check_object(COMPILE_OBJECTS[key], item):
            report(problem.below(key, *path), node, span_at(node, (key, *path)), diagnostics)


def _is_single(key: str, value: object) -> bool:
    return isinstance(value, Mapping) and is_object(COMPILE_OBJECTS[key], value)


def leaves(
    kind: Kind,
    value: object,
    outputs: Mapping[str, object],
    path: tuple[str | int, ...] = (),
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """The objects in lists and in mappings by output name, with their paths."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(kind, item, outputs, (*path, index))
    elif isinstance(value, Mapping) and not _is_one(kind, value, outputs):
        for name, item in value.items():
            yield from leaves(kind, item, outputs, (*path, name))
    else:
        yield path, value


def _is_one(kind: Kind, value: Mapping[str, object], outputs: Mapping[str, object]) -> bool:
    """Whether a mapping is one object, perhaps misspelt, rather than objects by output name."""
    if kind is Kind.OPTIMIZER or is_object(kind, value):
        return True
    name = next(iter(value), "")
    return len(value) == 1 and name not in outputs and name[:1].isupper()


def _check_output(
    path: tuple[str | int, ...],
    outputs: Mapping[str, object] | None,
    node: Node,
    key: str,
    diagnostics: Diagnostics,
) -> None:
    """A mapping's keys are the names of the model's outputs, if those have names."""
    if not path or not isinstance(path[0], str) or outputs is None or path[0] in outputs:
        return
    diagnostics.error(
        "S442", f"the model has no output `{path[0]}`", span_at(node, (key, path[0]), key=True),
        label=did_you_mean(path[0], outputs),
    )  # fmt: skip
