"""Plans over slots and tensors as they may be, without files and without Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specc.errors import SpeccError
from specc.globs import parse_glob
from specc.weights.extents import BaseSource
from specc.weights.planning import (
    Asked,
    Kind,
    Plan,
    Wanted,
    WeightFile,
    make_plan,
    parse_files,
    parse_globs,
    parse_rules,
)
from specc.weights.source import TensorInfo


def slot(key: str, shape: tuple[int, ...] = (2,), **others: Any) -> Wanted:
    *layer, name = key.split(".")
    return Wanted(key, shape, "float32", layers=(".".join(layer),), name=name, **others)


class Listed(BaseSource):
    """A file of which only the table of contents is asked for."""

    format = "listed"

    def __init__(self, *infos: TensorInfo, about: Mapping[str, object] | None = None) -> None:
        super().__init__(Path("f"))
        self._tensors = {info.key: info for info in infos}
        if about is not None:
            self._metadata = {"specc": about}

    def read(self, key: str, *, mmap: bool = False) -> Any:
        raise AssertionError("a plan reads no tensor")


def tensor(key: str, shape: tuple[int, ...] = (2,), dtype: str = "float32", **o: Any) -> TensorInfo:
    return TensorInfo(key, shape, dtype, **o)


def planned(
    slots: Sequence[Wanted], *infos: TensorInfo, asked: Asked | None = None, **rules: Any
) -> Plan:
    return plan_of(slots, (Listed(*infos), rules), asked=asked)


def plan_of(
    slots: Sequence[Wanted], *files: tuple[Listed, dict[str, Any]], asked: Asked | None = None
) -> Plan:
    sources = [(WeightFile("f", parse_rules(rules)), source) for source, rules in files]
    return make_plan(slots, sources, asked or Asked())


def problems(plan: Plan) -> dict[str, list[str]]:
    kinds = ("missing", "unexpected", "mismatched", "ambiguous")
    found = {kind: [each.key for each in getattr(plan, kind)] for kind in kinds}
    return {kind: keys for kind, keys in found.items() if keys}


BODY = [slot("a.kernel", (3, 2)), slot("a.bias"), slot("head.kernel", (2, 5))]
TENSORS = [tensor("a.kernel", (3, 2)), tensor("a.bias"), tensor("head.kernel", (2, 5))]


def test_equal_keys_bind() -> None:
    plan = planned(BODY, *TENSORS)
    assert plan.ok
    assert [(each.slot, each.key) for each in plan.bound] == [
        (key, key) for key in ("a.bias", "a.kernel", "head.kernel")
    ]
    assert plan.files[0].strategy == "specc keys"
    assert not plan.diagnostics


def test_everything_wrong_is_told_at_once_and_sorted() -> None:
    plan = planned(
        [*BODY, slot("z.bias"), slot("b.bias")],
        tensor("a.kernel", (2, 3)),
        tensor("a.bais"),
        tensor("head.kernel", (2, 5), "float16"),
    )
    assert problems(plan) == {
        "missing": ["a.bias", "b.bias", "z.bias"],
        "unexpected": ["a.bais"],
        "mismatched": ["a.kernel", "head.kernel"],
    }
    assert plan.missing[0].near == "a.bais"
    assert plan.unexpected[0].near == "a.bias"
    assert {each.code for each in plan.diagnostics} == {"S921", "S922", "S923"}
    assert "did you mean `a.bias`?" in str(plan)
    assert "it would not bind" in str(plan)
    assert plan.to_json()["ok"] is False


def test_names_of_keras_paths() -> None:
    paths = [replace(info, key=f"k{i}", names={"keras_path": info.key.replace(".", "/")})
             for i, info in enumerate(TENSORS)]  # fmt: skip
    plan = planned(BODY, *paths)
    assert plan.ok
    assert plan.files[0].strategy == "Keras paths"


def test_counters_of_a_process_in_the_middle_do_no_harm() -> None:
    inner = Wanted("td.layer.kernel", (2,), "float32", layers=("td",), path=("layer",))
    inner = replace(inner, name="kernel")
    paths = [replace(each, key=each.key.replace(".", "/")) for each in TENSORS]
    assert planned([*BODY, inner], *paths, tensor("td/dense_4/kernel")).ok


def test_two_with_a_counter_are_not_guessed() -> None:
    twice = [
        Wanted(f"s.{part}.kernel", (2,), "float32", layers=("s",), path=(part,), name="kernel")
        for part in ("one", "two")
    ]
    plan = planned([*BODY, *twice], tensor("a/bias"), tensor("s/d_1/kernel"),
                   tensor("s/d_2/kernel"))  # fmt: skip
    assert {"s.one.kernel", "s.two.kernel"} <= set(problems(plan)["missing"])


def h5(path: str, layers: str, index: int, shape: tuple[int, ...] = (2,)) -> TensorInfo:
    names = {"object_path": path, "layer_path": layers, "index": str(index)}
    return tensor(f"{path}/vars/{index}", shape, names=names)


def test_the_names_by_which_most_match() -> None:
    slots = [slot("conv1_bn.gamma"), slot("head.kernel")]
    slots[0] = replace(slots[0], layers=("conv1.bn",))
    infos = [
        tensor("conv1.bn.gamma", names={"keras_path": "conv1.bn/gamma"}),
        tensor("head.kernel", names={"keras_path": "head/kernel"}),
    ]
    plan = planned(slots, *infos)
    assert plan.ok
    assert plan.files[0].strategy == "Keras paths"
    assert planned([slot("head.kernel")], infos[1]).files[0].strategy == "specc keys"


def test_names_beside_positions_in_h5() -> None:
    """Positions say otherwise; the names that Keras writes and doesn't read decide."""
    slots = [replace(slot("new.bias"), index=0), replace(slot("a.bias"), index=0)]
    plan = planned(slots, h5("layers/dense", "a", 0), h5("layers/dense_1", "new", 0))
    assert {each.slot: each.key for each in plan.bound} == {
        "a.bias": "layers/dense/vars/0",
        "new.bias": "layers/dense_1/vars/0",
    }


