"""Small models' generated code, run without specc, is the model that specc compiles."""

from __future__ import annotations

from pathlib import Path

import pytest

import specc
from specc.api import specs as api
from tests.codegen.declared_models import DECLARED, METHODS
from tests.codegen.models import HEAD, OWN_CLASSES, PLAIN, floats
from tests.codegen.running import Case, assert_equal, assert_loads, run_all
from tests.codegen.tuned_models import TUNED

ADAPTED = {"frozen", *TUNED}
"""Keras's files forget what is adapted or frozen inside of layers."""

WEIGHTS = sorted(DECLARED.keys() - {"computed_weights", "dtypes_read", "inside_of_each_other"})
"""Those in which each class of the spec is one class."""

CASES = {
    name: Case(
        name,
        specc.loads(HEAD + text),
        inputs,
        name in PLAIN,
        name not in ADAPTED,
        name in WEIGHTS,
        METHODS.get(name, {}),
    )
    for name, (text, inputs) in {**PLAIN, **OWN_CLASSES, **DECLARED, **TUNED}.items()
}


LAYERS = {
    "layer_custom_dense": (
        """specc: 1
layer: CustomDense
doc: A dense layer by hand.
params: {units: 3, scale: 2.0}
inputs: [x]
weights:
  w: {shape: "=[x.shape[-1], units]", initializer: random_normal}
  b: {shape: [=units * 2], initializer: zeros}
body: (x @ w + sum(b)) * scale
""",
        {"_": floats(2, 5)},
    ),
    "layer_of_one_width": (
        """specc: 1
layer: Fixed
params: {units: 3}
inputs: [x]
weights: {w: {shape: [10, =units], initializer: random_normal}}
body: matmul(x, w)
""",
        {"_": floats(2, 10)},
    ),
    "layer_heads": (
        """specc: 1
layer: Heads
params: {heads: 2}
inputs: [x]
body:
  - {Dense: {units: "=x.shape[-1]"}, name: wide}
  - expr: reshape(_, [-1, x.shape[1], heads, x.shape[-1] // heads])
  - {LayerNormalization: , name: norm}
""",
        {"_": floats(2, 4, 6)},
    ),
}
CASES |= {name: Case(name, specc.loads(text), given) for name, (text, given) in LAYERS.items()}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codegen")
    run_all(list(CASES.values()), folder)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_code_is_the_model(name: str, ran: Path) -> None:
    assert_equal(CASES[name], ran)


@pytest.mark.parametrize("name", WEIGHTS)
def test_weight_files_go_both_ways(name: str, ran: Path) -> None:
    assert_loads(CASES[name], ran)


def code_of(text: str, tmp_path: Path) -> str:
    api.save(specc.loads(text), tmp_path / "model.py", force=True)
    return (tmp_path / "model.py").read_text()


def test_single_objects(tmp_path: Path) -> None:
    text = code_of("specc: 1\nkeras: {Adam: {learning_rate: 0.5, beta_1: 0.9}}\n", tmp_path)
    assert "    return keras.optimizers.Adam(learning_rate=0.5)\n" in text
    text = code_of("specc: 1\nkeras: {Dense: {units: 4, kernel_initializer: HeNormal}}\n", tmp_path)
    assert "layers.Dense(4, kernel_initializer=keras.initializers.HeNormal())" in text


def test_a_layer_is_written_for_any_parameters_and_sizes(tmp_path: Path) -> None:
    text = code_of(LAYERS["layer_custom_dense"][0], tmp_path)
    assert '"""A dense layer by hand."""' in text
    assert "    def __init__(self, units, scale, **kwargs):\n" in text
    assert "shape=(x_shape[-1], self.units)" in text
    assert "shape=(2 * self.units,)" in text
    assert 'config.update({"units": self.units, "scale": self.scale})' in text
    text = code_of(LAYERS["layer_of_one_width"][0], tmp_path)
    assert "shape=(10, units)" in text
    text = code_of(LAYERS["layer_heads"][0], tmp_path)
    assert "self.wide = layers.Dense(x_shape[-1], name=" in text
    assert "x.shape[1], self.heads, x.shape[-1] // self.heads]" in text


INPUT = "inputs: {x: {shape: [4, 3]}}\n"
REFUSED = {
    "an input whose name code needs": "define:\n"
    "  Sum: {inputs: [self], body: self * 2}\nbody: [Sum]\n",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_code_cannot_say_is_refused(what: str, tmp_path: Path) -> None:
    text = HEAD + INPUT + REFUSED[what]
    with pytest.raises(specc.SpeccError) as caught:
        code_of(text, tmp_path)
    assert [each.code for each in caught.value.diagnostics] == ["S807"]
    assert not (tmp_path / "model.py").exists()


def test_equal_texts_give_equal_code(tmp_path: Path) -> None:
    text = HEAD + PLAIN["shared_and_nested"][0]
    assert code_of(text, tmp_path) == code_of(text, tmp_path)
