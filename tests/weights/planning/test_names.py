"""Names that files have for slots: TensorFlow's, and what `rename` makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specc.errors import SpeccError
from specc.weights.planning import Plan, Wanted, parse_rules
from specc.weights.source import TensorInfo
from tests.weights.planning.test_plan import planned, slot, tensor

# --- TensorFlow's names ---


def variable(path: str, full_name: str = "", **others: Any) -> TensorInfo:
    names = {"object_path": path, "full_name": full_name}
    return tensor(f"{path}/.ATTRIBUTES/VARIABLE_VALUE", names=names, **others)


def attribute(key: str, shape: tuple[int, ...] = (2,)) -> Wanted:
    """A slot of a subclassed model, which holds its layers as attributes."""
    *path, name = key.split(".")
    return Wanted(key, shape, "float32", path=tuple(path), name=name)


def pairs(plan: Plan) -> dict[str, str]:
    return {each.slot: each.key.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE") for each in plan.bound}


def test_attributes_are_surer_than_names_that_keras_counts() -> None:
    """What the model calls `dense_2` is to Keras the second of its kind, `dense_1`."""
    slots = [attribute("dense_1.kernel"), attribute("dense_2.kernel")]
    plan = planned(
        slots,
        variable("net/dense_1/_kernel", "model/dense/kernel"),
        variable("net/dense_2/_kernel", "model/dense_1/kernel"),
    )
    assert plan.ok
    assert pairs(plan) == {
        "dense_1.kernel": "net/dense_1/_kernel",
        "dense_2.kernel": "net/dense_2/_kernel",
    }


def test_variables_without_names_are_known_by_their_attributes() -> None:
    slots = [slot("own.w"), slot("own.b")]
    plan = planned(
        slots,
        variable("layer_with_weights-0/w", "own/Variable"),
        variable("layer_with_weights-0/b", "own/Variable"),
    )
    assert pairs(plan) == {"own.w": "layer_with_weights-0/w", "own.b": "layer_with_weights-0/b"}


def test_cells_in_a_list_are_below_the_layer_that_the_name_begins_with() -> None:
    slots = [
        Wanted(f"rnn.cell.cells.{i}.kernel", (2,), "float32", layers=("rnn",),
               path=("cell", "cells", str(i)), name="kernel")
        for i in range(2)
    ]  # fmt: skip
    plan = planned(
        slots,
        variable("layer_with_weights-0/cell/cells/0/kernel", "rnn/stacked/lstm_cell/kernel"),
        variable("layer_with_weights-0/cell/cells/1/kernel", "rnn/stacked/gru_cell/kernel"),
    )
    assert plan.ok
    assert pairs(plan) == {
        f"rnn.cell.cells.{i}.kernel": f"layer_with_weights-0/cell/cells/{i}/kernel"
        for i in range(2)
    }


def test_a_layers_weights_without_an_order_match_nothing() -> None:
    names = {"full_name": "other/what/kernel", "layer_name": "own/inner"}
    plan = planned([slot("own.w")], tensor("variables/0", names=names))
    assert not plan.ok
    assert [each.key for each in plan.unexpected] == ["variables/0"]


def test_layers_that_are_only_numbered_bind_where_only_one_fits() -> None:
    slots = [slot("one.kernel"), slot("two.kernel"), slot("norm.gamma")]
    numbered = [
        variable("m/layer_with_weights-0/kernel"),
        variable("m/layer_with_weights-1/kernel"),
        variable("m/layer_with_weights-2/gamma"),
    ]
    plan = planned(slots, *numbered)
    assert pairs(plan) == {"norm.gamma": "m/layer_with_weights-2/gamma"}
    ambiguous = {each.key: each.candidates for each in plan.ambiguous}
    assert set(ambiguous.values()) == {("one.kernel", "two.kernel")}
    assert all("`match: structure`" in each.help for each in plan.diagnostics
               if each.code == "S924")  # fmt: skip
    ordered = [replace(info, shape=(n, 2)) for n, info in enumerate(numbered, 1)]
    sized = [replace(each, shape=(n, 2)) for n, each in enumerate(slots, 1)]
    assert planned(sized, *ordered, match="structure").ok


@pytest.mark.parametrize("pair", [("enc.**", "encoder.**"), ("enc.*", "encoder.*")])
def test_globs_in_place_of_patterns_are_told(pair: tuple[str, str]) -> None:
    with pytest.raises(SpeccError) as caught:
        parse_rules({"rename": [pair]})
    assert "binding renames by regular expressions" in caught.value.diagnostics[0].help


@pytest.mark.parametrize(
    ("pattern", "replacement", "name"),
    [
        (r"^net\.", "", "block_1.gamma"),
        (r"^net\.", "encoder.", "encoder.block_1.gamma"),
        ("gamma$", "scale", "net.block_1.scale"),
        (r"block_(\d+)\.", r"blocks.\1.", "net.blocks.1.gamma"),
    ],
)
def test_patterns_of_the_page(pattern: str, replacement: str, name: str) -> None:
    assert parse_rules({"rename": {pattern: replacement}}).renamed("net.block_1.gamma") == name