def test_h5_of_models_in_models_and_layers_in_layers() -> None:
    inner = replace(
        slot("enc.both.forward_layer.cell.kernel"),
        layers=("enc", "both"),
        path=("forward_layer", "cell"),
    )
    path = "layers/functional/layers/bidirectional/forward_layer/cell"
    assert planned([inner], h5(path, "enc/both/forward_lstm/lstm_cell", 0)).ok


# --- rules ---


def test_select_takes_only_these() -> None:
    other = tensor("unknown")
    plan = planned(BODY, *TENSORS, other, select="head.**", asked=Asked(parse_globs("fresh", "a")))
    assert plan.ok
    assert [each.slot for each in plan.bound] == ["head.kernel"]
    assert plan.fresh == ("a.bias", "a.kernel")


def test_rename() -> None:
    old = [replace(each, key=f"model.{each.key}") for each in TENSORS]
    assert not planned(BODY, *old).ok
    assert planned(BODY, *old, rename={r"^model\.": ""}).ok


def test_moved() -> None:
    moved = {"old.kernel": "head.kernel"}
    asked = Asked(moved=lambda key: moved.get(key, key))
    assert planned(BODY, *TENSORS[:2], tensor("old.kernel", (2, 5)), asked=asked).ok


def test_transpose_and_cast_only_when_asked() -> None:
    turned = tensor("head.kernel", (5, 2), "float16")
    assert problems(planned(BODY, *TENSORS[:2], turned)) == {"mismatched": ["head.kernel"]}
    plan = planned(BODY, *TENSORS[:2], turned, transpose={"head.kernel": [1, 0]}, cast=True)
    assert plan.ok
    assert plan.bound[-1].transpose == (1, 0)
    assert plan.bound[-1].cast == "float16"
    assert "cast from float16" in str(plan)


