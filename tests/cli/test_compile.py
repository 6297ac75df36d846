"""`specc compile`: what it writes, that Keras reads it, and that it comes out the same again."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.cli.conftest import DIGITS, Specc
from tests.conftest import RunSpecc

OUTPUTS = ("one", "two")


def weights(keras: Any, path: Path) -> list[Any]:
    return keras.models.load_model(path).get_weights()  # type: ignore[no-any-return]  # a list


def test_keras_loads_the_archive(specc: Specc, keras: ModuleType, folder: Path) -> None:
    done = specc("compile", "digits.yaml", "-o", "m.keras", "--variant", "small", "--seed", "3")
    assert done == (0, "", "wrote m.keras\n")
    model = keras.models.load_model(folder / "m.keras")
    assert [layer.name for layer in model.layers] == ["image", "conv", "norm", "flat", "head"]
    assert isinstance(model.optimizer, keras.optimizers.Adam)
    assert model.predict(np.zeros((1, 8, 8, 1)), verbose=0).shape == (1, 10)


def test_the_spec_travels_along(specc_with_keras: Specc, folder: Path) -> None:
    specc_with_keras("compile", "digits.yaml", "-o", "m.keras", "--set", "width=3", "--seed", "3")
    with zipfile.ZipFile(folder / "m.keras") as archive:
        assert archive.testzip() is None
        assert archive.read("specc.yaml").decode() == DIGITS
        facts = json.loads(archive.read("specc.json"))
    assert facts == {"variant": None, "params": {"width": 3, "act": "relu"}, "seed": 3}


def test_seeds(specc: Specc, keras: ModuleType, folder: Path) -> None:
    def compiled(name: str, *flags: str) -> list[Any]:
        assert specc("compile", "digits.yaml", "-o", name, *flags).code == 0
        return weights(keras, folder / name)

    same = [compiled(f"{name}.keras", "--seed", "7") for name in OUTPUTS]
    assert all(map(np.array_equal, *same))
    assert not np.array_equal(same[0][0], compiled("other.keras", "--seed", "8")[0])
    assert not np.array_equal(compiled("a.keras")[0], compiled("b.keras")[0])


def test_two_processes_write_the_same(run_specc: RunSpecc, keras: ModuleType, folder: Path) -> None:
    """Also that nothing of TensorFlow's log comes out."""
    for name, hash_seed in zip(OUTPUTS, "12", strict=True):
        command = ("compile", "digits.yaml", "--seed", "7", "-o")
        done = run_specc(*command, f"{name}.keras", cwd=folder, env={"PYTHONHASHSEED": hash_seed})
        assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote {name}.keras\n")
    one, two = (weights(keras, folder / f"{name}.keras") for name in OUTPUTS)
    assert all(map(np.array_equal, one, two))


def test_keras_loads_the_config(specc: Specc, keras: ModuleType, folder: Path) -> None:
    done = specc("compile", "digits.yaml", "-o", "m.json")
    assert done == (0, "", "wrote m.json\n")
    text = (folder / "m.json").read_text(encoding="utf-8")
    model = keras.models.model_from_json(text)
    assert model.count_params() == 1506
    assert model.loss == "mse"
    assert '"batch_shape": [null, 8, 8, 1],\n' in text


def test_configs_are_the_same_text(specc_with_keras: Specc, folder: Path) -> None:
    specc_with_keras("compile", "digits.yaml", "-o", "one.json", "--seed", "1")
    specc_with_keras("compile", "digits.yaml", "-o", "two.json", "--seed", "2")
    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()


def test_a_single_object(specc: Specc, keras: ModuleType, folder: Path) -> None:
    assert specc("compile", "more/adamw.yml", "-o", "o.json").code == 0
    config = json.loads((folder / "o.json").read_text())
    assert isinstance(keras.saving.deserialize_keras_object(config), keras.optimizers.AdamW)


LAYER = """\
specc: 1
layer: Scale
params: {by: float}
inputs: [x]
weights: {w: {shape: "=[x.shape[-1]]", initializer: ones}}
body: x * w * by
"""


def test_a_layer(specc: Specc, keras: ModuleType, folder: Path) -> None:
    (folder / "scale.yaml").write_text(LAYER)
    assert specc("compile", "scale.yaml", "--set", "by=3", "-o", "o.json").code == 0
    layer = keras.layers.deserialize(json.loads((folder / "o.json").read_text()))
    assert (type(layer).__name__, layer.name, layer.weights) == ("Scale", "scale", [])
    assert np.array_equal(layer(np.ones((2, 3))), np.full((2, 3), 3))
    done = specc("compile", "scale.yaml", "-o", "o.json", "--force")
    assert (done.code, "S122" in done.err) == (1, True)


def test_nothing_is_overwritten_without_force(specc_with_keras: Specc, folder: Path) -> None:
    output = folder / "m.json"
    output.write_text("mine")
    done = specc_with_keras("compile", "digits.yaml", "-o", "m.json")
    assert done.code == 1
    assert "error[S801]: `m.json` exists" in done.err
    assert output.read_text() == "mine"
    assert specc_with_keras("compile", "digits.yaml", "-o", "m.json", "--force").code == 0
    assert json.loads(output.read_text())["class_name"] == "Functional"


REFUSED = {
    "errors": ("broken.yaml", "m.keras", "S204"),
    "refused by Keras": ("misfit.yaml", "m.keras", "S602"),
    "refused by Keras, config": ("misfit.yaml", "m.json", "S602"),
    "library": ("more/blocks.yaml", "m.json", "S803"),
    "object as a model": ("more/adamw.yml", "m.keras", "S803"),
    "layer as a model": ("scale.yaml", "m.keras", "S803"),
    "missing": ("digts.yaml", "m.keras", "S001"),
    "no folder": ("digits.yaml", "nowhere/m.keras", "S802"),
    "a folder": ("digits.yaml", "folder.keras", "S802"),
}


@pytest.mark.parametrize(("spec", "output", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(specc_with_keras: Specc, folder: Path, spec: str, output: str, code: str) -> None:
    (folder / "folder.keras").mkdir()
    (folder / "scale.yaml").write_text(LAYER)
    before = sorted(folder.rglob("*"))
    done = specc_with_keras("compile", spec, "-o", output)
    assert (done.code, done.out) == (1, "")
    assert f"error[{code}]" in done.err
    assert sorted(folder.rglob("*")) == before


def test_too_many_parameters(specc_with_keras: Specc) -> None:
    command = ("compile", "digits.yaml", "-o", "m.keras", "--max-parameters")
    done = specc_with_keras(*command, "1505")
    assert done.code == 1
    assert "1,506 parameters" in done.err
    assert specc_with_keras(*command, "1_506").code == 0


def test_formats(specc_with_keras: Specc) -> None:
    done = specc_with_keras("compile", "broken.yaml", "-o", "m.keras", "--format", "json")
    assert json.loads(done.err)["counts"]["error"] >= 1
    done = specc_with_keras("compile", "digits.yaml", "-o", "m.keras", "--format", "json")
    assert done == (0, "", "")


def test_quiet(specc_with_keras: Specc) -> None:
    assert specc_with_keras("compile", "digits.yaml", "-o", "m.json", "-q") == (0, "", "")
