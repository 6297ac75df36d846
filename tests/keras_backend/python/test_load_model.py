"""Models from files: with what the caller trusts, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import specc
from specc.errors import SpeccError

X = np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4)
STEPS = (
    "{Fancy: {units: 4, activation: gelu2, inner: {Wide: {half: 2}}}, name: f}",
    "expr: relu(_) * 2",
    "{Reshape: {target_shape: [2, 2]}, name: r}",
    "{RNN: {cell: {Cell: {units: 3}}}, name: n}",
    "{Dense: {units: 2, kernel_initializer: Filled}, name: d}",
)
TRAINING = "training: {optimizer: {SGD: {learning_rate: {Flat: {rate: 0.5}}}}, loss: Distance}\n"
FRESH = """\
import sys
import numpy as np
import specc
model = specc.load_model("m.keras", trust=["my_pkg"])
np.save("found.npy", model(np.load("x.npy")))
"""


def rewrite(path: Path, change) -> None:
    """Changes the config in an archive."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    members["config.json"] = json.dumps(change(config) or config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def codes(path: str = "m.keras", **rest: object) -> list[str]:
    with pytest.raises(SpeccError) as caught:
        specc.load_model(path, **rest)
    return [each.code for each in caught.value.diagnostics]


@pytest.fixture
def plain(keras) -> str:
    """A file with a model of Keras's own layers."""
    inputs = keras.Input([4], name="x")
    outputs = keras.layers.Dense(2, activation="relu", name="d")(keras.ops.abs(inputs) + 1)
    keras.Model(inputs, outputs).save("m.keras")
    return "m.keras"


def test_in_a_fresh_process(package) -> None:
    model = package.compile(*STEPS, more=TRAINING)
    model.fit(X, X[:, :2], verbose=0)
    model.save("m.keras")
    np.save("x.npy", X)
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(np.load("found.npy"), model(X))


def test_in_this_process(package) -> None:
    model = package.compile(*STEPS, more=TRAINING)
    model.save("m.keras")
    again = specc.load_model("m.keras", trust=["my_pkg"])
    np.testing.assert_array_equal(again(X), model(X))
    assert again.loss.power == 2
    assert not specc.load_model("m.keras", trust=["my_pkg"], compile=False).compiled


def test_untrusted_nothing_is_imported(package) -> None:
    package.compile(*STEPS, more=TRAINING).save("m.keras")
    package.imported.unlink()
    for name in [name for name in sys.modules if name.startswith("my_pkg")]:
        del sys.modules[name]
    assert set(codes()) == {"S504"}
    assert set(codes(trust=["my_pkg.nothing_of_this"])) == {"S504"}
    assert not package.imported.exists()


def test_a_function_alone(package, keras) -> None:
    """Keras writes no module for it; the archive that specc writes has a hint."""
    from specc.api import specs as api

    api.save(package.load("{Dense: {units: 2, activation: gelu2}, name: d}"), "m.keras")
    custom = keras.saving.get_custom_objects()
    del custom["my_pkg>gelu2"]
    for name in [name for name in sys.modules if name.startswith("my_pkg")]:
        del sys.modules[name]
    assert codes() == ["S504"]
    assert "my_pkg" not in sys.modules
    model = specc.load_model("m.keras", trust=["my_pkg"])
    assert model.get_layer("d").activation.__module__ == "my_pkg.layers"


def test_a_config_is_keras_own(package, keras) -> None:
    """`compile -o model.json` names users' classes as Keras does."""
    from my_pkg.layers import Distance, Fancy, Flat

    from specc.api import specs as api

    api.save(package.load("{Fancy: {units: 2}, name: f}", more=TRAINING), "m.json")
    text = Path("m.json").read_text()
    assert "python:" not in text
    known = {each.__name__: each for each in (Distance, Fancy, Flat)}
    model = keras.models.model_from_json(text, custom_objects=known)
    assert (model.loss.power, float(model.optimizer.learning_rate)) == (2, 0.5)


@pytest.mark.parametrize("name", ["m.keras", "m.json"])
def test_a_class_that_can_not_be_saved(package, name: str) -> None:
    from specc.api import specs as api

    spec = package.load("{Unsaved: {}, name: u}")
    assert package.problems(lambda: api.save(spec, name)) == [
        " | S610 | Keras can't save the model"
    ]
    assert not Path(name).exists()


def test_what_the_caller_gives_itself(package) -> None:
    from my_pkg.layers import Wide

    package.compile("{Wide: {half: 2}, name: w}").save("m.keras")
    assert specc.load_model("m.keras", custom_objects={"Wide": Wide}).get_layer("w").units == 4


def test_plain_keras_needs_no_trust(plain, keras) -> None:
    model = specc.load_model(plain)
    np.testing.assert_array_equal(model(X), keras.models.load_model(plain)(X))