def test_a_new_head_on_an_old_backbone() -> None:
    old_head = tensor("head.kernel", (2, 1000))
    assert problems(planned(BODY, *TENSORS[:2], old_head)) == {"mismatched": ["head.kernel"]}
    plan = planned(BODY, *TENSORS[:2], old_head, asked=Asked(parse_globs("fresh", "head.**")))
    assert plan.ok
    assert plan.fresh == ("head.kernel",)


def test_fresh_of_one_file_leaves_the_slot_to_another() -> None:
    base = Listed(*TENSORS[:2], tensor("head.kernel", (2, 1000)))
    head = Listed(TENSORS[2])
    plan = plan_of(BODY, (base, {"fresh": "head.**"}), (head, {}))
    assert plan.ok
    assert {each.slot: each.file for each in plan.bound}["head.kernel"] == 1
    assert not plan.fresh


def test_ignore_is_over_the_keys_of_the_file() -> None:
    extra = tensor("tail/kernel")
    assert problems(planned(BODY, *TENSORS, extra)) == {"unexpected": ["tail/kernel"]}
    assert planned(BODY, *TENSORS, extra, ignore=["tail.**"]).ok


def test_later_files_win() -> None:
    plan = plan_of(BODY, (Listed(*TENSORS), {}), (Listed(TENSORS[2]), {}))
    assert plan.ok
    assert {each.slot: each.file for each in plan.bound} == {
        "a.bias": 0, "a.kernel": 0, "head.kernel": 1
    }  # fmt: skip


def test_two_tensors_for_one_slot_are_compared_later_if_they_can_be_equal() -> None:
    renamed = {"^copy": "head"}
    plan = planned(BODY, *TENSORS, tensor("copy.kernel", (2, 5)), rename=renamed)
    assert plan.ok
    assert plan.bound[-1].copies == ("copy.kernel",)
    plan = planned(BODY, *TENSORS, tensor("copy.kernel", (5,)), rename=renamed)
    assert problems(plan) == {"ambiguous": ["head.kernel"]}
    assert plan.ambiguous[0].candidates == ("head.kernel", "copy.kernel")


def test_what_optimizers_and_metrics_keep_is_not_unexpected() -> None:
    beside = [tensor("o", role="optimizer"), tensor("m", role="metric"), tensor("x", role="other")]
    plan = planned(BODY, *TENSORS, *beside)
    assert plan.ok
    assert plan.files[0].aside == 3


def test_generators_are_never_missing() -> None:
    generator = slot("drop.seed_generator", kind=Kind.GENERATOR)
    plan = planned([*BODY, generator], *TENSORS)
    assert plan.ok
    assert plan.generators == ("drop.seed_generator",)


def test_state_that_was_left_out_is_missing_unless_fresh_is_asked_for() -> None:
    state = slot("bn.moving_mean", kind=Kind.STATE, trainable=False)
    frozen = slot("f.kernel", trainable=False)
    assert problems(planned([*BODY, state], *TENSORS)) == {"missing": ["bn.moving_mean"]}
    assert "state" in str(planned([*BODY, state], *TENSORS))
    asked = Asked(non_trainable="fresh")
    plan = planned([*BODY, state, frozen], *TENSORS, asked=asked)
    assert plan.fresh == ("bn.moving_mean",)
    assert problems(plan) == {"missing": ["f.kernel"]}  # a frozen weight is no state


def test_unnamed_layers_bind_only_under_an_equal_architecture() -> None:
    unnamed = [replace(each, named=False) for each in BODY]
    assert len(problems(planned(unnamed, *TENSORS))["mismatched"]) == 3
    same = Listed(*TENSORS, about={"architecture": "arch1-sha256:1"})
    assert plan_of(unnamed, (same, {}), asked=Asked(architecture=lambda: "arch1-sha256:1")).ok
    assert not plan_of(unnamed, (same, {}), asked=Asked(architecture=lambda: "arch1-sha256:2")).ok


