"""What the verifier holds of a graph, and how graphs are walked and printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from specc.ir import (
    Call,
    Graph,
    Operation,
    OperationKind,
    Tensor,
    all_operations,
    call_tensors,
    leaves,
    print_graph,
    replace_tensors,
    tensors,
    verify,
)
from tests.passes.front import front

TEXT = """\
specc: 1
model: m
define:
  Inner: {style: functional, inputs: {a: {shape: [4]}}, body: [{Dense: {units: 4}, name: d}]}
inputs: {x: {shape: [4]}}
body:
  - {Inner: , name: inner}
  - {Add: , in: [x, _], name: sum}
"""


@pytest.fixture
def graph() -> Graph:
    made, found = front(TEXT)
    assert made is not None, list(found)
    return made


def test_a_sound_graph_passes(graph: Graph) -> None:
    verify(graph)


def _change(whole: Graph, place: int, **changes: object) -> tuple[Operation, ...]:
    operations = list(whole.operations)
    operations[place] = replace(operations[place], **changes)  # type: ignore[arg-type]  # any field
    return tuple(operations)


def _two_of_one_key(graph: Graph) -> Graph:
    return replace(graph, operations=_change(graph, 2, key="inner"))


def _model_without_a_graph(graph: Graph) -> Graph:
    return replace(graph, operations=_change(graph, 1, graph=None))


def _layer_with_a_graph(graph: Graph) -> Graph:
    return replace(graph, operations=_change(graph, 2, graph=graph.operations[1].graph))


def _operation_that_is_not_called(graph: Graph) -> Graph:
    idle = replace(graph.operations[2], key="idle")
    return replace(graph, operations=(*graph.operations, idle), slots=())


def _call_of_nothing(graph: Graph) -> Graph:
    return replace(graph, calls=(*graph.calls, Call(9, (), {}, graph.origin)))


def _call_that_reads_a_later_one(graph: Graph) -> Graph:
    calls = list(graph.calls)
    calls[1] = replace(calls[1], args=([Tensor(2)],))
    return replace(graph, calls=tuple(calls))


def _output_that_does_not_exist(graph: Graph) -> Graph:
    return replace(graph, outputs={"a": [Tensor(7)]})


def _input_that_is_none(graph: Graph) -> Graph:
    return replace(graph, inputs=Tensor(1))


def _broken_inside(graph: Graph) -> Graph:
    inner = graph.operations[1].graph
    assert inner is not None
    return replace(graph, operations=_change(graph, 1, graph=replace(inner, outputs=Tensor(9))))


def _slots_of_others(graph: Graph) -> Graph:
    return replace(graph, slots=(None,))


@pytest.mark.parametrize(
    "break_",
    [
        _two_of_one_key,
        _model_without_a_graph,
        _layer_with_a_graph,
        _operation_that_is_not_called,
        _call_of_nothing,
        _call_that_reads_a_later_one,
        _output_that_does_not_exist,
        _input_that_is_none,
        _broken_inside,
        _slots_of_others,
    ],
    ids=lambda each: each.__name__.strip("_").replace("_", " "),
)
def test_a_broken_graph_does_not(graph: Graph, break_: Callable[[Graph], Graph]) -> None:
    with pytest.raises(AssertionError, match="the graph is broken"):
        verify(break_(graph))


def test_tensors_come_in_the_order_of_keras() -> None:
    structure = {"b": Tensor(1), "a": [Tensor(2), 3, (Tensor(4),)]}
    assert [tensor.call for tensor in tensors(structure)] == [2, 4, 1]
    assert list(leaves(structure)) == [Tensor(1), Tensor(2), 3, Tensor(4)]


def test_replacing_tensors_keeps_the_structure() -> None:
    structure = {"b": Tensor(1), "a": [Tensor(2), 3, (Tensor(4), None)]}
    moved = replace_tensors(structure, lambda tensor: tensor.call * 10)
    assert moved == {"b": 10, "a": [20, 3, (40, None)]}


def test_a_call_reads_what_it_is_given() -> None:
    call = Call(0, (Tensor(1), [Tensor(2)]), {"mask": Tensor(3), "training": True}, None)  # type: ignore[arg-type]  # no origin needed
    assert [tensor.call for tensor in call_tensors(call)] == [1, 2, 3]


def test_operations_inside_models_have_their_full_keys(graph: Graph) -> None:
    assert [key for key, _ in all_operations(graph)] == [
        *("x", "inner", "inner.a", "inner.d", "sum"),
    ]


def test_it_prints_what_is_not_the_default(graph: Graph) -> None:
    changed = replace(
        graph,
        dtype="float16",
        separator="_",
        training={"loss": "mse"},
        operations=_change(graph, 2, trainable=False, dtype="float64", name="other"),
    )
    text = print_graph(changed)
    assert text.startswith("functional m separator='_' dtype='float16' training={'loss': 'mse'}\n")
    assert "sum = Add{} trainable=False dtype='float64' keras_name='other'([%0, %1])" in text


def test_an_operation_is_printed_in_full_once() -> None:
    shared, _ = front(
        "specc: 1\nmodel: m\ninputs: {x: {shape: [4]}}\n"
        "body:\n  - {Dense: {units: 4}, name: d}\n  - expr: d(_)\n"
    )
    assert shared is not None
    lines = print_graph(shared).splitlines()
    assert lines[2:4] == ["  %1 = d = Dense{units: 4}(%0)", "  %2 = d(%1)"]


def test_inputs_are_operations(graph: Graph) -> None:
    assert graph.operations[0].kind is OperationKind.INPUT
