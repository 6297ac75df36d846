"""What the catalog says of a `keras.ops` function, carried out, beside what the function does."""

import importlib
import inspect

import keras

_CONVERSIONS = {
    "dtype": lambda value: value,
    "dtype_or_default": lambda value: value or "float32",
    "data_format": lambda value: value or "channels_last",
    "lower": lambda value: value and value.lower(),
    "shape": lambda value: tuple(value) if isinstance(value, list | tuple) else (value,),
    "list": list,
}


def call_function(op, example):
    """The Operation and call that Keras's own function makes of the example."""
    signature = inspect.signature(getattr(keras.ops, op.name))
    bound = signature.bind_partial()
    bound.arguments = {n: example[n] for n in signature.parameters if n in example}
    output = keras.tree.flatten(getattr(keras.ops, op.name)(*bound.args, **bound.kwargs))[0]
    operation = output._keras_history.operation
    called = operation._inbound_nodes[0].arguments
    return operation, list(called.args), called.kwargs


def follow_mapping(op, example):
    """The Operation and call that the catalog's mapping makes of the example."""
    found = op.operation

    def value(name):
        parameter = op.parameter(name)
        empty = {"*": (), "**": {}}.get(parameter.variadic, parameter.default)
        given = example.get(name, empty)
        return _CONVERSIONS[found.conversions[name]](given) if name in found.conversions else given

    cls = getattr(importlib.import_module(found.module), found.class_name)
    operation = cls(**{key: value(name) for key, name in found.constructor.items()})
    arguments = []
    for name in found.call:
        arguments += list(value(name[1:])) if name.startswith("*") else [value(name)]
    keywords = {}
    for key, name in found.call_keywords.items():
        keywords |= value(name) if key == "**" else {key: value(name)}
    return operation, arguments, keywords


def config_of(operation):
    """The Operation's config without its name, which is counted."""
    return {key: value for key, value in operation.get_config().items() if key != "name"}


def same(left, right):
    """Whether two argument structures hold the same tensors and equal constants."""
    first, second = keras.tree.flatten(left), keras.tree.flatten(right)
    return len(first) == len(second) and all(
        a is b if isinstance(a, keras.KerasTensor) else a == b
        for a, b in zip(first, second, strict=True)
    )