def test_a_delta_wants_its_own_base() -> None:
    base = Listed(*TENSORS[:2], about={"content": "weights1-blake3:aa"})
    other = Listed(*TENSORS[:2], about={"content": "weights1-blake3:bb"})
    delta = Listed(TENSORS[2], about={"base": "weights1-blake3:aa"})
    assert plan_of(BODY, (base, {}), (delta, {})).ok
    wrong = plan_of(BODY, (other, {}), (delta, {}))
    assert [each.code for each in wrong.diagnostics] == ["S925"]
    assert plan_of(BODY, (other, {}), (delta, {"any_base": True})).ok


# --- order and shape ---


def test_structure_only_when_asked() -> None:
    nameless = [tensor("v0", (3, 2)), tensor("v1"), tensor("v10", (2, 5))]
    assert not planned(BODY, *nameless).ok
    plan = planned(BODY, *nameless, match="structure")
    assert plan.ok
    assert plan.files[0].strategy == "order and shape"


def test_structure_takes_numbers_as_numbers() -> None:
    slots = [slot(f"l{i}.kernel") for i in range(11)]
    tensors = [tensor(f"v{i}") for i in (10, 2, 0, 1, 3, 4, 5, 6, 7, 8, 9)]
    plan = planned(slots, *tensors, match="structure")
    assert {each.slot: each.key for each in plan.bound} == {
        f"l{i}.kernel": f"v{i}" for i in range(11)
    }


def test_structure_that_is_not_unique_is_ambiguous() -> None:
    plan = planned([slot("a.bias"), slot("b.bias")], tensor("v"), match="structure")
    assert plan.ambiguous[0].candidates == ("a.bias", "b.bias")
    assert [each.code for each in plan.diagnostics if each.code == "S924"]


def test_structure_goes_by_last_names_where_it_can() -> None:
    """Alphabetical order would give `gamma` the values of `beta`."""
    slots = [slot(f"n{i}.{name}") for i in range(2) for name in ("gamma", "beta")]
    tensors = [tensor(f"bn_{i}/{name}") for i in range(2) for name in ("beta", "gamma")]
    plan = planned(slots, *tensors, match="structure")
    assert {each.slot: each.key for each in plan.bound} == {
        "n0.gamma": "bn_0/gamma", "n0.beta": "bn_0/beta",
        "n1.gamma": "bn_1/gamma", "n1.beta": "bn_1/beta",
    }  # fmt: skip


def test_structure_takes_no_alphabet_for_an_order() -> None:
    slots = [slot("stem.bias"), slot("norm.gamma")]
    tensors = [tensor("layers/batch_normalization/vars/0"), tensor("layers/conv2d/vars/1")]
    plan = planned(slots, *tensors, match="structure")
    assert not plan.bound
    assert {each.key for each in plan.ambiguous} == {each.key for each in tensors}


# --- rules that are none ---


@pytest.mark.parametrize(
    "entry",
    [
        {"from": "f", "selct": "a"},
        {"from": "f", "select": "a..b"},
        {"from": "f", "select": 3},
        {"from": "f", "rename": {"(": "a"}},
        {"from": "f", "rename": {"a": r"\1"}},
        {"from": "f", "rename": "a"},
        {"from": "f", "rename": {"enc.*": "encoder.*"}},
        {"from": "f", "rename": {"enc.**": "encoder"}},
        {"from": "f", "transpose": {"a": [0, 2]}},
        {"from": "f", "match": "shape"},
        {"from": "f", "any_base": 1},
        {"select": "a"},
        {"from": "f", "sha256": 3},
        3,
    ],
    ids=str,
)
def test_rules_that_are_none(entry: object) -> None:
    with pytest.raises(SpeccError) as caught:
        parse_files([entry])
    assert caught.value.diagnostics[0].code == "S920"


def test_globs_are_those_of_freeze() -> None:
    (glob,) = parse_globs("fresh", "head.**")
    assert glob == parse_glob("head.**")
