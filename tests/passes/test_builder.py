"""The graph while it is built: what is taken back leaves no variables behind."""

from __future__ import annotations

import specc
from specc.catalog.rules import TensorSpec
from specc.diagnostics import Diagnostics, Source, Span
from specc.ir import Operation, OperationKind, Structure
from specc.passes.expand.builder import GraphBuilder
from specc.passes.memo import Memo

SPAN = Span(Source("<test>", "x"), 0, 1)


def layer(class_name: str, key: str, **arguments: object) -> Operation:
    return Operation(OperationKind.LAYER, key, class_name, arguments, SPAN, name=key)


def given(builder: GraphBuilder, key: str, *shape: int | None) -> Structure:
    arguments = {"batch_shape": list(shape), "dtype": "float32"}
    operation = Operation(OperationKind.INPUT, key, "InputLayer", arguments, SPAN, name=key)
    return builder.call(builder.add(operation), (), {}, SPAN)


def test_the_first_call_that_stays_makes_the_variables() -> None:
    diagnostics = Diagnostics()
    builder = GraphBuilder(diagnostics, lambda _: None, Memo())
    narrow, wide = given(builder, "narrow", None, 4), given(builder, "wide", None, 8)
    dense = builder.add(layer("Dense", "d", units=3))
    mark = builder.mark()
    builder.call(dense, (narrow,), {}, SPAN)
    builder.call(builder.add(layer("Dense", "more", units=2)), (narrow,), {}, SPAN)
    builder.rollback(mark)
    assert builder.slots.get(dense) is None
    result = builder.call(dense, (wide,), {}, SPAN)
    assert [slot.shape for slot in builder.slots[dense] or ()] == [(8, 3), (3,)]
    assert builder.specs[result] == TensorSpec((None, 3))  # type: ignore[index]  # it is a tensor
    assert not diagnostics.sorted()
    builder.call(dense, (narrow,), {}, SPAN)
    assert [each.code for each in diagnostics.sorted()] == ["S220"]
    assert [slot.shape for slot in builder.slots[dense] or ()] == [(8, 3), (3,)]


HASHED = """\
specc: 1
model: m
dtype: mixed_float16
inputs: {x: {shape: [2]}}
body:
  - {Hashing: {num_bins: 3}, name: own}
  - {Pipeline: {layers: [{Hashing: {num_bins: 3}}]}, in: x, name: inner}
outputs: [own, inner]
"""


def test_layers_that_count_have_their_own_dtype() -> None:
    graph = specc.loads(HASHED).graph
    assert graph is not None
    assert [str(spec.dtype) for spec in graph.specs.values()] == ["float32", "int64", "int64"]
