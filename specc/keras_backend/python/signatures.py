"""What a user's class accepts, read off its signatures: an entry like those of the catalog."""

from __future__ import annotations

import collections.abc
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Any, Literal, Union

import keras

from specc import catalog
from specc.catalog import Entry, Kind, Parameter
from specc.catalog.entry import Call, CallArgument
from specc.catalog.tables.common import common_type
from specc.catalog.value_types import (
    Anything,
    Boolean,
    Choice,
    Float,
    Integer,
    ListOf,
    MappingOf,
    Null,
    Object,
    Text,
    ValueType,
    either,
    object_kinds,
)

BASES: dict[Kind, type] = {
    Kind.LAYER: keras.layers.Layer,
    Kind.INITIALIZER: keras.initializers.Initializer,
    Kind.REGULARIZER: keras.regularizers.Regularizer,
    Kind.CONSTRAINT: keras.constraints.Constraint,
    Kind.LOSS: keras.losses.Loss,
    Kind.METRIC: keras.metrics.Metric,
    Kind.OPTIMIZER: keras.optimizers.Optimizer,
    Kind.SCHEDULE: keras.optimizers.schedules.LearningRateSchedule,
}
"""The kinds of objects that a spec can take from Python, with Keras's base class of each."""

PLAIN: dict[object, ValueType] = {
    bool: Boolean(),
    int: Integer(),
    float: Float(),
    str: Text(),
    None: Null(),
    type(None): Null(),
    list: ListOf(Anything()),
    tuple: ListOf(Anything()),
    dict: MappingOf(Anything()),
}
LISTS = (list, tuple, collections.abc.Sequence, collections.abc.Iterable)
MAPPINGS = (dict, collections.abc.Mapping)


def entry_of(target: Any, kind: Kind, name: str) -> tuple[Entry, frozenset[str]]:
    """The entry of a class or function, and which step keys a layer's constructor takes.

    A layer has a name and trains or not, whether its constructor takes that or not.
    """
    is_function = isinstance(target, types.FunctionType)
    parameters, step_keys = ({}, frozenset()) if is_function else _constructor(target, kind)
    call = target if is_function else getattr(target, "call", None)
    takes_calls = is_function or kind is Kind.LAYER
    entry = Entry(
        kind=kind,
        name=name,
        aliases=(),
        module=target.__module__,
        class_name="function" if is_function else target.__name__,
        registered_name=keras.saving.get_registered_name(target),
        doc=(inspect.getdoc(target) or "").partition("\n")[0],
        since=None,
        parameters=tuple(parameters.values()),
        call=_call(call, skip=0 if is_function else 1) if takes_calls else None,
        family=(),
        step_keys=step_keys | {"name", "trainable"} if kind is Kind.LAYER else frozenset(),
        always_written=(),
        forgotten=(),
        refused=None,
    )
    return entry, step_keys


def _constructor(cls: Any, kind: Kind) -> tuple[dict[str, Parameter], frozenset[str]]:
    """The parameters of a class, and which of a layer's step keys it takes.

    `**kwargs` stand for the parameters of the next class up, as far as Keras's own; none of them
    is required, as the class may give it itself.
    """
    found: dict[str, Parameter] = {}
    step_keys: set[str] = set()
    above = False
    for base in cls.__mro__:
        if "__init__" not in vars(base):
            continue
        known = _of_keras(base, kind)
        parameters = known.parameters if known is not None else tuple(_own_parameters(base))
        step_keys |= known.step_keys if known is not None else set()
        for parameter in parameters:
            if kind is Kind.LAYER and parameter.name in catalog.STEP_KEYS:
                step_keys.add(parameter.name)
            else:
                optional = parameter._replace(required=False) if above else parameter
                found.setdefault(parameter.name, optional)
        if known is not None or base is BASES[kind] or not _passes_on(base):
            break
        above = True
    return found, frozenset(step_keys)


def _of_keras(base: Any, kind: Kind) -> Entry | None:
    """The catalog's entry of a class, if it is one of Keras's public ones."""
    if not base.__module__.startswith("keras."):
        return None
    return catalog.find(kind, base.__name__)


def _passes_on(base: Any) -> bool:
    """Whether a constructor takes further arguments, for the class above."""
    return any(each.kind is each.VAR_KEYWORD for each in _parameters_of(base.__init__, 1))


def _own_parameters(base: Any) -> Iterator[Parameter]:
    hints = _hints(base.__init__)
    for each in _parameters_of(base.__init__, 1):
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY):
            required = each.default is each.empty
            default = None if required else each.default
            value_type = _value_type(each.name, hints.get(each.name, each.empty))
            if default is None and not required:
                value_type = either(value_type, Null())
            yield Parameter(each.name, value_type, required, default)


def _parameters_of(function: Callable[..., Any], skip: int) -> list[inspect.Parameter]:
    """The parameters of a function, without `self`; none where Python can't tell."""
    try:
        return list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):
        return []


def _hints(function: Any) -> Mapping[str, object]:
    """The annotations of a function; those that are mere texts are left out if one has no meaning.

    Reading them runs code of the module, which is trusted, and may fail in any way.
    """
    try:
        return typing.get_type_hints(function)
    except Exception:
        found = getattr(function, "__annotations__", {})
        return {name: hint for name, hint in found.items() if not isinstance(hint, str)}


def _value_type(name: str, hint: object) -> ValueType:
    """What a parameter takes: by its annotation; without one, by a name such as `…_initializer`."""
    if hint is not inspect.Parameter.empty:
        return _of_hint(hint)
    named = common_type("", name)
    return named if named is not None and any(object_kinds(named)) else Anything()


def _of_hint(hint: Any) -> ValueType:
    """The type of an annotation; what YAML can't say, or we can't read, is anything."""
    if isinstance(hint, collections.abc.Hashable) and hint in PLAIN:
        return PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _of_hint(arguments[0])
    if origin is Literal and all(type(value) in (str, int) for value in arguments):
        return Choice(arguments)
    if origin in (Union, types.UnionType):
        return _union([_of_hint(each) for each in arguments])
    if origin in LISTS and arguments:
        return _list(origin, arguments)
    if origin in MAPPINGS and len(arguments) == 2:
        return MappingOf(_of_hint(arguments[1]))
    if isinstance(hint, type):
        kinds = [kind for kind, base in BASES.items() if issubclass(hint, base)]
        return Object(kinds[0]) if kinds else Anything()
    return Anything()


def _union(options: list[ValueType]) -> ValueType:
    if any(isinstance(option, Anything) for option in options):
        return Anything()
    return reduce(either, options)


def _list(origin: object, arguments: tuple[Any, ...]) -> ValueType:
    """A list; a tuple of several types has a length, and items of any of them."""
    if origin is not tuple or arguments[-1] is Ellipsis:
        return ListOf(_of_hint(arguments[0]))
    return ListOf(_union([_of_hint(each) for each in arguments]), length=len(arguments))


def _call(function: Any, skip: int) -> Call:
    """How a layer or a function is called."""
    parameters = _parameters_of(function, skip)
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    arguments = tuple(
        CallArgument(
            name=each.name,
            required=each.default is each.empty,
            default=None if each.default is each.empty else each.default,
            tensor=each.name != "training",
        )
        for each in named
    )
    return Call(arguments, masking=False, open=len(named) != len(parameters) or not named)