def test_a_chain_deeper_than_pythons_stack(keras, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = (
        "specc: 1\nmodel: m\ninputs: {x: {shape: [4]}}\nbody:\n"
        "  - {repeat: 400, name: r, body: [{Activation: {activation: relu}, name: a}]}\n"
    )
    specc.compile(specc.loads(spec)).save("m.keras")
    assert len(specc.load_model("m.keras").layers) == 401


def hostile(**names: object):
    """Puts another object in the place of the last layer."""

    def change(config) -> None:
        layer = config["config"]["layers"][-1]
        layer |= {"registered_name": None, **names}

    return change


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (hostile(module="os", class_name="system"), "S504"),
        (hostile(module="builtins", class_name="eval"), "S504"),
        (hostile(module="my_pkg.layers", class_name="Fancy"), "S504"),
        (hostile(module="keras_hub.layers", class_name="Fancy"), "S504"),
        (hostile(module="kerasevil", class_name="Fancy"), "S504"),
        (hostile(module="keras.layers", class_name="Lambda"), "S609"),
        (hostile(module="keras.layers", class_name="TFSMLayer"), "S609"),
        (hostile(module="keras.src.layers.core.lambda_layer", class_name="Lambda"), "S609"),
        (hostile(module="keras.utils", class_name="get_file"), "S609"),
        (hostile(module="keras.config", class_name="enable_unsafe_deserialization"), "S609"),
        (hostile(module="keras.saving", class_name="load_model"), "S609"),
        (hostile(module="keras.src.saving.saving_lib", class_name="zipfile"), "S609"),
        (hostile(module="keras.src.utils", class_name="importlib"), "S609"),
        (hostile(module="keras.layers", class_name="Nothing"), "S609"),
        (hostile(module="keras.layers.__class__", class_name="Dense"), "S609"),
        (hostile(module="specc.api", class_name="load"), "S504"),
        (hostile(module="specc.keras_backend.build", class_name="Builder"), "S504"),
        (hostile(module=None, class_name="Fancy"), "S609"),
        (hostile(module=3, class_name="Dense"), "S609"),
        (hostile(class_name=None), "S609"),
        (hostile(class_name="__lambda__", config={"value": ["", None, None]}), "S609"),
        (hostile(class_name="__typespec__"), "S609"),
        (hostile(module="builtins", class_name="function", config="eval"), "S504"),
        (hostile(module="os", class_name="function", config="system"), "S504"),
        (hostile(class_name="Dense", registered_name="specc>Expression"), "S609"),
        (hostile(module="specc.keras_backend.tuned", class_name="Lambda",
                 registered_name="specc.tuned>Lambda"), "S504"),
        (hostile(module="specc.keras_backend.expression", class_name="Expression",
                 registered_name="specc>Expression",
                 config={"functions": {"f": "python:os:system"}}), "S504"),
        (hostile(module="specc.keras_backend.expression", class_name="Expression",
                 registered_name="specc>Expression", config={"functions": {"f": 3}}), "S609"),
        (hostile(build_config={"module": "os", "class_name": "system"}), "S504"),
        (hostile(config={"name": "d", "units": "many"}), "S608"),
        (lambda config: [1], "S608"),
        (lambda config: {"compile_config": {"loss": {"module": "os", "class_name": "function",
                                                     "config": "system"}}}, "S504"),
    ],
)  # fmt: skip
def test_a_file_of_a_stranger(package, plain, change, found: str) -> None:
    rewrite(Path(plain), change)
    assert codes() == [found]
    assert not package.imported.exists()


def test_a_registered_name_is_no_way_round_trust(package, plain, keras) -> None:
    @keras.saving.register_keras_serializable("specc_tests")
    class Mine(keras.layers.Layer):
        pass

    rewrite(
        Path(plain),
        hostile(module="my_pkg.layers", class_name="Fancy", registered_name="specc_tests>Mine"),
    )
    assert codes(trust=["my_pkg"]) == ["S511"]


@pytest.mark.parametrize(
    ("write", "found"),
    [
        (lambda path: path.unlink(), "S001"),
        (lambda path: path.write_bytes(b""), "S608"),
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "S608"),
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "S608"),
        (lambda path: zipfile.ZipFile(path, "w").writestr("a", "b"), "S608"),
        (lambda path: zipfile.ZipFile(path, "w").writestr("config.json", "{"), "S608"),
        (lambda path: zipfile.ZipFile(path, "w").writestr("config.json", b"\xff"), "S608"),
        (lambda path: zipfile.ZipFile(path, "w").writestr("config.json", "[" * 10**5), "S608"),
        (lambda path: zipfile.ZipFile(path, "a").writestr("../../x", "b"), "S608"),
        (lambda path: zipfile.ZipFile(path, "a").writestr("/x", "b"), "S608"),
    ],
    ids=[
        "gone",
        "empty",
        "cut",
        "no end",
        "no config",
        "no JSON",
        "no text",
        "deep",
        "out",
        "root",
    ],
)
def test_a_file_that_is_none(plain, write, found: str) -> None:
    write(Path(plain))
    assert codes() == [found]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_other_files(tmp_path: Path) -> None:
    (tmp_path / "m.h5").write_bytes(b"")
    assert codes("m.h5") == ["S608"]
    assert codes(str(tmp_path)) == ["S001"]


DECLARED = """define:
  Block: {inputs: [x], body: [{Fancy: {units: 4}, name: f}, {expr: gelu2(_)}]}
"""


def test_in_declared_layers(package) -> None:
    model = package.compile("{Block: , name: b}", more=DECLARED)
    found = model(X)
    model.save("m.keras")
    np.save("x.npy", X)
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(np.load("found.npy"), found)
    assert codes() == ["S504"]
