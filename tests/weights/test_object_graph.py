"""Object graphs without TensorFlow: what a tensor is, and circles, depth and loose ends."""

from __future__ import annotations

import pytest

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.object_graph import MAX_DEPTH, MAX_EDGES, ObjectGraph, path_to
from specc.weights.tensorflow.tf2_names import GraphNames, Named
from tests.weights.tensorflow_bytes import graph, message, node


def named(*nodes: bytes) -> dict[str, Named]:
    return GraphNames(ObjectGraph.decode(graph(*nodes))).by_key()


def value(key: str, full_name: str = "") -> bytes:
    return node(tensors=[(full_name, key)])


def test_a_variable_that_only_an_optimizer_leads_to_is_the_optimizers() -> None:
    """The key of Keras 3's kernels is their shortest path, through the optimizer."""
    found = named(
        node(("model", 1), ("optimizer", 2)),
        node(("layers", 3)),
        node(("_iterations", 5), ("_variables", 6), ("_trainable_variables", 7)),
        node(("0", 8)),
        node(),
        value("iterations", "adam/iteration"),
        node(("0", 5), ("1", 9)),
        node(("0", 4), ("1", 10)),
        node(("kernel", 4)),
        value("momentum"),
        value("list", "m/kernel"),
    )
    assert {key: what.role for key, what in found.items()} == {
        **{"iterations": "optimizer", "momentum": "optimizer", "list": "variable"}
    }
    assert found["list"].names == {
        "full_name": "m/kernel",
        "object_path": "optimizer/_trainable_variables/1",
    }


def test_paths_go_round_the_optimizer() -> None:
    found = named(
        node(("optimizer", 1), ("model", 2)),
        node(("_iterations", 6), ("_variables", 7), ("_trainable_variables", 3)),
        node(("functional", 4)),
        node(("0", 5)),
        node(("dense", 8)),
        value("optimizer/_trainable_variables/0", "dense/kernel"),
        value("i"),
        node(),
        node(("kernel", 5)),
    )
    kernel = found["optimizer/_trainable_variables/0"]
    assert kernel.names["object_path"] == "model/functional/dense/kernel"
    assert (kernel.role, kernel.trainable) == ("variable", True)


def test_slots_metrics_generators_and_counters() -> None:
    found = named(
        node(("model", 1), ("opt", 2), ("save_counter", 3), ("metrics", 9)),
        node(("kernel", 4), ("gen", 6), ("seed", 8), ("tracker", 11)),
        node(slots=[(4, "m", 5)]),
        value("save_counter"),
        value("kernel"),
        value("kernel/.OPTIMIZER_SLOT/opt/m"),
        node(("_state_var", 7)),
        value("gen"),
        value("seed", "dropout/seed_generator_state"),
        node(("0", 10)),
        value("metric"),
        node(("total", 12), ("count", 13)),
        value("total"),
        value("count"),
    )
    assert {key: what.role for key, what in found.items()} == {
        **{
            "save_counter": "other",
            "kernel": "variable",
            "kernel/.OPTIMIZER_SLOT/opt/m": "optimizer",
        },
        **{"gen": "generator", "seed": "generator", "metric": "metric"},
        **{"total": "metric", "count": "metric"},
    }
    assert found["kernel"].trainable is None


def test_configs_are_no_variables() -> None:
    config = message((2, message((1, "OBJECT_CONFIG_JSON"), (3, "layer/.ATTRIBUTES/CONFIG"))))
    assert named(node(("layer", 1)), config)["layer/.ATTRIBUTES/CONFIG"].role == "other"


def test_circles() -> None:
    found = ObjectGraph.decode(
        graph(node(("a", 1), ("self", 0)), node(("up", 0), ("b", 2)), node(("a", 1), ("self", 2)))
    )
    tree = found.walk()
    assert {number: path_to(tree, number) for number in tree} == {1: ("a",), 2: ("a", "b")}
    assert found.walk(barred={1}) == {}


@pytest.mark.parametrize("number", [2, -1, 2**31, 2**62])
def test_edges_to_nowhere(number: int) -> None:
    with pytest.raises(Malformed):
        ObjectGraph.decode(graph(node(("a", number)), node()))
    with pytest.raises(Malformed):
        ObjectGraph.decode(graph(node(slots=[(0, "m", number)]), node()))


def test_depth_and_size_are_bounded() -> None:
    deep = [node(("a", number + 1)) for number in range(MAX_DEPTH + 5)]
    with pytest.raises(TooLarge, match="deeper"):
        named(*deep, value("x"))
    wide = node(*[("a", 0)] * 1000)
    with pytest.raises(TooLarge):
        ObjectGraph.decode(graph(*[wide] * (MAX_EDGES // 1000)))
    with pytest.raises(TooLarge):
        ObjectGraph.decode(bytes(33 * 2**20))


def test_a_root_that_looks_like_an_optimizer() -> None:
    """`tf.train.Checkpoint` may be given the optimizer's parts, or be asked to save it alone."""
    found = named(node(("_iterations", 1), ("_variables", 2)), value("i"), node(("0", 1)))
    assert found["i"].role == "variable"


def test_an_empty_graph() -> None:
    assert named() == {}
    assert named(node()) == {}
