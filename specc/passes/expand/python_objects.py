"""Users' Python classes and functions where a Keras object stands, at any depth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc import catalog
from specc.catalog import Entry, Kind, Problem
from specc.passes.check_arguments import report
from specc.passes.expand.frame import Frame
from specc.passes.expand.nested import BuildNested, Path, with_nested_models
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit
from specc.references import PythonClass, PythonObject
from specc.source.nodes import Node, span_at


@dataclass(frozen=True, slots=True)
class Place:
    """Where arguments are written, and what their names mean there."""

    node: Node | None
    frame: Frame

    def report(self, problem: Problem) -> None:
        """Reports what is wrong with an argument."""
        span = self.node.span if self.node is not None else self.frame.unit.document.node.span
        report(problem, self.node, span, self.frame.context.diagnostics)

    def problem(self, code: str, message: str, path: Path) -> None:
        """Reports something that is wrong with an argument."""
        self.report(Problem(path, code, message))


def with_python_objects(
    entry: Entry,
    arguments: Mapping[str, object],
    build: BuildNested,
    place: Place,
    path: Path = (),
) -> dict[str, object] | None:
    """The arguments with the users' classes among them resolved; None where one is wrong."""
    unit = place.frame.unit
    if not unit.python and not unit.missing and not functions_of(unit):
        return dict(arguments)
    replacer = Replacer(build, place)
    resolved = {
        name: catalog.replace_objects(
            entry.object_types[name], value, replacer.replace, (*path, name)
        )
        if name in entry.object_types
        else value
        for name, value in arguments.items()
    }
    return None if replacer.failed else resolved


FUNCTIONS = {Kind.ACTIVATION: 1, Kind.LOSS: 2, Kind.METRIC: 2}
"""What a definition can stand for, with how many tensors that takes."""


def functions_of(unit: Unit) -> set[str]:
    """The definitions that can be used where Keras wants a function of tensors."""
    return {name for name, meaning in unit.meanings.items() if meaning.inlined}


class Replacer:
    """Puts users' objects in the place of their YAML form."""

    def __init__(self, build: BuildNested, place: Place) -> None:
        self.build = build
        self.place = place
        self.failed = False

    def replace(self, path: Path, kind: Kind, value: object) -> object:
        """An object in its YAML form, with users' classes resolved at any depth."""
        name, arguments = use_of(value)
        unit = self.place.frame.unit
        if name in unit.missing:
            return self._wrong()
        if name in unit.python:
            given = value if isinstance(value, dict) else {}
            beside = {key: each for key, each in given.items() if key != name}
            return self._object(unit.python[name], kind, arguments, beside, (*path, name))
        meaning = unit.meanings.get(name)
        if meaning is not None and meaning.inlined and kind in FUNCTIONS:
            return self._function(meaning, kind, arguments, (*path, name))
        entry = catalog.find_object(kind, name)
        if entry is None or not isinstance(value, dict) or not isinstance(arguments, Mapping):
            return value
        inner = with_python_objects(entry, arguments, self.build, self.place, (*path, name))
        return self._wrong() if inner is None else {**value, name: inner}

    def _function(self, meaning: Meaning, kind: Kind, arguments: object, path: Path) -> object:
        """A definition that Keras calls on tensors."""
        frame, block = self.place.frame, meaning.block
        wrong = [key for key in ("layers", "weights", "states") if getattr(block, key) is not None]
        count = len(block.inputs.entries) if block.inputs is not None else 0
        if wrong or count != FUNCTIONS[kind] or not isinstance(arguments, Mapping):
            takes = "one tensor" if FUNCTIONS[kind] == 1 else "the true and the predicted values"
            what = f"{kind.phrase} takes {takes}, and has no layers or weights"
            return self._wrong(
                Problem(path[:-1], "S415", f"`{meaning.name}` can't be used: {what}")
            )
        node = self.place.node
        origin = frame.unit.document.node.span if node is None else span_at(node, path[:-1])
        made = frame.context.declare(meaning, arguments, origin, frame, {})
        return self._wrong() if made is None else made

    def _object(
        self,
        python: PythonClass,
        kind: Kind,
        arguments: object,
        beside: Mapping[str, object],
        path: Path,
    ) -> object:
        if kind not in python.kinds:
            message = f"`{path[-1]}` is {python.what}, and {kind.phrase} is wanted"
            return self._wrong(Problem(path[:-1], "S512", message))
        if not isinstance(arguments, Mapping):
            return self._wrong(catalog.not_a_mapping(python.entry, arguments).below(*path))
        resolved = self.resolved(python, arguments, path)
        problems = [problem.below(*path[:-1]) for problem in _beside(python, beside)]
        if resolved is None or problems:
            return self._wrong(*problems)
        return PythonObject(python, resolved, beside)

    def resolved(
        self, python: PythonClass, arguments: Mapping[str, object], path: Path
    ) -> dict[str, object] | None:
        """The checked arguments of a user's class; None, with diagnostics, if they are wrong."""
        if python.is_function and arguments:
            self.place.report(catalog.function_with_arguments(python.entry).below(*path))
            return None
        given = with_python_objects(python.entry, arguments, self.build, self.place, path)
        if given is not None:
            given = with_nested_models(python.entry, given, self.build, self.place.frame, path)
        if given is None:
            return None
        problems = catalog.check_arguments(python.entry, given)
        for problem in problems:
            self.place.report(problem.below(*path))
        return None if problems else given

    def _wrong(self, *problems: Problem) -> object:
        for problem in problems:
            self.place.report(problem)
        self.failed = True
        return POISON


def _beside(python: PythonClass, beside: Mapping[str, object]) -> list[Problem]:
    """The problems of what stands beside the class's key."""
    if python.entry.kind is Kind.LAYER and beside.keys() <= set(catalog.STEP_KEYS):
        return catalog.check_step_keys(python.entry, beside)
    if not beside:
        return []
    message = f"{python.entry.name} is written as its name, or as `{{Name: {{…}}}}`"
    return [Problem((next(iter(beside)),), "S213", message)]


def use_of(value: object) -> tuple[str, object]:
    """The name and the arguments of an object in its YAML form."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict):
        names = [key for key in value if key not in catalog.STEP_KEYS]
        if len(names) == 1:
            arguments = value[names[0]]
            return names[0], {} if arguments is None else arguments
    return "", {}
