"""Mappings: what rules do, that they can be taken back, and what is said of wrong ones."""

from __future__ import annotations

import time

import ml_dtypes
import numpy as np
import pytest

from specc.diagnostics import Diagnostics
from specc.weights.mapping import map_source
from tests.weights.arrays import same
from tests.weights.mapping.reading import (
    Arrays,
    line_of,
    mapped,
    mapping_of,
    read,
    refusals,
    values,
    zeros,
)


def numbers(*shape: int) -> np.ndarray:
    return np.arange(int(np.prod(shape)), dtype="float32").reshape(shape)


X = numbers(6, 4)
RULES = {
    "a name": ("- {from: a.*.w, to: b*.k}", {"a.0.w": X, "a.9.w": -X}, {"b0.k": X, "b9.k": -X}),
    "many names": ("- {from: a.**, to: b.c.**}", {"a.x.y": X}, {"b.c.x.y": X}),
    "transpose": ("- {from: w, to: k, transpose: [1, 0]}", {"w": X}, {"k": X.T}),
    "a kernel of PyTorch's": (
        "- {from: w, to: k, transpose: [2, 3, 1, 0]}",
        {"w": numbers(8, 3, 5, 7)},
        {"k": numbers(8, 3, 5, 7).transpose(2, 3, 1, 0)},
    ),
    "heads": (
        "- {from: w, to: k, rearrange: (h d) w -> w h d, sizes: {d: 3}}",
        {"w": X},
        {"k": X.T.reshape(4, 2, 3)},
    ),
    "an axis more": ("- {from: w, to: k, rearrange: a b -> a 1 b}", {"w": X}, {"k": X[:, None]}),
    "flattened pixels": (
        "- {from: w, to: k, rearrange: out (c h w) -> (h w c) out, sizes: {h: 2, w: 2}}",
        {"w": numbers(5, 12)},
        {"k": numbers(5, 3, 2, 2).transpose(2, 3, 1, 0).reshape(12, 5)},
    ),
    "query, key and value in one": (
        "- from: h.*.qkv\n  to: [h*.q, h*.k, h*.v]\n  transpose: [1, 0]\n  split: 1",
        {"h.0.qkv": X},
        {"h0.q": X.T[:, :2], "h0.k": X.T[:, 2:4], "h0.v": X.T[:, 4:]},
    ),
    "interleaved heads": (
        "- {from: w, to: [q, k, v], rearrange: (h x) w -> w h x, sizes: {h: 2}, split: 2}",
        {"w": X},
        {name: X.T.reshape(4, 2, 3)[:, :, at : at + 1] for at, name in enumerate("qkv")},
    ),
    "parts of several sizes": (
        "- {from: w, to: [q, kv], split: {axis: 0, sizes: [4, 2]}}",
        {"w": X},
        {"q": X[:4], "kv": X[4:]},
    ),
    "concat": (
        "- {from: [a, b], to: ab, concat: 0}", {"a": X, "b": -X}, {"ab": np.concatenate([X, -X])},
    ),
    "concat of several sizes": (
        "- {from: [a, b], to: ab, concat: {axis: 1, sizes: [4, 2]}}",
        {"a": X, "b": X[:, :2]},
        {"ab": np.concatenate([X, X[:, :2]], 1)},
    ),
    "cast": (
        "- {from: w, to: k, cast: {from: float32, to: bfloat16}}",
        {"w": X},
        {"k": X.astype(ml_dtypes.bfloat16)},
    ),
    "the first that covers": (
        "- {from: a.special, to: other}\n- {from: a.*, to: b.*}",
        {"a.x": X, "a.special": X + 1},
        {"b.x": X, "other": X + 1},
    ),
    "scalars and strings": (
        "- {from: a.*, to: b.*}",
        {"a.step": np.array(3, "int64"), "a.words": np.array([b"x", b""], object)},
        {"b.step": np.array(3, "int64"), "b.words": np.array([b"x", b""], object)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", RULES)
def test_there_and_back(title: str) -> None:
    rules, before, after = RULES[title]
    there = mapped(rules, before)
    found = {key: there.read(key) for key in there.tensors()}
    assert found.keys() == after.keys()
    assert all(same(found[key], after[key]) for key in after)
    back = mapped(rules, found, back=True)
    again = {key: back.read(key) for key in back.tensors()}
    assert again.keys() == before.keys()
    assert all(same(again[key], before[key]) for key in before)


def test_what_comes_out_is_aligned_and_as_promised() -> None:
    values(mapped("- {from: w, to: [a, b], transpose: [1, 0], split: 1}", {"w": numbers(6, 5)}))


def test_state_of_training_is_set_aside_and_ignored_keys_are_told() -> None:
    arrays = zeros("w", "step", "mean", "cls.x")
    mapping = mapping_of("- {from: w, to: k}\nignore: cls")
    source = Arrays(arrays, {"step": "optimizer", "mean": "metric"})
    found = map_source(source, mapping, Diagnostics())
    assert (found.aside, found.ignored) == (("step", "mean"), ("cls.x",))
    assert list(found.tensors()) == ["k"]
    assert found.tensors()["k"].names == {"mapped_from": "w"}


def test_a_rule_that_nothing_needs_is_a_warning() -> None:
    warnings = Diagnostics()
    mapping = mapping_of("- {from: w, to: k}\n- {from: head.w, to: head.k}")
    map_source(Arrays(zeros("w")), mapping, warnings)
    assert [(each.code, line_of(each)) for each in warnings] == [("S938", 2)]


REFUSED = {
    "no rule": ("- {from: a, to: b}", zeros("a", "c"), [("S933", -1)]),
    "the rest below": ("- {from: a, to: b}", zeros("a", "a.c"), [("S933", -1)]),
    "one lacks": ("- {from: [a.*, b.*], to: c.*, concat: 0}", zeros("a.0"), [("S934", 1)]),
    "made twice": (
        "- {from: a, to: x}\n- {from: b, to: x}", zeros("a", "b"), [("S935", 2)],
    ),
    "no way back": (
        "- {from: q.*, to: k.*}\n- {from: out, to: k.out}", zeros("q.x", "out"), [("S935", 2)],
    ),
    "axes": ("- {from: a, to: b, transpose: [1, 0]}", zeros("a"), [("S936", 1)]),
    "no equal parts": (
        "- {from: a, to: [b, c], split: 0}", zeros("a", shape=(3,)), [("S936", 1)],
    ),
    "no such axis": ("- {from: a, to: [b, c], split: 1}", zeros("a"), [("S936", 1)]),
    "other sizes": (
        "- {from: a, to: [b, c], split: {axis: 0, sizes: [1, 2]}}", zeros("a"), [("S936", 1)],
    ),
    "heads": (
        "- {from: a, to: b, rearrange: (h d) -> h d, sizes: {d: 64}}", zeros("a"), [("S936", 1)],
    ),
    "rest of concat": (
        "- {from: [a, b], to: c, concat: 0}",
        {"a": numbers(2, 3), "b": numbers(2, 4)},
        [("S936", 1)],
    ),
    "dtype": (
        "- {from: a, to: b, cast: {from: float16, to: float32}}", zeros("a"), [("S936", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", REFUSED)
def test_refused_at_its_rule(title: str) -> None:
    rules, arrays, expected = REFUSED[title]
    assert refusals(rules, arrays) == expected


def test_all_problems_are_told_at_once() -> None:
    rules = "- {from: a, to: x}\n- {from: b, to: x}\n- {from: c, to: d, transpose: [1, 0]}"
    assert refusals(rules, zeros("a", "b", "c", "e", "f")) == [
        ("S933", -1), ("S933", -1), ("S935", 2), ("S936", 3),
    ]  # fmt: skip


def test_of_a_wrong_mapping_not_every_key_is_told() -> None:
    arrays = zeros(*(f"k{number}" for number in range(1000)), "a")
    assert len(refusals("- {from: a, to: b}", arrays)) == 51


WRONG = {
    "glob": ("- {from: 'a[0]', to: b}", "S931"),
    "negated": ("- {from: '!a', to: b}", "S931"),
    "wildcards": ("- {from: a.*, to: b}", "S931"),
    "wildcards of the second": ("- {from: a.*, to: [b.*, c], split: 0}", "S931"),
    "order of wildcards": ("- {from: a.*.**, to: b.**.*}", "S931"),
    "none": ("- {from: [], to: b}", "S931"),
    "concat is missing": ("- {from: [a, b], to: c}", "S931"),
    "split is missing": ("- {from: a, to: [b, c]}", "S931"),
    "concat of one": ("- {from: a, to: c, concat: 0}", "S931"),
    "negative axis": ("- {from: [a, b], to: c, concat: -1}", "S931"),
    "axis true": ("- {from: [a, b], to: c, concat: true}", "S931"),
    "sizes of split": ("- {from: a, to: [b, c], split: {axis: 0, sizes: [1]}}", "S931"),
    "transpose": ("- {from: a, to: b, transpose: [0, 2]}", "S931"),
    "transpose of text": ("- {from: a, to: b, transpose: [x]}", "S931"),
    "cast": ("- {from: a, to: b, cast: {to: float32}}", "S931"),
    "dtype": ("- {from: a, to: b, cast: {from: float32, to: double}}", "S931"),
    "sizes alone": ("- {from: a, to: b, sizes: {d: 3}}", "S931"),
    "no arrow": ("- {from: a, to: b, rearrange: h d}", "S932"),
    "lost": ("- {from: a, to: b, rearrange: h d -> h}", "S932"),
    "twice": ("- {from: a, to: b, rearrange: h h -> h}", "S932"),
    "no size": ("- {from: a, to: b, rearrange: (h d) -> h d}", "S932"),
    "open": ("- {from: a, to: b, rearrange: (h d -> h d}", "S932"),
    "nested": ("- {from: a, to: b, rearrange: ((h) d) -> h d}", "S932"),
    "closed": ("- {from: a, to: b, rearrange: h) d -> h d}", "S932"),
    "number": ("- {from: a, to: b, rearrange: h 12 -> h 12}", "S932"),
    "foreign size": ("- {from: a, to: b, rearrange: h -> h, sizes: {x: 3}}", "S932"),
    "no such size": ("- {from: a, to: b, rearrange: h -> h, sizes: {h: 0}}", "S932"),
    "long": (f"- {{from: a, to: b, rearrange: {'h ' * 300}-> h}}", "S932"),
    "unknown key": ("- {from: a, to: b, transpos: [1, 0]}", "S102"),
    "no target": ("- {from: a}", "S117"),
    "ignored": ("- {from: a, to: b}\nignore: ['x?']", "S931"),
}


@pytest.mark.parametrize("title", WRONG)
def test_wrong_rules_are_told_at_their_place(title: str) -> None:
    rules, code = WRONG[title]
    mapping, problems = read(f"- {{from: good, to: fine}}\n{rules}")
    assert [each.code for each in problems] == [code]
    assert line_of(problems[0]) in (2, 3)
    assert mapping.rules[0].sources[0].text == "good"


def test_ten_thousand_tensors_take_little_time() -> None:
    rules = "".join(f"- {{from: part{n}.*.w, to: p{n}.*.k}}\n" for n in range(30))
    arrays = zeros(*(f"part{n % 30}.{n}.w" for n in range(10_000)))
    start = time.process_time()
    assert len(mapped(rules, arrays).tensors()) == 10_000
    assert time.process_time() - start < 10
