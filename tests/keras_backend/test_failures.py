"""Keras's own exceptions come back at their steps, in few words."""

from __future__ import annotations

from dataclasses import replace

import pytest

import specc
from specc.api.specs import model_graph
from tests.keras_backend.specs import model_text

DENSE = "- {Dense: {units: 3}, name: d}"
RESHAPE = "- {Reshape: {target_shape: [3, 8]}, name: r}"
CONV = "- {Conv1D: {filters: 3, kernel_size: 3}, name: c}"
AT_STEPS = {
    "a layer that can't be made": (
        DENSE, {"units": -1},
        "S601", "Keras refuses Dense `d`", "Received an invalid value for `units`, expected a "
        "positive integer. Received: units=-1",
    ),
    "a layer that can't be applied": (
        RESHAPE, {"target_shape": [5, 5]},
        "S602", "Keras can't apply Reshape `r` here", "The total size of the tensor must be "
        "unchanged. Received: input_shape=(6, 4), target_shape=(5, 5)",
    ),
    "an initializer that refuses its shape": (
        CONV, {"kernel_initializer": "identity"},
        "S607", "Keras can't initialize `c.kernel`", "Identity matrix initializer can only be used "
        "for 2D matrices. Received: shape=(3, 4, 3) of rank 3.",
    ),
}  # fmt: skip


def with_arguments(graph, arguments):
    """The graph of a model whose steps have other arguments than any check let through."""
    operations = [
        replace(each, graph=with_arguments(each.graph, arguments))
        if each.graph is not None
        else replace(each, arguments={**each.arguments, **arguments})
        if each.kind == "layer"
        else each
        for each in graph.operations
    ]
    return replace(graph, operations=tuple(operations))


def failure_of(text, arguments):
    from specc.keras_backend import compile_graph

    with pytest.raises(specc.SpeccError) as caught:
        compile_graph(with_arguments(model_graph(specc.loads(text)), arguments))
    [found] = caught.value.diagnostics
    return found


@pytest.mark.parametrize("name", AT_STEPS)
def test_it_is_reported_at_the_step(keras, name):
    body, arguments, code, message, words = AT_STEPS[name]
    found = failure_of(model_text(body), arguments)
    assert (found.code, found.message) == (code, message)
    assert found.span.text in body
    assert found.span.text.startswith(message.split("`")[0].split()[-1]) or code == "S607"
    assert found.help == f"Keras says: {words}"


def test_a_step_inside_a_nested_model_is_the_place(keras):
    head = """
define:
  Encoder:
    style: functional
    inputs: {h: {shape: [6, 4]}}
    body:
      - {Reshape: {target_shape: [3, 8]}, name: wrong}
"""
    text = model_text("- {Encoder: , name: encoder}", head=head)
    found = failure_of(text, {"target_shape": [5, 5]})
    assert found.span.text == "Reshape"
    assert "`wrong`" in found.message


def test_a_failure_of_training_is_at_training(keras):
    text = model_text(DENSE, head="training: {optimizer: adam, loss: mse}")
    graph = model_graph(specc.loads(text))
    from specc.keras_backend import compile_graph

    with pytest.raises(specc.SpeccError) as caught:
        compile_graph(replace(graph, training={"optimizer": "no such"}))
    [found] = caught.value.diagnostics
    assert found.code == "S604"
    assert "optimizer: adam" in found.span.text
    assert "no such" in found.help


def _expression(keras):
    from specc.keras_backend import Expression

    x, y = keras.Input([6, 4]), keras.Input([5, 3])
    return Expression(["x", "y"], [["z", "x + y"]])([x, y])


def _layer(name, arguments, *shapes):
    def act(keras):
        inputs = [keras.Input(shape) for shape in shapes]
        layer = getattr(keras.layers, name)(**arguments, name="it")
        return layer(inputs if len(inputs) > 1 else inputs[0])

    return act


WORDS = {
    "a target shape of another size": (
        _layer("Reshape", {"target_shape": [5, 5]}, (6, 3)),
        "The total size of the tensor must be unchanged. "
        "Received: input_shape=(6, 3), target_shape=(5, 5)",
    ),
    "a kernel larger than its input": (
        _layer("Conv1D", {"filters": 3, "kernel_size": 9}, (6, 4)),
        "Computed output size would be zero or negative. Received `inputs shape=(None, 6, 4)`, "
        "`kernel shape=(9, 4, 3)`, `dilation_rate=[1]`, `strides=(1,)`, `padding=valid`.",
    ),
    "too few dimensions": (
        _layer("Conv2D", {"filters": 3, "kernel_size": 3}, (6, 4)),
        "Input 0 of layer 'it' is incompatible with the layer: expected min_ndim=4, found ndim=3. "
        "Full shape received: (None, 6, 4)",
    ),
    "an axis that isn't there": (
        _layer("BatchNormalization", {"axis": 5}, (6, 4)),
        "an axis is outside of the input's shape (tuple index out of range)",
    ),
    "shapes that can't be joined": (
        _layer("Concatenate", {}, (6, 4), (5, 3)),
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        "axis. Received: input_shape=[(None, 6, 4), (None, 5, 3)]",
    ),
    "shapes that can't be added": (
        _layer("Add", {}, (6, 4), (5, 3)),
        "Inputs have incompatible shapes. Received shapes (6, 4) and (5, 3)",
    ),
    "an operation": (
        lambda keras: keras.Input([6, 4]) + keras.Input([5, 3]),
        "Cannot broadcast shape, the failure dim has value 6, which cannot be broadcasted to 5. "
        "Input shapes are: [None, 6, 4] and [None, 5, 3].",
    ),
    "an expression's layer": (
        _expression,
        "Dimensions must be equal, but are 6 and 5 with input shapes: [?,6,4], [?,5,3].",
    ),
    "a size that is unknown": (
        _layer("Dense", {"units": 3}, (None,)),
        "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
        "Received: shape=(None, 3) for variable path='it/kernel'",
    ),
    "a dtype that the class can't have": (
        lambda keras: keras.layers.Hashing.from_config({"num_bins": 3, "dtype": "float32"}),
        "When `output_mode=\"int\"`, `dtype` should be an integer type, 'int32' or 'in64'. "
        "Received: dtype=float32",
    ),
    "an argument that is missing": (
        _layer("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, (6, 4)),
        "missing a required argument: 'value'",
    ),
    "TensorFlow's own": (
        lambda keras: keras.ops.convert_to_numpy(
            keras.ops.add(keras.ops.ones([2, 3]), keras.ops.ones([2, 4]))
        ),
        "Incompatible shapes: [2,3] vs. [2,4]",
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_it_is_said_in_few_words(keras, name):
    from specc.keras_backend.failures import first_words

    act, words = WORDS[name]
    with pytest.raises(Exception) as caught:
        act(keras)
    assert first_words(caught.value) == words


def test_long_messages_are_cut(keras):
    from specc.keras_backend.failures import LONGEST, first_words

    assert len(first_words(ValueError("no " * 1000))) < LONGEST + 3


def test_an_exception_without_words_is_its_class(keras):
    from specc.keras_backend.failures import first_words

    assert first_words(NotImplementedError()) == "NotImplementedError"
