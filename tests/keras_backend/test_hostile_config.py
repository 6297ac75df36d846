"""A config of a stranger's file makes an expression's layer that computes, or none at all."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

PROGRAMS = {
    "a dunder": "x.__class__",
    "a dunder of a layer": "layer.__class__",
    "a name that begins with an underscore": "_layers",
    "the globals of a helper": "_shape.__globals__",
    "Keras itself": "keras.saving.load_model('m.keras')",
    "a module": "os",
    "an import": "__import__('os')",
    "a builtin": "open('/etc/passwd')",
    "eval": "eval('1')",
    "getattr": "getattr(x, 'name')",
    "a method": "x.numpy()",
    "an attribute that is no weight": "x.op",
    "a function that takes functions": "map(abs, x)",
    "another": "vectorized_map(abs, x)",
    "a loop": "while_loop(x, x, x)",
    "a branch": "cond(x, x, x)",
    "a scan": "scan(x, x, x)",
    "a function that isn't listed": "custom_gradient(x)",
    "a lambda": "(lambda: x)()",
    "an assignment": "(y := x)",
    "a comprehension": "[x for x in x]",
    "a generator": "sum(i for i in [x])",
    "an f-string": "f'{x}'",
    "a starred list": "[*x]",
    "a call with keywords from a mapping": "abs(**x)",
    "statements": "x\nimport os",
    "two expressions": "x; x",
    "nothing": "",
    "a long text": "x" + " + x" * 100_000,
    "a deep text": "(" * 200 + "x" + ")" * 200,
    "a seed of its own": "random.normal([2], seed=1)",
    "a random function that isn't there": "random.SeedGenerator()",
    "a mask of what is computed": "mask_of(x + 1)",
    "a long comparison": "1 < x < 2",
}


@pytest.fixture
def layer(keras):
    from specc.keras_backend import Expression

    def make(text, name="result", inputs=("x",), references=None):
        config = {"inputs": list(inputs), "program": [[name, text]], "references": references}
        return Expression(**config)

    return make


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_hostile_program_is_refused_when_the_layer_is_made(layer, name):
    from specc.expressions import ExpressionError

    with pytest.raises(ExpressionError):
        layer(PROGRAMS[name], references={"layer": 0})


BAD = {
    "inputs that are no list": {"inputs": "x"},
    "an input that is no text": {"inputs": [1]},
    "an input that is no name": {"inputs": ["x y"]},
    "an input named twice": {"inputs": ["x", "x"]},
    "a keyword": {"inputs": ["def"]},
    "a program that is no list": {"program": "x"},
    "no program": {"program": []},
    "a step that is no pair": {"program": [["x"]]},
    "a step that is no text": {"program": [["y", 1]]},
    "a step that is no name": {"program": [["v = 1; y", "x"]]},
    "a step named as an input": {"program": [["x", "x"]]},
    "references that are no mapping": {"references": [0]},
    "a reference that is no place": {"references": {"layer": "x"}},
    "a reference to no input": {"references": {"layer": -1}},
    "steps without end": {"program": [[f"v{i}", "x"] for i in range(5000)]},
}


@pytest.mark.parametrize("name", BAD)
def test_a_config_of_another_form_is_refused(keras, name):
    from specc.expressions import ExpressionError
    from specc.keras_backend import Expression

    config = {"inputs": ["x"], "program": [["y", "x"]], "references": {}}
    with pytest.raises(ExpressionError):
        Expression(**{**config, **BAD[name]})


BOUNDED = {
    "a power": ("9 ** 9 ** 9 ** 9", "more than 1,024 bits"),
    "a long text": ("'a' * 10 ** 9", "would have 1,000,000,000 characters"),
    "a long list": ("[1] * 10 ** 9", "would have 1,000,000,000 items"),
    "a formatted text": ("'%999999999d' % 1", "`%` does not format text"),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_what_would_take_gigabytes_is_refused_when_it_runs(layer, name):
    text, words = BOUNDED[name]
    with pytest.raises(RuntimeError, match=words):
        layer(text)(np.ones(2, "float32"))


def test_only_weights_of_a_layer_are_read(keras):
    from specc.keras_backend import Expression

    x = keras.Input([3])
    dense = keras.layers.Dense(2)
    for attribute in ("dtype_policy", "name", "units", "kernel_initializer", "call", "weights"):
        expression = Expression(["x"], [["y", f"dense.{attribute}"]], {"dense": 1})
        with pytest.raises(AttributeError, match=f"has no weight `{attribute}`"):
            expression([x, dense(x)])


def test_a_shape_of_a_layer_is_no_attribute_either(layer):
    from specc.expressions import ExpressionError

    with pytest.raises(ExpressionError):
        layer("layer.shape", references={"layer": 0})


def test_a_hostile_archive_is_refused_when_it_is_loaded(keras, tmp_path):
    from specc.keras_backend import Expression

    path = tmp_path / "model.keras"
    x = keras.Input([3])
    keras.Model(x, Expression(["x"], [["y", "x + 1"]])(x)).save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = members["config.json"].decode()
    assert "x + 1" in config
    members["config.json"] = config.replace("x + 1", "x.__class__").encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert json.loads(members["config.json"])
    with pytest.raises(TypeError, match="`__class__` begins with `_`"):
        keras.models.load_model(path)
