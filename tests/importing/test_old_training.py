"""How Keras 1 and 2 said that a model was trained, and what a spec says of it."""

from __future__ import annotations

from typing import Any

import pytest

import specc
from specc.importing import spec_text

SGD = {"class_name": "SGD", "config": {"lr": 0.1}}


def dense(name: str) -> dict[str, Any]:
    config = {"name": name, "units": 3}
    node = [[["x", 0, 0, {}]]]
    return {"class_name": "Dense", "config": config, "name": name, "inbound_nodes": node}


def model(*names: str, version: str = "2.9.0", **said: Any) -> dict[str, Any]:
    config = {"name": "x", "batch_input_shape": [None, 4], "dtype": "float32"}
    given = {"class_name": "InputLayer", "config": config, "name": "x", "inbound_nodes": []}
    layers = [given, *map(dense, names)]
    ends = [[name, 0, 0] for name in names]
    inner = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": ends}
    return {"class_name": "Model", "config": inner, "keras_version": version, **said}


def imported(
    training: dict[str, Any], *names: str, key: str = "training_config"
) -> tuple[Any, str]:
    """The `training:` of the spec, and the comment above it."""
    text = spec_text(model(*names or ("a",), **{key: training}), "old.h5")
    notes = [line.removeprefix("# ") for line in text.split("\n") if line.startswith("#")]
    return dict(specc.loads(text).graph.training or {}), " ".join(notes[1:])


def custom(name: str, **config: Any) -> dict[str, Any]:
    own = {"name": name, "is_legacy_optimizer": False, "jit_compile": True, **config}
    return {"class_name": f"Custom>{name}", "config": own}


def metric(name: str, function: Any, class_name: str = "MeanMetricWrapper") -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": name, "dtype": "float32", "fn": function}}


