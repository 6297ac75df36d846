"""An expression that calls a function of `keras.ops` computes what the function computes."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import numpy as np
import pytest

import specc
from specc import catalog
from tests.keras_backend.specs import assert_same, model_text

MAPPED = [name for name in catalog.op_names() if catalog.find_op(name).operation is not None]
NOT_RUN = {
    "arange": "Keras itself can't call it on symbolic tensors",
    "einsum": "has its own test, for its text comes first",
    "view_as_real": "complex numbers are no input of a model",
    "conv_transpose": "Keras hands padding and output_padding over in the wrong order",
    "view_as_complex": "Keras's own fails on TensorFlow",
    "histogram": "its sample has shapes that only a symbolic tensor may have",
    "rearrange": "takes keywords of any name",
    "empty_like": "gives what lay in memory",
    **dict.fromkeys(
        ("full", "geomspace", "linspace", "logspace"),
        "its sample has tensors without dimensions, which are no inputs of a model",
    ),
}
POSITIVE_DEFINITE = ("cholesky", "cholesky_inverse")
"""Functions that want a square matrix of that kind."""
SORTED = ("digitize", "searchsorted")


@dataclass(frozen=True)
class Case:
    """A function with sample arguments: which are tensors, and which stand in the text."""

    text: str
    inputs: dict[str, object]


@pytest.fixture(scope="session")
def op_example(keras):
    return importlib.import_module("tests.catalog.op_examples").op_example


def case_of(keras, op, example):
    """An expression's text, with inputs for its tensors."""
    inputs = {}

    def written(value):
        if isinstance(value, keras.KerasTensor):
            name = f"t{len(inputs)}"
            inputs[name] = value
            return name
        if isinstance(value, tuple):
            return f"({''.join(f'{written(item)}, ' for item in value)})"
        if isinstance(value, list):
            return f"[{', '.join(map(written, value))}]"
        return repr(value)

    parts = []
    for name, value in example.items():
        parameter = op.parameter(name)
        if parameter is not None and parameter.variadic == "*":
            parts += [written(item) for item in value]
        else:
            parts.append(f"{name}={written(value)}")
    return Case(f"{op.name}({', '.join(parts)})", inputs)


def array_of(name, tensor, random):
    """Values that every function can take."""
    if tensor.dtype == "bool":
        return random.integers(0, 2, tensor.shape).astype(bool)
    if "int" in tensor.dtype:
        return random.integers(0, 2, tensor.shape).astype(tensor.dtype)
    values = random.uniform(0.1, 0.9, tensor.shape).astype("float32")
    if name in POSITIVE_DEFINITE:
        return (values @ values.T + np.eye(len(values))).astype("float32")
    return np.sort(values, axis=None).reshape(values.shape) if name in SORTED else values


def replaced(keras, value, arrays):
    """The example with arrays for its tensors, in the order in which they were found."""
    if isinstance(value, keras.KerasTensor):
        return arrays.pop(0)
    if isinstance(value, list | tuple):
        return type(value)(replaced(keras, item, arrays) for item in value)
    return value


def model_of(case):
    """A model whose inputs have no batch of their own: the first size is the batch's."""
    parts = [
        f"{name}: {{shape: {list(t.shape[1:])}, batch: {t.shape[0] if t.shape else 'null'}, "
        f"dtype: {t.dtype}}}"
        for name, t in case.inputs.items()
    ]
    text = model_text(f"- expr: >-\n    {case.text}", ", ".join(parts))
    return specc.compile(specc.loads(text), seed=1)


@pytest.mark.parametrize("name", sorted(set(MAPPED) - NOT_RUN.keys()))
def test_it_computes_what_the_function_computes(keras, op_example, name):
    op = catalog.find_op(name)
    example = op_example(op)
    case = case_of(keras, op, example)
    random = np.random.default_rng(0)
    arrays = {each: array_of(name, tensor, random) for each, tensor in case.inputs.items()}
    model = model_of(case)
    given = [keras.ops.convert_to_tensor(array) for array in arrays.values()]
    direct = {key: replaced(keras, value, given) for key, value in example.items()}
    expected = call(keras, op, direct)
    found = model(arrays if len(arrays) > 1 else next(iter(arrays.values())))
    last = model.operations[-1]
    assert type(last).__module__ == op.operation.module
    assert type(last).__name__ == op.operation.class_name
    for each, right in zip(keras.tree.flatten(found), keras.tree.flatten(expected), strict=True):
        assert_same(each, right)
    reloaded = keras.Model.from_config(model.get_config())
    again = reloaded(arrays if len(arrays) > 1 else next(iter(arrays.values())))
    for each, right in zip(keras.tree.flatten(again), keras.tree.flatten(found), strict=True):
        assert_same(each, right)


def call(keras, op, arguments):
    """The function's own result."""
    variadic = [n for n in arguments if (p := op.parameter(n)) is not None and p.variadic == "*"]
    positional = [item for name in variadic for item in arguments[name]]
    named = {key: value for key, value in arguments.items() if key not in variadic}
    return getattr(keras.ops, op.name)(*positional, **named)


def test_the_table_of_what_is_not_run_names_functions():
    assert NOT_RUN.keys() <= set(MAPPED)


def test_einsum(keras):
    text = model_text(
        "- {expr: \"einsum('bij,bjk->bik', x, y)\", name: e}",
        "x: {shape: [2, 3]}, y: {shape: [3, 4]}",
    )
    model = specc.compile(specc.loads(text))
    x, y = np.ones((1, 2, 3), "float32"), np.ones((1, 3, 4), "float32")
    assert_same(model({"x": x, "y": y}), x @ y)


def test_a_reloaded_archive_computes_the_same(keras, tmp_path):
    text = model_text("- expr: softmax(relu(x) @ transpose(x, [0, 2, 1]) * 0.5, axis=-1)[:, 0]")
    model = specc.compile(specc.loads(text))
    assert {type(each).__module__.split(".")[0] for each in model.operations} == {"keras"}
    model.save(tmp_path / "model.keras")
    data = np.random.default_rng(0).normal(size=(2, 6, 4)).astype("float32")
    assert_same(keras.models.load_model(tmp_path / "model.keras")(data), model(data))
