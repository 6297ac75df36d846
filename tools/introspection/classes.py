"""Public Keras classes and functions, as catalog entries: one namespace, one catalog file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras.src import api_export
from keras.src.applications import convnext, inception_resnet_v2
from keras.src.saving import serialize_keras_object

from introspection import docstrings
from introspection.signatures import constructor_parameters, plain_parameters
from introspection.versions import since

Entry = dict[str, Any]

NAMESPACES: dict[str, str] = {
    "layers": "layers",
    "initializers": "initializers",
    "regularizers": "regularizers",
    "constraints": "constraints",
    "activations": "activations",
    "dtype_policies": "dtype_policies",
    "quantizers": "quantizers",
    "losses": "losses",
    "metrics": "metrics",
    "optimizers": "optimizers",
    "schedules": "optimizers.schedules",
}
_NOT_OBJECTS = frozenset({"get", "serialize", "deserialize", "InputSpec"})
_NOT_ACTIVATIONS = frozenset({"deserialize", "get", "serialize"})
_PRIVATE_LAYERS = (
    convnext.LayerScale,
    convnext.StochasticDepth,
    inception_resnet_v2.CustomScaleLayer,
)
_STEP_KEYS = ("name", "trainable", "dtype")  # stand beside the class key, not among arguments
_NOT_ARGUMENTS = frozenset({*_STEP_KEYS, "autocast"})  # Keras does not keep `autocast` in a config
_STRING_TABLES = {
    "initializers": "initializers",
    "regularizers": "regularizers",
    "constraints": "constraints",
    "activations": "activations",
    "quantizers": "quantizers",
    "losses": "losses",
    "metrics": "metrics",
    "optimizers": "optimizers",
}


def public_objects(kind: str) -> dict[Any, list[str]]:
    """Every public class (and, where Keras takes them, function) of a namespace → its names."""
    module: Any = keras
    for part in NAMESPACES[kind].split("."):
        module = getattr(module, part)
    found: dict[Any, list[str]] = {}
    for name in sorted(vars(module)):
        value = getattr(module, name)
        if not name.startswith("_") and name not in _NOT_OBJECTS and _is_wanted(kind, value):
            found.setdefault(value, []).append(name)
    if kind == "layers":
        found |= {cls: [cls.__name__] for cls in _PRIVATE_LAYERS}
    return found


def _is_wanted(kind: str, value: object) -> bool:
    if kind == "activations":
        return inspect.isfunction(value)
    return inspect.isclass(value) or (kind in {"losses", "metrics"} and inspect.isfunction(value))


def entries(kind: str) -> dict[str, Entry]:
    """Canonical name → entry, sorted by name."""
    identifiers = string_identifiers(kind)
    found = {}
    taken = {n for thing, ns in identifiers.items() if inspect.isclass(thing) for n in ns}
    for thing, names in public_objects(kind).items():
        name = _canonical(thing, names)
        if inspect.isfunction(thing) and name in taken:
            continue  # Keras resolves the name to the class (`metrics: [binary_accuracy]`)
        others = sorted({*names, *identifiers.get(thing, ())} - {name})
        found[name] = _entry(kind, thing, others) | _since(kind, name)
    return dict(sorted(found.items()))


def _since(kind: str, name: str) -> Entry:
    version = since(kind, name)
    return {} if version is None else {"since": version}


def _canonical(thing: Any, names: list[str]) -> str:
    """The name Keras itself writes, where it is one of the public ones."""
    public = api_export.get_name_from_symbol(thing)
    own = public.rsplit(".", 1)[-1] if public else thing.__name__
    return own if own in names else names[0]


def string_identifiers(kind: str) -> dict[Any, list[str]]:
    """Thing → the string identifiers by which Keras's own `get` knows it."""
    if kind not in _STRING_TABLES:
        return {}
    module = __import__(f"keras.src.{_STRING_TABLES[kind]}", fromlist=["ALL_OBJECTS_DICT"])
    found: dict[Any, list[str]] = {}
    for name, thing in module.ALL_OBJECTS_DICT.items():
        found.setdefault(thing, []).append(name)
    return found


def _entry(kind: str, thing: Any, aliases: list[str]) -> Entry:
    is_function = inspect.isfunction(thing)
    made: Entry = {"aliases": aliases, **_written_as(thing), "doc": docstrings.summary(thing)}
    parameters = plain_parameters(thing) if is_function else constructor_parameters(thing)
    if kind == "layers":
        made["step_keys"] = [key for key in _STEP_KEYS if key in parameters]
        parameters = {n: p for n, p in parameters.items() if n not in _NOT_ARGUMENTS}
        made["call"] = _call(thing)
        made["family"] = list(_bases(thing))
    return made | {"parameters": _parameters(thing, parameters)}


def _written_as(thing: Any) -> Entry:
    """What Keras writes in a config to find the class or function again."""
    if inspect.isfunction(thing):
        written = serialize_keras_object(thing)
        return {k: written[k] for k in ("module", "class_name", "registered_name")}
    public = api_export.get_name_from_symbol(thing)
    if public is None:
        names = {"module": thing.__module__, "class_name": thing.__name__}
        return {**names, "registered_name": thing.__name__}
    module, _, name = public.rpartition(".")
    return {"module": module, "class_name": name, "registered_name": None}


def _parameters(thing: Any, parameters: dict[str, inspect.Parameter]) -> Entry:
    texts: dict[str, str] = {}
    for source in getattr(thing, "__mro__", (thing,)):
        texts = {**docstrings.arguments(source), **texts}
    return {name: _parameter(p, texts.get(name, "")) for name, p in parameters.items()}


def _parameter(parameter: inspect.Parameter, doc: str) -> Entry:
    made: Entry = {}
    if parameter.default is not inspect.Parameter.empty:
        made["default"] = parameter.default
    return {**made, "doc": doc} if doc else made


def _call(cls: Any) -> Entry:
    """The call signature: argument name → its default, or nothing if it must be given."""
    found = inspect.signature(cls.call).parameters
    plain = plain_parameters(cls.call)
    return {
        "arguments": {
            n: {} if p.default is inspect.Parameter.empty else {"default": p.default}
            for n, p in plain.items()
        },
        "masking": _supports_masking(cls),
        "open": any(p.kind is inspect.Parameter.VAR_KEYWORD for p in found.values()),
    }


def _supports_masking(cls: Any) -> bool:
    """Whether the class says that it passes masks on, in its source or by a `compute_mask`."""
    own = [c for c in cls.__mro__ if c.__module__.startswith("keras.") and c.__name__ != "Layer"]
    sources = (inspect.getsource(c) for c in own if issubclass(c, keras.Layer))
    return any("supports_masking = True" in s or "def compute_mask" in s for s in sources)


def _bases(cls: Any) -> Iterator[str]:
    """Names of the Keras base classes between the class and `Layer`."""
    for base in cls.__mro__[1:]:
        if base is keras.Layer:
            return
        if issubclass(base, keras.Layer):
            yield base.__name__


def random_functions() -> dict[str, Callable[..., object]]:
    """`keras.random`'s public functions."""
    return {n: f for n, f in sorted(vars(keras.random).items()) if inspect.isfunction(f)}
