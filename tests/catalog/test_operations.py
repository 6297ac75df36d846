"""The table of `keras.ops`: what each function makes of symbolic tensors."""

import inspect

import pytest

from specc import catalog

MAPPED = [name for name in catalog.op_names() if catalog.find_op(name).operation is not None]
UNTRACEABLE = {"arange"}  # Keras itself cannot call it on symbolic tensors
EAGER = {"bartlett", "blackman", "empty", "eye", "hamming", "hanning", "identity", "kaiser"}
EAGER |= {"ones", "shape", "tri", "zeros"}
REFUSED = [
    *("map", "scan", "cond", "while_loop", "fori_loop", "vectorized_map", "vectorize", "jvp"),
    *("associative_scan", "switch", "custom_gradient", "convert_to_numpy", "is_tensor"),
]


def test_nearly_every_function_has_an_operation():
    assert len(MAPPED) == 311
    assert set(catalog.op_names()) - set(MAPPED) == EAGER


@pytest.mark.parametrize("name", [name for name in MAPPED if name not in UNTRACEABLE])
def test_mapping_makes_what_the_function_makes(operation_forms, op_example, name):
    op = catalog.find_op(name)
    example = op_example(op)
    made, arguments, keywords = operation_forms.call_function(op, example)
    mapped, mapped_arguments, mapped_keywords = operation_forms.follow_mapping(op, example)
    assert type(mapped) is type(made)
    assert operation_forms.config_of(mapped) == operation_forms.config_of(made)
    assert operation_forms.same(mapped_arguments, arguments)
    assert operation_forms.same(mapped_keywords, keywords)


@pytest.mark.parametrize("name", REFUSED)
def test_functions_that_take_callables_or_leave_the_graph_are_not_offered(name):
    assert catalog.find_op(name) is None


def test_operators_make_the_operations_that_keras_makes(keras):
    x, y = keras.KerasTensor((2, 2)), keras.KerasTensor((2, 2))
    made = {
        "+": x + y, "-": x - y, "*": x * y, "@": x @ y, "/": x / y, "//": x // y, "%": x % y,
        "**": x**y, "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "!=": x != y,
        "&": x & y, "|": x | y, "^": x ^ y, "[]": x[0], "unary -": -x, "~": ~x,
        "==": keras.ops.equal(x, y),
    }  # fmt: skip
    classes = {symbol: type(t._keras_history.operation).__name__ for symbol, t in made.items()}
    assert {s: op.operation.class_name for s, op in catalog.operators().items()} == classes


def test_random_functions_are_those_of_keras_without_seed(keras):
    public = {name for name in vars(keras.random) if inspect.isfunction(vars(keras.random)[name])}
    assert set(catalog.random_names()) == public
    assert catalog.find_random("normal").parameter("seed") is None
    assert catalog.find_random("normal").parameter("stddev").default == 1.0


def test_tensors_are_told_from_static_arguments():
    assert catalog.find_op("concatenate").tensors == ("xs",)
    assert catalog.find_op("where").tensors == ("condition", "x1", "x2")
    assert catalog.find_op("einsum").tensors == ("operands",)
    assert "axis" not in catalog.find_op("sum").tensors
