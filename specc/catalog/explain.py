"""Says in specc's words what is wrong with an argument.

What Pydantic found is told apart by its error *type*, never by its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from specc.catalog import store
from specc.catalog.dtypes import nearest_dtype, policy_names
from specc.catalog.entry import Entry, Parameter
from specc.catalog.kinds import Kind
from specc.catalog.models import OPTION, POINTLESS
from specc.catalog.problems import Path, Problem, name_type, show
from specc.catalog.tables.refused import legacy_help
from specc.catalog.value_types import Boolean, Choice, Either, Float, Integer, ListOf, ValueType
from specc.diagnostics import nearest
from specc.source.quoting import list_of_tuple

_OUT_OF_RANGE = frozenset(
    {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"}
)
_STEP_KEYS = frozenset({"name", "trainable", "dtype"})


def explain(entry: Entry, failure: ValidationError) -> list[Problem]:
    """Every error of a validation, as problems; missing arguments together in one.

    An argument that is there but misspelt is said to be that, and not to be missing too.
    """
    errors = failure.errors(include_url=False, include_context=False)
    problems = [_problem(entry, error) for error in errors if error["type"] != "missing"]
    meant = {problem.suggestion for problem in problems if problem.code == "S204"}
    absent = (str(error["loc"][0]) for error in errors if error["type"] == "missing")
    missing = [name for name in absent if name not in meant]
    return ([_missing(entry, missing)] if missing else []) + problems


def _problem(entry: Entry, error: Any) -> Problem:
    path = tuple(part for part in error["loc"] if not str(part).startswith(OPTION))
    name = str(path[0])
    if error["type"] == "extra_forbidden":
        return _unknown_argument(entry, name)
    return _wrong_value(entry, entry.by_name[name], path, error)


def _wrong_value(entry: Entry, parameter: Parameter, path: Path, error: Any) -> Problem:
    value = error["input"]
    must_be = f"`{parameter.name}` of {entry.name} must be {parameter.type.describe()}"
    label = f"this is {name_type(value)}"
    if error["type"] in _OUT_OF_RANGE:
        return Problem(path, "S207", must_be, label)
    if error["type"] == POINTLESS:
        mend = f"write `{value}.0`"
        return Problem(path, "S206", must_be, label, mend, f"{value}.0")
    choices = [choice for choice in _choices(parameter.type) if isinstance(choice, str)]
    if isinstance(value, str) and choices:
        found = nearest(value, choices)
        label = f"did you mean `{found}`?" if found else label
        return Problem(path, "S208", must_be, label, suggestion=found)
    mend, better = _mend(parameter, value)
    return Problem(path, "S206", must_be, label, mend, better)


def _choices(value_type: ValueType) -> Iterator[str | int]:
    match value_type:
        case Choice(values):
            yield from values
        case Either(options):
            for option in options:
                yield from _choices(option)


def _mend(parameter: Parameter, value: object) -> tuple[str, str | None]:
    """Help, and what to write instead, for the slips that YAML makes easy."""
    found = parameter.type
    options = found.options if isinstance(found, Either) else (found,)
    kinds = {type(option) for option in options}
    if isinstance(value, str) and Boolean in kinds and value.lower() in ("true", "false"):
        return f"write `{value.lower()}` without quotes", value.lower()
    if isinstance(value, str) and kinds & {Integer, Float} and _is_number(value):
        return f"write `{value}` without quotes", value
    written = list_of_tuple(value) if isinstance(value, str) and ListOf in kinds else None
    if written is not None:
        return f"YAML has no tuples: write the list `{written}`", written
    if isinstance(value, str) and parameter.name == "vocabulary":
        return "the words of a file come from a param of type `lines`", None
    if isinstance(value, float) and Integer in kinds and value.is_integer():
        return f"write `{int(value)}`", str(int(value))
    return "", None


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _missing(entry: Entry, names: list[str]) -> Problem:
    shown = ", ".join(f"`{name}`" for name in names)
    noun = "argument" if len(names) == 1 else "arguments"
    docs = [f"`{name}`: {entry.by_name[name].doc}" for name in names if entry.by_name[name].doc]
    return Problem((), "S205", f"{entry.name} needs the {noun} {shown}", help="; ".join(docs))


def _unknown_argument(entry: Entry, name: str) -> Problem:
    if entry.kind is Kind.LAYER and name in _STEP_KEYS:
        beside = f"write it beside `{entry.name}:`, not inside"
        message = f"`{name}` is a key of the step, not an argument of {entry.name}"
        return Problem((name,), "S210", message, beside, help=beside)
    message = f"{entry.name} has no argument `{name}`"
    old = legacy_help(entry.name, name)
    if old is not None:
        return Problem((name,), "S211", message, "from an older Keras", help=old)
    found = nearest(name, entry.by_name)
    label = f"did you mean `{found}`?" if found else ""
    return Problem((name,), "S204", message, label, _takes(entry) if not found else "", found)


def _takes(entry: Entry) -> str:
    names = ", ".join(f"`{name}`" for name in entry.by_name)
    return f"it takes {names}" if names else "it takes no arguments"


def broken_relation(entry: Entry, given: list[str], message: str) -> Problem:
    """The problem of arguments that do not go together; it stands at the last one given."""
    return Problem((given[-1],) if given else (), "S209", f"{entry.name}: {message}")


def forgotten(entry: Entry, name: str) -> Problem:
    """The warning for an argument that does not survive saving and loading."""
    message = f"Keras forgets `{name}` of {entry.name} when it saves"
    default = show(entry.by_name[name].default)
    return Problem((name,), "S216", message, f"a loaded model has {default} again")


def malformed(kind: Kind, value: object) -> Problem:
    """The problem of an object that is neither a name nor one name with arguments."""
    message = f"{kind.phrase} is written as its name, or as `{{Name: {{…}}}}`"
    return Problem((), "S213", message, f"this is {name_type(value)}")


def not_a_mapping(entry: Entry, arguments: object) -> Problem:
    """The problem of arguments that are no mapping: `Dense: 3`."""
    message = f"{entry.name} takes its arguments as a mapping"
    required = next((p.name for p in entry.parameters if p.required), "…")
    example = f"write `{entry.name}: {{{required}: …}}`"
    return Problem((), "S206", message, f"this is {name_type(arguments)}", help=example)


def refused(entry: Entry) -> Problem:
    """The problem of a class that specs may not use."""
    why, _, instead = (entry.refused or "").partition("; ")
    return Problem((), "S202", f"{entry.name} cannot stand in a spec: {why}", help=instead)


def function_with_arguments(entry: Entry) -> Problem:
    """The problem of `{leaky_relu: {…}}`: Keras writes a function as its name alone."""
    message = f"`{entry.name}` is a function, and Keras keeps no arguments for it"
    wanted = Kind.LAYER if entry.kind is Kind.ACTIVATION else entry.kind
    class_like = "".join(part.capitalize() for part in entry.name.split("_"))
    better = nearest(class_like, store.names(wanted))
    mend = f"the {wanted} `{better}` takes arguments" if better else "write the name alone"
    return Problem((), "S215", message, help=mend, suggestion=better)


def step_key_not_taken(entry: Entry, key: str) -> Problem:
    """The problem of `trainable` and the like on a class whose constructor has no such thing."""
    return Problem((key,), "S210", f"{entry.name} takes no `{key}` in Keras", "leave it out")


def wrong_step_key(key: str, must_be: str, value: object) -> Problem:
    """The problem of a step key with a wrong value."""
    return Problem((key,), "S206", f"`{key}` must be {must_be}", f"this is {name_type(value)}")


def unknown(kind: Kind, name: str, known: Iterable[str], other: Kind | None) -> Problem:
    """The problem of a name that is no object of the kind, though perhaps of another."""
    if kind is Kind.DTYPE:
        code, message = "S214", f"{show(name)} is no dtype policy"
        found = nearest_dtype(name, policy_names())
    else:
        code, message = "S212", f"Keras has no {kind} {show(name)}"
        found = nearest(name, known)
    if other is not None:
        return Problem((), code, message, f"`{name}` is {other.phrase}")
    label = f"did you mean `{found}`?" if found else ""
    return Problem((), code, message, label, suggestion=found)
