"""The seed documents' programs as specs, against the same programs by hand, bit for bit."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.spec import layer_at
from tests.specs.seeds import FOLDER, OBJECTS, SEEDS, SUBCLASSED, Seed

FILES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.yaml"))
BY_KIND = {
    kind: [name for name, seed in SEEDS.items() if seed.kind == kind]
    for kind in ("keras", "layer", "model")
}
PARTS = [*BY_KIND["layer"], *BY_KIND["model"]]
TRAINING = "how-can-custom-tensorflow-models-be-saved-and/my_model"
FROZEN_BIAS = "how-to-save-only-trainable-weights-in-tensorflow/model"
RAW = "how-can-i-save-a-non-serializable-tensorflow-model/my_complex_model"


def load(name: str) -> specc.Spec:
    params = SEEDS[name].params if name in SEEDS else {}
    return specc.load(FOLDER / f"{name}.yaml", params=params)


def inputs_of(seed: Seed) -> Any:
    return np.random.default_rng(1).normal(size=seed.shape).astype("float32")


def built(name: str) -> Any:
    """What the spec compiles to, with values of which none is zero."""
    from specc.keras_backend.slots import slots_of

    made = specc.compile(load(name), seed=1)
    made(inputs_of(SEEDS[name]))
    draw = np.random.default_rng(2)
    for slot in slots_of(made, ""):
        slot.variable.assign(draw.uniform(0.5, 1.5, slot.variable.shape))
    return made


def variables_of(made: Any) -> dict[str, Any]:
    """The variables by the keys that specc gives them."""
    from specc.keras_backend.slots import slots_of

    return {slot.key: slot.variable for slot in slots_of(made, "")}


def held_by_hand(object_: Any, key: str) -> Any:
    """The variable that a key names: by attributes, from a sequential model's layer."""
    first, _, rest = key.partition(".")
    if type(object_).__name__ == "Sequential":
        return attrgetter(rest)(object_.get_layer(first))
    return attrgetter(key)(object_)


def by_hand(name: str, made: Any) -> Any:
    """The same by hand, holding the same values."""
    from tests.specs.seeds_by_hand import BY_HAND

    object_ = BY_HAND[name]()
    object_(inputs_of(SEEDS[name]))
    for key, variable in variables_of(made).items():
        held_by_hand(object_, key).assign(variable.numpy())
    return object_


def equal(left: Any, right: Any) -> bool:
    return bool(np.array_equal(np.asarray(left), np.asarray(right)))


def test_every_file_is_tested() -> None:
    assert sorted([*SEEDS, *OBJECTS]) == FILES


@pytest.mark.usefixtures("keras")
def test_every_file_is_written_by_hand_too() -> None:
    from tests.specs.seeds_by_hand import BY_HAND

    assert sorted(BY_HAND) == FILES


@pytest.mark.parametrize("name", FILES)
def test_has_nothing_to_complain_of(name: str) -> None:
    path = FOLDER / f"{name}.yaml"
    assert [str(problem) for problem in specc.check(path)] == []
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 100 or line != line.rstrip()] == []
    assert any(line.startswith("doc:") for line in lines)


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", SEEDS)
def test_computes_what_the_class_by_hand_does(name: str) -> None:
    made = built(name)
    object_, inputs = by_hand(name, made), inputs_of(SEEDS[name])
    assert equal(made(inputs), object_(inputs))
    assert equal(made(inputs, training=True), object_(inputs, training=True))
    for key, variable in variables_of(made).items():  # training updates statistics
        assert equal(variable, held_by_hand(object_, key)), key


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", SEEDS)
def test_has_the_variables_that_were_meant(name: str) -> None:
    seed, made = SEEDS[name], built(name)
    shapes = {key: tuple(variable.shape) for key, variable in variables_of(made).items()}
    assert shapes == {**seed.trainable, **seed.frozen}
    trains = {key for key, variable in variables_of(made).items() if variable.trainable}
    assert trains == set(seed.trainable)
    object_ = by_hand(name, made)
    assert trains == {key for key in shapes if held_by_hand(object_, key).trainable}
    assert made.count_params() == sum(map(math.prod, shapes.values()))


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", PARTS)
def test_the_rules_know_its_variables(name: str) -> None:
    seed, spec = SEEDS[name], load(name)
    if seed.kind == "layer":
        spec = layer_at(spec, {"inputs": [None, *seed.shape[1:]]})
    known = {slot.key: (slot.shape, slot.dtype, slot.trainable) for slot in spec.slots or ()}
    found = {
        key: (tuple(each.shape), each.dtype, each.trainable)
        for key, each in variables_of(built(name)).items()
    }
    assert known == found


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", SEEDS)
def test_its_config_makes_it_again_with_fresh_weights(name: str) -> None:
    made = built(name)
    config = made.get_config()
    text = json.dumps(config)
    again = type(made).from_config(config)
    assert json.dumps(again.get_config()) == text
    assert SEEDS[name].kind == "keras" or json.dumps(config) == text  # Keras empties its own
    assert type(again).__name__ == type(made).__name__
    again(inputs_of(SEEDS[name]))
    fresh = variables_of(again)
    for key, variable in variables_of(made).items():
        assert fresh[key].shape == variable.shape
        assert not equal(fresh[key], variable)


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", [*BY_KIND["keras"], *BY_KIND["layer"]])
def test_a_layer_has_no_weights_before_it_is_called(name: str) -> None:
    layer = specc.compile(load(name))
    assert (layer.built, layer.weights) == (False, [])


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", [*BY_KIND["keras"], *OBJECTS])
def test_an_object_has_the_config_of_the_one_by_hand(name: str) -> None:
    from tests.specs.seeds_by_hand import BY_HAND

    made, object_ = specc.compile(load(name)), BY_HAND[name]()
    assert type(made) is type(object_)
    configs = [{**each.get_config(), "name": ""} for each in (made, object_)]
    assert configs[0] == configs[1]


