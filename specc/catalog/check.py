"""Checks the arguments of a class, and the objects inside them, all the way down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import ValidationError

from specc.catalog import explain, store
from specc.catalog.dtypes import is_policy_name
from specc.catalog.entry import Entry
from specc.catalog.kinds import Kind, Resolved
from specc.catalog.models import model_of
from specc.catalog.problems import Path, Problem
from specc.catalog.tables.relations import Relation, relations_of
from specc.catalog.value_types import nested_objects

COMPILE_METRICS = ("accuracy", "acc", "crossentropy", "ce")  # `Model.compile` picks the class
STEP_KEYS = ("name", "trainable", "dtype")  # stand beside the class key, not among the arguments
_TEXTS = 4096  # bare names remembered; a spec of any size has far fewer different ones


def check_arguments(entry: Entry, arguments: Mapping[str, object]) -> list[Problem]:
    """Every problem of a class's arguments; none if Keras would take them.

    Args:
        entry: The class, as `find` gives it.
        arguments: Argument name → value. Nested objects are in their YAML form, a name or
            `{Name: {arguments}}`, or instances of `Resolved`, which are not looked into.
    """
    problems: list[Problem] = []
    try:
        model_of(entry).model_validate(arguments)
    except ValidationError as failure:
        problems = explain.explain(entry, failure)
    for name in arguments.keys() & entry.object_types.keys():
        problems += _check_objects(entry, name, arguments[name])
    return problems + _broken_relations(entry, arguments, problems)


def check_kept(entry: Entry, arguments: Mapping[str, object]) -> list[Problem]:
    """Arguments that Keras takes, but forgets when it saves: worth a warning, no error."""
    return [
        explain.forgotten(entry, name)
        for name in entry.forgotten
        if name in arguments and arguments[name] != entry.by_name[name].default
    ]


def check_object(kind: Kind, value: object) -> list[Problem]:
    """The problems of an object in its YAML form, with paths from where it stands."""
    match value:
        case Resolved():
            return []
        case str():
            return list(_check_name(kind, value))
        case dict():
            return _check_mapping(kind, value)
        case _:
            return [explain.malformed(kind, value)]


def find_object(kind: Kind, name: str) -> Entry | None:
    """The entry that a name means where an object of this kind is wanted.

    An activation may also be a layer: Keras calls what it gets.
    """
    found = store.find(kind, name)
    if found is None and kind is Kind.ACTIVATION:
        return store.find(Kind.LAYER, name)
    return found


def _check_objects(entry: Entry, name: str, value: object) -> list[Problem]:
    if isinstance(value, str):
        return list(_check_text(entry, name, value))
    return [
        problem.below(name, *path)
        for path, kind, found in nested_objects(entry.object_types[name], value)
        for problem in check_object(kind, found)
    ]


@lru_cache(maxsize=_TEXTS)
def _check_text(entry: Entry, name: str, text: str) -> tuple[Problem, ...]:
    """The problems of a bare name: most are the same few, `relu` and `he_normal`."""
    objects = nested_objects(entry.object_types[name], text)
    return tuple(p.below(name) for _, kind, _ in objects for p in _check_name(kind, text))


class _Bound(NamedTuple):
    """A relation with what its class says of the parameters."""

    relation: Relation
    defaults: tuple[object, ...]
    required: frozenset[str]


@cache
def _relations(entry: Entry) -> tuple[_Bound, ...]:
    found = relations_of(entry.kind, entry.name, entry.by_name)
    return tuple(_bind(entry, relation) for relation in found)


def _bind(entry: Entry, relation: Relation) -> _Bound:
    parameters = [entry.by_name[name] for name in relation.parameters]
    required = frozenset(parameter.name for parameter in parameters if parameter.required)
    return _Bound(relation, tuple(parameter.default for parameter in parameters), required)


def _broken_relations(
    entry: Entry, arguments: Mapping[str, object], problems: list[Problem]
) -> list[Problem]:
    """Relations between arguments, each of which is right by itself."""
    wrong = {problem.path[0] for problem in problems if problem.path}
    found: list[Problem] = []
    for (names, broken), defaults, required in _relations(entry):
        if not (wrong.isdisjoint(names) and required <= arguments.keys()):
            continue
        message = broken(*map(arguments.get, names, defaults))
        if message is not None:
            given = [name for name in arguments if name in names]
            found.append(explain.broken_relation(entry, given, message))
    return found


@lru_cache(maxsize=_TEXTS)
def _check_name(kind: Kind, name: str) -> tuple[Problem, ...]:
    if kind is Kind.DTYPE and is_policy_name(name):
        return ()
    if kind is Kind.METRIC and name in COMPILE_METRICS:
        return ()
    entry = find_object(kind, name)
    return (unknown(kind, name),) if entry is None else tuple(_check_entry(entry, {}, ()))


def _check_mapping(kind: Kind, value: Mapping[str, object]) -> list[Problem]:
    beside = STEP_KEYS if kind in (Kind.LAYER, Kind.ACTIVATION) else ()
    keys = [key for key in value if key not in beside]
    if len(keys) != 1:
        return [explain.malformed(kind, value)]
    name = keys[0]
    entry = find_object(kind, name)
    if entry is None:
        return [unknown(kind, name).below(name)]
    return _check_entry(entry, value[name], (name,)) + check_step_keys(entry, value)


def _check_entry(entry: Entry, arguments: object, path: Path) -> list[Problem]:
    if entry.refused is not None:
        return [explain.refused(entry).below(*path)]
    if arguments is None or isinstance(arguments, Resolved):
        arguments = {}
    elif not isinstance(arguments, Mapping):
        return [explain.not_a_mapping(entry, arguments).below(*path)]
    if arguments and entry.is_function:
        return [explain.function_with_arguments(entry).below(*path)]
    return [problem.below(*path) for problem in check_arguments(entry, arguments)]


def check_step_keys(entry: Entry, step: Mapping[str, object]) -> list[Problem]:
    """The problems of `name`, `trainable` and `dtype` beside a layer's class key."""
    problems = [
        explain.step_key_not_taken(entry, key)
        for key in STEP_KEYS
        if key in step and key not in entry.step_keys
    ]
    if not isinstance(step.get("name", ""), str):
        problems.append(explain.wrong_step_key("name", "a text", step["name"]))
    if not isinstance(step.get("trainable", True), bool):
        problems.append(explain.wrong_step_key("trainable", "true or false", step["trainable"]))
    if step.get("dtype") is not None:
        problems += [p.below("dtype") for p in check_object(Kind.DTYPE, step["dtype"])]
    return problems


def unknown(kind: Kind, name: str) -> Problem:
    """The problem of a name that Keras does not have for this kind."""
    extra = COMPILE_METRICS if kind is Kind.METRIC else ()
    known = [*store.all_names(kind), *extra]
    others = (other for other in Kind if store.find(other, name) is not None)
    return explain.unknown(kind, name, known, next(others, None))
