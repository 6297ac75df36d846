"""Small specs, and data for their inputs."""

from __future__ import annotations

import textwrap

import numpy as np

import specc


def model_text(body, inputs="x: {shape: [6, 4]}", head=""):
    """A model's text of its body."""
    body = textwrap.indent(textwrap.dedent(body).strip(), "  ")
    return f"specc: 1\nmodel: sample\n{head}\ninputs: {{{inputs}}}\nbody:\n{body}\n"


def compile_body(body, inputs="x: {shape: [6, 4]}", head="", seed=7):
    """The model of a body."""
    return specc.compile(specc.loads(model_text(body, inputs, head)), seed=seed)


def data_for(model, batch=4, seed=0):
    """An array for each input, in the structure that the model takes."""
    import keras

    random = np.random.default_rng(seed)
    return keras.tree.map_structure(lambda tensor: _array(tensor, batch, random), model.input)


def _array(tensor, batch, random):
    import tensorflow

    shape = [size or batch for size in tensor.shape]
    if tensor.dtype == "string":
        return tensorflow.constant(random.choice(["red", "green", "blue"], shape))
    if "int" in tensor.dtype:
        return random.integers(0, 4, shape).astype(tensor.dtype)
    return random.normal(size=shape).astype("float32")


def values(variables):
    """The values of variables."""
    return [np.asarray(variable) for variable in variables]


def assert_same(found, expected):
    """Equal to the last bit, structures of arrays of any dtype."""
    import keras

    found, expected = keras.tree.flatten(found), keras.tree.flatten(expected)
    assert len(found) == len(expected)
    for one, other in zip(map(np.asarray, found), map(np.asarray, expected), strict=True):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()


def nameless(config):
    """A config without names, which counters of the process give."""
    if isinstance(config, dict):
        return {key: nameless(value) for key, value in config.items() if key != "name"}
    return [nameless(item) for item in config] if isinstance(config, list) else config
