"""Models in files, read as data; files that are made to mislead."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest

import specc
from specc.cli.main import main
from specc.errors import SpeccError

CONFIG = {
    "class_name": "Sequential",
    "config": {
        "name": "chain",
        "layers": [
            {
                "class_name": "Dense",
                "config": {"name": "d", "units": 3, "batch_input_shape": [None, 4]},
            }
        ],
    },
}
TEXT = """\
specc: 1
model: chain
style: sequential
inputs:
  d_input: {shape: [4]}
body:
  - {Dense: {units: 3}, name: d}
"""


def as_json(path, config):
    path.write_text(json.dumps(config))


def as_json_in_json(path, config):
    path.write_text(json.dumps(json.dumps(config)))


def as_archive(path, config):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))


def as_folder(path, config):
    path.mkdir()
    (path / "config.json").write_text(json.dumps(config))


def as_h5(path, config):
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.2.4"


FORMS = [as_json, as_json_in_json, as_archive, as_folder, as_h5]


@pytest.mark.parametrize("write", FORMS)
def test_each_kind_of_file(tmp_path, write) -> None:
    write(tmp_path / "model", CONFIG)
    assert specc.import_model(tmp_path / "model").text == TEXT


def test_how_an_h5_was_trained_comes_along(tmp_path) -> None:
    as_h5(tmp_path / "m.h5", CONFIG)
    optimizer = {"class_name": "RMSprop", "config": {"lr": 0.01, "decay": 0.0}}
    with h5py.File(tmp_path / "m.h5", "a") as file:
        training = {"loss": "mse", "optimizer_config": optimizer}
        file.attrs["training_config"] = json.dumps(training)
    comment, rest = specc.import_model(tmp_path / "m.h5").text.split("specc: 1", 1)
    assert "today's RMSprop isn't quite the same" in comment
    training = "training:\n  optimizer: {RMSprop: {learning_rate: 0.01}}\n  loss: mse\n"
    assert f"specc: 1{rest}" == TEXT + training


def test_an_archive_of_speccs_gives_its_own_text(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(CONFIG))
        archive.writestr("specc.yaml", text := TEXT.replace("units: 3", "units: 5"))
    assert specc.import_model(tmp_path / "m.keras").text == text


def test_the_command_writes_a_spec(tmp_path, capsys) -> None:
    as_json(tmp_path / "m.json", CONFIG)
    given = ["import", str(tmp_path / "m.json"), "-o", str(tmp_path / "m.yaml")]
    assert main(given) == 0
    assert (tmp_path / "m.yaml").read_text() == TEXT
    assert main(given) == 1
    assert "S" in capsys.readouterr().err


def test_neither_keras_nor_tensorflow_is_imported(tmp_path) -> None:
    as_h5(tmp_path / "m.h5", CONFIG)
    code = (
        "import sys, specc; specc.import_model(sys.argv[1]);"
        "print({'keras', 'tensorflow', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "m.h5")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "set()"


def layer(class_name, inner=None, **more):
    return {"class_name": class_name, "config": {"name": "it", **(inner or {})}, **more}


def functional(*layers, outputs=None):
    """A model of an input and these layers, each reading the one before unless it says."""
    given = layer("InputLayer", {"name": "x", "batch_shape": [None, 4]}, name="x", inbound_nodes=[])
    return {
        "class_name": "Functional",
        "config": {
            "name": "m", "layers": [given, *layers], "input_layers": [["x", 0, 0]],
            "output_layers": outputs or [[layers[-1]["name"], 0, 0]],
        },
    }  # fmt: skip


def dense(name, reads):
    node = [[[reads, 0, 0, {}]]]
    return layer("Dense", {"name": name, "units": 4}, name=name, inbound_nodes=node)


def deep(depth):
    inner = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 2]}}
    for _ in range(depth):
        inner = {"class_name": "TimeDistributed", "config": {"layer": inner}}
    return {"class_name": "Sequential", "config": [inner]}


def alone(class_name, inner=None, **more):
    """A model of one layer that reads the input."""
    node = [[["x", 0, 0, {}]]]
    return functional(layer(class_name, inner, name="it", inbound_nodes=node, **more))


BYTECODE = {"function": {"class_name": "__lambda__", "config": {"code": "4w=="}}}
SYSTEM = {"class_name": "function", "module": "os", "config": "system"}
HOSTILE = {
    "a class of a stranger's": (alone("Popen", module="subprocess"), "S524"),
    "a stranger's Dense": (alone("Dense", {"units": 2}, module="os"), "S524"),
    "a Lambda": (alone("Lambda", BYTECODE), "S522"),
    "a Lambda inside a wrapper": (alone("TimeDistributed", {"layer": layer("Lambda")}), "S522"),
    "a Lambda of Keras's": (alone("Lambda", {"function": "keras.utils.get_file"}), "S522"),
    "a TFSMLayer": (alone("TFSMLayer", {"filepath": "elsewhere"}), "S522"),
    "a TorchModuleWrapper": (alone("TorchModuleWrapper", {"module": "x"}), "S522"),
    "a stranger's function": (alone("Dense", {"units": 2, "activation": SYSTEM}), "S524"),
    "a ring": (functional(dense("a", "b"), dense("b", "a")), "S521"),
    "an output of nothing": (functional(dense("a", "x"), outputs=[["b", 0, 0]]), "S521"),
    "two of one name": (functional(dense("a", "x"), dense("a", "x")), "S521"),
    "an output that isn't": (functional(dense("a", "x"), outputs=[["a", 7, 0]]), "S521"),
    "no layers": ({"class_name": "Sequential", "config": []}, "S521"),
    "layers that are none": ({"class_name": "Sequential", "config": [{"class_name": 3}]}, "S521"),
    "no model": ({"class_name": "Dense", "config": {"units": 2}}, "S520"),
    "no shape": ({"class_name": "Sequential", "config": [layer("Dense", {"units": 2})]}, "S526"),
    "wrappers in wrappers": (deep(80), "S521"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_misleading_config_is_refused(tmp_path, what) -> None:
    config, code = HOSTILE[what]
    as_json(tmp_path / "m.json", config)
    with pytest.raises(SpeccError) as raised:
        specc.import_model(tmp_path / "m.json")
    assert code in [each.code for each in raised.value.diagnostics]


BROKEN = {
    "nothing": (b"", "S520"),
    "a pickle": (b"\x80\x04K\x01.", "S520"),
    "JSON 100,000 deep": (b'{"a":' + b"[" * 100_000, "S903"),
    "half of JSON": (b'{"class_name": ', "S903"),
    "a key twice": (b'{"class_name": "Sequential", "class_name": "Model"}', "S903"),
    "a list": (b'"[1]"', "S903"),
    "an empty archive": (b"PK\5\6" + bytes(18), "S520"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused(tmp_path, what) -> None:
    data, code = BROKEN[what]
    (tmp_path / "m").write_bytes(data)
    with pytest.raises(SpeccError, match=code):
        specc.import_model(tmp_path / "m")


def test_weights_alone_are_refused(tmp_path) -> None:
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["kernel"] = [1.0]
    with pytest.raises(SpeccError, match="S520"):
        specc.import_model(tmp_path / "w.h5")


@pytest.mark.parametrize("name", ["../../x", "a\0b", "specc: 1\nmodel: y", "=1", "=units"])
def test_a_strange_name_stays_a_name(tmp_path, name) -> None:
    model = functional(dense(name, "x"), outputs=[[name, 0, 0]])
    as_json(tmp_path / "m.json", model)
    spec = specc.import_model(tmp_path / "m.json")
    made = spec.graph.operations[1]
    assert made.key in ("x_1", "a_b", "specc_1_model_y", "1", "units")
    assert made.name == ("x_1" if "/" in name else name)


def test_text_that_looks_like_code_stays_text(tmp_path) -> None:
    model = alone("StringLookup", {"vocabulary": ["=1 + 1", "b"]})
    as_json(tmp_path / "m.json", model)
    made = specc.import_model(tmp_path / "m.json").graph.operations[1]
    assert made.arguments["vocabulary"] == ["=1 + 1", "b"]


def test_a_call_without_a_form_is_refused(tmp_path) -> None:
    x = {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}
    text = {"class_name": "__bytes__", "config": {"value": "x"}}
    node = {"args": [x, text], "kwargs": {}}
    add = layer("Add", module="keras.src.ops.numpy", name="it", inbound_nodes=[node])
    as_json(tmp_path / "m.json", functional(add))
    with pytest.raises(SpeccError, match="S525"):
        specc.import_model(tmp_path / "m.json")


def test_the_command_takes_the_weights_along(tmp_path, keras) -> None:
    model = keras.Sequential([keras.Input((4,), name="x"), keras.layers.Dense(3, name="d")])
    model.save(tmp_path / "m.keras")
    given = ["import", str(tmp_path / "m.keras"), "-o", str(tmp_path / "m.yaml"), "--flat"]
    assert main([*given, "--weights", str(tmp_path / "m.safetensors")]) == 0
    again = specc.bind(str(tmp_path / "m.yaml"), [str(tmp_path / "m.safetensors")])
    for one, other in zip(again.get_weights(), model.get_weights(), strict=True):
        assert (one == other).all()


def test_the_command_writes_to_stdout(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.json").write_text(
        json.dumps(
            {
                "class_name": "Sequential",
                "config": [layer("Dense", {"units": 2, "batch_input_shape": [None, 3]})],
            }
        )
    )
    assert main(["import", "m.json", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("specc: 1\n")
    assert not (tmp_path / "-").exists()


def test_keras_2_had_another_hard_sigmoid(tmp_path) -> None:
    def activation(**version):
        config = layer("Dense", {"name": "d", "units": 3, "activation": "hard_sigmoid"})
        config["config"]["batch_input_shape"] = [None, 4]
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [config]}, **version}
        as_json(tmp_path / "m.json", model)
        return specc.import_model(tmp_path / "m.json").text

    assert "activation: keras2_hard_sigmoid" in activation(keras_version="2.3.1")
    assert "body: clip(0.2 * x + 0.5, 0.0, 1.0)" in activation(keras_version="1.2.2")
    assert "keras2_hard_sigmoid" in activation(keras_version="2")  # of a SavedModel
    assert "activation: hard_sigmoid" in activation(keras_version="3.1.0")


def test_the_second_layer_of_both_directions_goes_the_other_way(tmp_path) -> None:
    inner = layer("LSTM", {"name": "r", "units": 3, "go_backwards": True})
    both = layer("Bidirectional", {"layer": inner, "batch_input_shape": [None, 4, 2]})
    config = {"class_name": "Sequential", "config": [both]}
    as_json(tmp_path / "m.json", config)
    [_, made] = specc.import_model(tmp_path / "m.json").graph.operations
    found = made.arguments["backward_layer"]
    assert "go_backwards" not in str(found) and "backward_r" in str(found)


def test_the_state_of_training_comes_along_if_it_is_asked_for(tmp_path, keras) -> None:
    model = keras.Sequential([keras.Input((4,), name="x"), keras.layers.Dense(3, name="d")])
    model.compile("adam", "mse")
    model.fit(np.ones((2, 4)), np.ones((2, 3)), verbose=0)
    model.save(tmp_path / "m.keras")
    given = ["import", str(tmp_path / "m.keras"), "-o", str(tmp_path / "m.yaml")]
    assert main([*given, "--weights", str(tmp_path / "m.npz"), "--with", "training"]) == 0
    again = specc.bind(
        str(tmp_path / "m.yaml"), [str(tmp_path / "m.npz")], with_training=True
    ).optimizer
    for one, other in zip(again.variables, model.optimizer.variables, strict=True):
        assert (one.numpy() == other.numpy()).all()
