"""Every class of the catalog, as the schema and as `check_arguments` see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.catalog import Kind, check_arguments, find, names
from specc.catalog.value_types import (
    Boolean,
    Choice,
    Either,
    Float,
    Integer,
    ListOf,
    MappingOf,
    Object,
    Text,
)
from tests.catalog.class_examples import example

ALL = {kind: [find(kind, name) for name in names(kind)] for kind in Kind}
ENTRIES = [entry for kind in Kind for entry in ALL[kind] if not entry.is_function]


def arguments_of(validator, entry):
    """A validator of a class's arguments."""
    name = f"{entry.kind.name.lower()}.{entry.name}.arguments"
    return validator.evolve(schema={"$ref": f"#/$defs/{name}"})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_examples_are_valid_and_misspelt_arguments_are_not(entry, validator):
    arguments = arguments_of(validator, entry)
    assert [error.message for error in arguments.iter_errors(example(entry))] == []
    [error] = arguments.iter_errors({**example(entry), "misspelt": 1})
    assert "misspelt" in error.message


@pytest.mark.parametrize("name", names(Kind.LAYER))
def test_layers_are_steps(name, validator):
    entry = find(Kind.LAYER, name)
    step = {name: example(entry)} if example(entry) else name
    document = {"specc": 1, "model": "m", "body": [step, {name: example(entry), "name": "x"}]}
    assert [error.message[:200] for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_defaults_are_valid(entry, validator):
    defaults = {p.name: p.default for p in entry.parameters if not p.required}
    arguments = {**example(entry), **defaults}
    wrong = check_arguments(entry, arguments)  # of a few classes, the defaults don't go together
    assert wrong or arguments_of(validator, entry).is_valid(arguments)


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.floats(),
    st.sampled_from(["", "relu", "same", "l2", "float32", "3", "true", "Dense"]),
    st.lists(st.integers(-1, 3) | st.none(), max_size=4),
    st.just({"HeNormal": {"seed": 1}}),
    st.just({"relu": None}),
)


def values(value_type):
    """Values of a type, its bounds among them."""
    match value_type:
        case Boolean():
            return st.booleans()
        case Integer(minimum, maximum):
            return st.integers(minimum, maximum)
        case Float():
            return st.floats(value_type.minimum, value_type.maximum, allow_nan=None) | st.integers(
                0, 1
            )
        case Text():
            return st.just(value_type.example) | st.text(max_size=3)
        case Choice(choices):
            return st.sampled_from(choices)
        case ListOf(item, length, least):
            low, high = (least, least + 2) if length is None else (length, length)
            return st.lists(values(item), min_size=low, max_size=high)
        case MappingOf(value):
            return st.dictionaries(st.text(max_size=2), values(value), max_size=2)
        case Object(kind):
            return st.sampled_from([written for entry in ALL[kind] for written in _forms(entry)])
        case Either(options):
            return st.one_of([values(option) for option in options])
        case _:
            return st.none()


def _forms(entry):
    bare = [entry.name, *entry.aliases]
    return [*bare, *({name: None if entry.is_function else example(entry)} for name in bare)]


@st.composite
def uses(draw):
    entry = draw(st.sampled_from(ENTRIES))
    arguments = dict(example(entry))
    for parameter in (
        draw(st.lists(st.sampled_from(entry.parameters), max_size=4)) if entry.parameters else ()
    ):
        arguments[parameter.name] = draw(values(parameter.type) | JUNK)
    return entry, arguments


@given(uses())
def test_schema_is_never_stricter_than_the_catalog(validator, use):
    entry, arguments = use
    if not check_arguments(entry, arguments):
        errors = arguments_of(validator, entry).iter_errors(arguments)
        assert [error.message[:300] for error in errors] == []