PROCESS = """
import json, sys
from pathlib import Path
import numpy as np
import keras
import specc.keras_backend
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    arrays = np.load(path.with_suffix(".npz"))
    model = keras.models.load_model(path)
    outputs = {"call": model(arrays["in"]), "training": model(arrays["in"], training=True)}
    if hasattr(model, "forward"):
        outputs["forward"] = model.forward(arrays["in"])
    equal = {key: bool(np.array_equal(value, arrays[key])) for key, value in outputs.items()}
    counts = [len(model.trainable_variables), len(model.non_trainable_variables)]
    print(json.dumps([path.stem, equal, counts]))
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    text = path.read_text()
    layer = keras.layers.deserialize(json.loads(text))
    same = json.dumps(keras.layers.serialize(layer)) == text
    fresh = [path.stem, type(layer).__name__, same, len(layer.weights)]
    layer(np.ones(json.loads(path.with_suffix(".shape").read_text()), "float32"))
    print(json.dumps([*fresh, sorted(weight.name for weight in layer.weights)]))
"""


def _save(name: str, number: int, keras: ModuleType, folder: Path) -> dict[str, bool]:
    """Saves a model, or one of the layer alone, with what the program by hand makes of an input."""
    seed, made = SEEDS[name], built(name)
    object_, inputs = by_hand(name, made), inputs_of(SEEDS[name])
    model = made
    if seed.kind != "model":
        model = keras.Sequential([keras.Input(seed.shape[1:]), made])
    model.save(folder / f"{number:02}.keras")
    arrays = {"call": object_(inputs)}
    if name == RAW:
        arrays["forward"] = object_.forward(inputs)
    arrays["training"] = object_(inputs, training=True)
    values = {key: np.asarray(value) for key, value in arrays.items()}
    np.savez(folder / f"{number:02}.npz", **{"in": inputs}, **values)
    return dict.fromkeys(sorted(arrays), True)


def test_is_the_same_in_another_process(keras: ModuleType, tmp_path: Path) -> None:
    """One that imports nothing of specc but `specc.keras_backend`; a layer's config is enough."""
    expected: list[list[object]] = []
    for number, (name, seed) in enumerate(SEEDS.items()):
        same = _save(name, number, keras, tmp_path)
        expected.append([f"{number:02}", same, [len(seed.trainable), len(seed.frozen)]])
    for number, name in enumerate(BY_KIND["layer"]):
        layer = specc.compile(load(name))
        text = json.dumps(keras.layers.serialize(layer))
        (tmp_path / f"{number:02}.json").write_text(text, encoding="utf-8")
        seed = SEEDS[name]
        (tmp_path / f"{number:02}.shape").write_text(json.dumps(seed.shape), encoding="utf-8")
        keys = sorted([*seed.trainable, *seed.frozen])
        expected.append([f"{number:02}", load(name).name, True, 0, keys])
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=FOLDER.parents[1], env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for row in found[: len(SEEDS)]:
        row[1] = dict(sorted(row[1].items()))
    assert found == expected


def test_trains_as_the_program_by_hand(keras: ModuleType) -> None:
    """As the document means it: there is no softmax, so the loss is of logits."""
    made = built(TRAINING)
    object_, inputs = by_hand(TRAINING, made), inputs_of(SEEDS[TRAINING])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    object_.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    labels = np.array([1, 0, 9])
    histories = [
        model.fit(inputs, labels, epochs=3, shuffle=False, verbose=0).history
        for model in (made, object_)
    ]
    assert histories[0] == histories[1]
    assert histories[0]["loss"][-1] < histories[0]["loss"][0]
    for key, variable in variables_of(made).items():
        assert equal(variable, held_by_hand(object_, key)), key


@pytest.mark.usefixtures("keras")
def test_the_frozen_bias_does_not_train() -> None:
    made = built(FROZEN_BIAS)
    before = {key: variable.numpy() for key, variable in variables_of(made).items()}
    made.compile(optimizer="sgd", loss="mse")
    made.fit(inputs_of(SEEDS[FROZEN_BIAS]), np.zeros((3, 32)), verbose=0)
    after = variables_of(made)
    assert {key: equal(after[key], value) for key, value in before.items()} == {
        "my_custom_layer.w": False,
        "my_custom_layer.b": True,
    }


def test_a_class_without_a_value_for_its_parameter_cannot_be_made() -> None:
    with pytest.raises(specc.SpeccError, match=r"S122.* `CustomDense` needs a value for `units`"):
        specc.compile(FOLDER / SUBCLASSED / "custom_dense.yaml")
