"""Keras 2's weights by their layers: what has other names than Keras 3's attributes."""

from __future__ import annotations

from specc.weights.planning import Kind, Wanted
from specc.weights.planning.layers import by_layer
from specc.weights.source import TensorInfo


def slot(layers: str, path: str, shape: tuple[int, ...] = (2,), kind: Kind = Kind.WEIGHT) -> Wanted:
    *inner, name = path.split(".")
    key = f"{layers}.{path}"
    where = tuple(layers.split("."))
    return Wanted(key, shape, "float32", kind, layers=where, path=tuple(inner), name=name)


def tensors(layer: str, *names: str, shape: tuple[int, ...] = (2,)) -> list[TensorInfo]:
    """In another order than in the layer, as files are read."""
    known = [
        {"layer_name": layer, "weight_name": name, "index": str(i)} for i, name in enumerate(names)
    ]
    return [TensorInfo(each["weight_name"], shape, "float32", each) for each in reversed(known)]


def matched(slots: list[Wanted], infos: list[TensorInfo]) -> dict[str, str]:
    found = by_layer(slots, infos, lambda name: name.replace("/", "."))
    return {key: places[0].key for key, places in found.items()}


def test_a_cell_is_an_attribute_today() -> None:
    slots = [slot("r", "cell.kernel"), slot("r", "cell.bias")]
    slots.append(slot("r", "cell.seed_generator", kind=Kind.GENERATOR))
    found = matched(slots, tensors("r", "r/kernel:0", "r/bias:0"))
    assert found == {"r/kernel:0": "r.cell.kernel", "r/bias:0": "r.cell.bias"}


def test_the_second_of_a_name_is_the_second() -> None:
    ways = ("forward_layer", "backward_layer")
    slots = [slot("b", f"{way}.cell.{name}") for way in ways for name in ("kernel", "bias")]
    names = ("b/there/kernel:0", "b/there/bias:0", "b/back/kernel:0", "b/back/bias:0")
    assert matched(slots, tensors("b", *names)) == {
        "b/there/kernel:0": "b.forward_layer.cell.kernel",
        "b/there/bias:0": "b.forward_layer.cell.bias",
        "b/back/kernel:0": "b.backward_layer.cell.kernel",
        "b/back/bias:0": "b.backward_layer.cell.bias",
    }


def test_other_names_go_by_order_state_last() -> None:
    slots = [slot("n", "moving_mean", kind=Kind.STATE), slot("n", "gamma"), slot("n", "beta")]
    found = matched(slots, tensors("n", "n_gamma", "n_beta", "n_running_mean"))
    assert found == {"n_gamma": "n.gamma", "n_beta": "n.beta", "n_running_mean": "n.moving_mean"}


def test_nothing_is_guessed_where_counts_or_shapes_differ() -> None:
    slots = [slot("d", "kernel"), slot("d", "bias")]
    assert matched(slots, tensors("d", "d_W")) == {}
    assert matched(slots, tensors("d", "d_W", "d_b", shape=(3,))) == {}
    assert matched(slots, tensors("other", "d_W", "d_b")) == {}


def test_layers_of_a_model_inside_are_told_apart_by_their_names() -> None:
    slots = [slot(f"m.{layer}", "cell.kernel") for layer in ("first", "second")]
    found = matched(slots, tensors("m", "second/kernel:0", "first/kernel:0"))
    assert found == {
        "first/kernel:0": "m.first.cell.kernel",
        "second/kernel:0": "m.second.cell.kernel",
    }
