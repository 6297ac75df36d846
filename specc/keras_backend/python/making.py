"""Makes objects of users' classes, and finds those classes where Keras reads a config.

In the configs that specc makes, a user's class stands under its reference (`python:my_pkg:Fancy`):
no name of Keras's or of another package can be mistaken for it.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras

from specc import catalog
from specc.catalog import Kind, replace_objects
from specc.ir import Graph, python_classes
from specc.references import Importer, PythonClass, Reference, Trust

_trusted: dict[str, PythonClass] = {}
"""What callers trusted in this process, by its reference."""


def remember(python: PythonClass) -> None:
    """Lets configs refer to a class or function that the caller trusts."""
    _trusted[str(python.reference)] = python


class TrustedBefore(Importer):
    """Finds what callers trusted in this process, and imports nothing more."""

    def __init__(self) -> None:
        super().__init__(Trust(), _import)

    def find(self, text: str) -> PythonClass:
        """What a reference leads to.

        Raises:
            SpeccError: S504 if nobody trusted it.
        """
        found = _trusted.get(text)
        return super().find(text) if found is None else found


def _import(reference: Reference, trust: Trust) -> PythonClass:
    """Imports what the working directory's settings trust."""
    from specc.keras_backend.python.importing import import_object  # which needs this module

    return import_object(reference, trust)


def trusted_function(reference: str) -> Any:
    """The function that a config refers to.

    Raises:
        ValueError: nobody trusted it in this process.
    """
    python = _trusted.get(reference)
    if python is None or not python.is_function:
        raise ValueError(
            f"`{reference}` is not trusted: load the model with `specc.load_model(path, trust=[…])`"
        )
    return python.target


@contextmanager
def python_scope(graph: Graph) -> Iterator[None]:
    """Within, Keras finds a graph's users' classes by their references.

    Some wrappers copy a layer through its config (`Bidirectional`), in which Keras itself writes
    the class. So a class that its author didn't register is found by its bare name too, as far as
    that name means nothing else.
    """
    used = {str(python.reference): python for python in python_classes(graph)}
    found = {
        name: python.target if python.is_function else _Maker(python)
        for name, python in used.items()
    }
    bare = Counter(python.target.__name__ for python in used.values())
    for python in used.values():
        name = python.target.__name__
        if bare[name] == 1 and all(catalog.find(kind, name) is None for kind in Kind):
            found[name] = python.target
    with keras.saving.custom_object_scope(found):
        yield


def as_keras_writes(config: Any) -> Any:
    """A config of specc's with users' classes under the names that Keras itself gives them."""
    if isinstance(config, list):
        return [as_keras_writes(item) for item in config]
    if not isinstance(config, dict):
        return config
    written = {key: as_keras_writes(value) for key, value in config.items()}
    python = _trusted.get(str(config.get("registered_name")))
    if python is None:
        return written
    name = keras.saving.get_registered_name(python.target)
    if python.is_function:
        return {**written, "module": "builtins", "config": name, "registered_name": "function"}
    return {**written, "class_name": python.target.__name__, "registered_name": name}


class _Maker:
    """Stands for a class where Keras looks one up."""

    def __init__(self, python: PythonClass) -> None:
        self._python = python

    def from_config(self, config: Mapping[str, Any]) -> Any:
        return make_object(self._python, config)


def make_object(python: PythonClass, config: Mapping[str, Any]) -> Any:
    """An object of a user's class; objects among its arguments are made before.

    Args:
        python: The class.
        config: The arguments of its constructor; Keras objects among them as configs.
    """
    types = python.entry.object_types
    arguments = {
        name: replace_objects(types[name], value, _live) if name in types else copy.deepcopy(value)
        for name, value in config.items()
        if not is_layer(python) or name not in SET_AFTER or name in python.accepts
    }
    made = python.target(**arguments)
    if is_layer(python):
        for name in SET_AFTER:
            if name in config and getattr(made, name) != config[name]:
                setattr(made, name, config[name])
    return made


SET_AFTER = ("name", "trainable")
"""Step keys that a layer has though its constructor may not take them."""


def is_layer(python: PythonClass) -> bool:
    """Whether it is a class of layers."""
    return python.entry.kind is Kind.LAYER


def _live(_path: object, _kind: Kind, value: object) -> object:
    """The object of a config; names stay names, which Keras's `get` functions take."""
    if isinstance(value, dict) and "class_name" in value:
        return keras.saving.deserialize_keras_object(copy.deepcopy(value), safe_mode=True)
    return value