EXPONENTIAL = {
    "class_name": "ExponentialDecay", "module": "keras.optimizers.schedules",
    "config": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9,
               "staircase": False, "name": None},
}  # fmt: skip
OLD = {"name": "SGD", "momentum": 0.8999999761581421, "nesterov": True, "clipnorm": 1.0}
OPTIMIZERS = [
    (SGD, {"SGD": {"learning_rate": 0.1}}),
    ({"class_name": "Adam", "config": {"lr": 0.0010000000474974513, "beta_1": 0.8999999761581421,
      "beta_2": 0.9990000128746033, "epsilon": None, "decay": 0.0, "amsgrad": False}}, "Adam"),
    ({"class_name": "SGD", "config": {"learning_rate": 0.009999999776482582, "decay": 0.5, **OLD}},
     {"SGD": {"learning_rate": {"InverseTimeDecay": {
         "initial_learning_rate": 0.01, "decay_steps": 1, "decay_rate": 0.5}},
      "momentum": 0.9, "nesterov": True, "clipnorm": 1.0}}),
    (custom("AdamW", learning_rate=EXPONENTIAL, weight_decay=0.01),
     {"AdamW": {"learning_rate": {"ExponentialDecay": {
         "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}},
      "weight_decay": 0.01}}),
    (custom("SGD", learning_rate=0.01, weight_decay=0, use_ema=True, ema_momentum=0.9),
     {"SGD": {"use_ema": True, "ema_momentum": 0.9}}),
    ({"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": SGD, "dynamic": True,
      "initial_scale": 32768.0, "dynamic_growth_steps": 500}},
     {"LossScaleOptimizer": {"inner_optimizer": {"SGD": {"learning_rate": 0.1}},
                             "dynamic_growth_steps": 500}}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), OPTIMIZERS)
def test_optimizers(given, expected) -> None:
    assert imported({"optimizer_config": given}) == ({"optimizer": expected}, "")


NOT_QUITE = [
    ({"class_name": "RMSprop", "config": {"lr": 0.01, "rho": 0.9}}, "sqrt(v) + epsilon"),
    ({"class_name": "Adagrad", "config": {"lr": 0.01}}, "sqrt(v) + epsilon"),
    ({"class_name": "Nadam", "config": {"lr": 0.01, "schedule_decay": 0.004}}, "0.004 * t"),
    (custom("Nadam", learning_rate=0.01), "once for each variable"),
    ({"class_name": "SGD", "config": {"learning_rate": EXPONENTIAL, "decay": 0.5}}, "one of them"),
    ({"class_name": "SGD", "config": {"lr": 0.1, "clipnorm": 1.0, "clipvalue": 0.5}}, "takes one"),
    ({"class_name": "Addons>LAMB", "config": {"learning_rate": 0.1}}, "`Addons>LAMB` is none"),
    ({"class_name": "SGD", "config": {"learning_rate": {"class_name": "Mine", "config": {}}}},
     "`learning_rate`: the learning-rate schedule `Mine`"),
    ({"class_name": "LossScaleOptimizer", "config": {"optimizer": SGD, "loss_scale": {}}},
     "loss_scale_factor"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "note"), NOT_QUITE)
def test_an_optimizer_that_isnt_quite_todays_is_said(given, note) -> None:
    assert note in imported({"optimizer_config": given, "loss": "mse"})[1]


def test_an_optimizer_of_equal_formula_is_todays() -> None:
    for given in (
        {"class_name": "RMSprop", "config": {"learning_rate": 0.01, "momentum": 0.5}},
        {"class_name": "Adagrad", "config": {"initial_accumulator_value": 0.1}},
        custom("RMSprop", learning_rate=0.01),
    ):
        assert imported({"optimizer_config": given})[1] == ""


ENTROPY = {"reduction": "auto", "name": "x", "from_logits": True, "fn": "binary_crossentropy"}
LOSSES = [
    ("mse", "mse"),
    ("cosine_proximity", "cosine_similarity"),
    (["kullback_leibler_divergence"], "kl_divergence"),
    ({"a": "logcosh"}, "log_cosh"),
    ({"class_name": "BinaryCrossentropy", "config": ENTROPY},
     {"BinaryCrossentropy": {"from_logits": True}}),
    ({"class_name": "Huber", "config": {"delta": 2.0, "reduction": "sum"}},
     {"Huber": {"delta": 2.0, "reduction": "sum"}}),
    ({"class_name": "LossFunctionWrapper", "config": {"fn": "huber_loss", "name": "h"}}, "huber"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), LOSSES)
def test_losses(given, expected) -> None:
    assert imported({"loss": given}) == ({"loss": expected}, "")


AUC = {"class_name": "AUC", "config": {"name": "auc_1", "dtype": "float32", "num_thresholds": 200}}
METRICS = [
    (["accuracy", "mae"], ["accuracy", "mae"]),
    ({"a": "acc"}, ["acc"]),
    ([[metric("accuracy", "categorical_accuracy"), metric("mae", "mean_absolute_error")]],
     ["accuracy", "mae"]),
    ([metric("mine", {"class_name": "function", "config": "mean_squared_error"})],
     [{"MeanSquaredError": {"name": "mine"}}]),
    ([[AUC, {"class_name": "Precision", "config": {"name": "p", "thresholds": 0.5}}]],
     ["AUC", {"Precision": {"thresholds": 0.5, "name": "p"}}]),
]  # fmt: skip


@pytest.mark.parametrize("key", ["metrics", "weighted_metrics"])
@pytest.mark.parametrize(("given", "expected"), METRICS)
def test_metrics(key, given, expected) -> None:
    assert imported({key: given}) == ({key: expected}, "")


WRAPPED = [[metric("a_accuracy", "binary_accuracy")], [None]]
SEVERAL = [
    ({"loss": ["mse", "mae"], "loss_weights": [1, 0.5]}, None),
    ({"loss": {"a": "mse", "b": "mae"}, "loss_weights": {"a": 1.0, "b": 2.0}}, None),
    (
        {"loss": {"b": "mse"}, "loss_weights": {"b": 2.0}},
        {"loss": [None, "mse"], "loss_weights": {"a": 1.0, "b": 2.0}},
    ),
    ({"metrics": ["mae"]}, {"metrics": [["mae"], ["mae"]]}),
    ({"metrics": WRAPPED}, {"metrics": [["accuracy"], []]}),
    ({"metrics": {"b": "mae"}}, {"metrics": {"b": ["mae"]}}),
]


@pytest.mark.parametrize(("given", "expected"), SEVERAL)
def test_of_each_output(given, expected) -> None:
    assert imported(given, "a", "b") == (expected or given, "")


LEFT_OUT = [
    ({"loss": "my_loss"}, "`loss`: the loss `my_loss` is none of Keras's"),
    ({"loss": {"a": "mse", "b": {"class_name": "P>Mine", "config": {}}}}, "loss `P>Mine` is"),
    ({"loss": {"a": "mse", "c": "mse"}}, "`loss`: the model has no output `c`"),
    ({"metrics": ["f2"]}, "`metrics`: the metric `f2`"),
    ({"metrics": ["cosine_proximity"]}, "the other sign"),
    ({"sample_weight_mode": "temporal"}, "shape (batch, steps)"),
    ({"sample_weight_mode": [None, "temporal"]}, "shape (batch, steps)"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "note"), LEFT_OUT)
def test_what_has_no_equal_is_left_out_and_said(given, note) -> None:
    found, notes = imported({"optimizer_config": SGD, **given}, "a", "b")
    assert found["optimizer"] == {"SGD": {"learning_rate": 0.1}}
    assert note in notes


def test_no_mode_of_sample_weights_says_nothing() -> None:
    given = {"optimizer_config": SGD, "loss": "mse", "sample_weight_mode": [None, None]}
    assert imported(given, "a", "b")[1] == ""


def test_a_note_stays_a_comment() -> None:
    text = spec_text(model("a", training_config={"loss": "x\nevil: 1\r\x85b"}), "old.h5")
    assert "\nevil" not in text
    assert "\x85" not in text
    specc.loads(text)


def test_keras_files_of_keras_2_say_it_in_their_own_way() -> None:
    legacy = {"class_name": "SGD", "module": "keras.optimizers.legacy",
              "config": {"learning_rate": 0.1, "decay": 0.0, "momentum": 0.0}}  # fmt: skip
    given = {"optimizer": legacy, "loss": "mse", "metrics": ["mae"], "jit_compile": None,
             "run_eagerly": True}  # fmt: skip
    assert imported(given, key="compile_config") == (
        {"optimizer": {"SGD": {"learning_rate": 0.1}}, "loss": "mse", "metrics": ["mae"],
         "run_eagerly": True}, "",
    )  # fmt: skip
