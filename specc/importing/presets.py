"""What many long steps of one class have in common is said once, in a `layer` param."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specc import catalog
from specc.catalog import Kind
from specc.importing.blocks import BESIDE
from specc.importing.names import class_like
from specc.importing.parts import Plain
from specc.importing.steps import Step
from specc.importing.texts import line_count

Document = dict[str, Plain]

LONG = 3
"""Lines of a step that reads badly."""

LEAST = 4
"""Steps that are worth a param."""

COMMON = 0.8
"""The part of the long steps that has an argument which counts as common."""


@dataclass(frozen=True)
class Preset:
    """A class with some of its arguments.

    Attributes:
        name: Of the param.
        class_name: The layer's.
        arguments: What all of its steps have in common.
    """

    name: str
    class_name: str
    arguments: Mapping[str, Plain]

    def rest(self, arguments: Mapping[str, Plain]) -> dict[str, Plain] | None:
        """What a step says beside it; None if it isn't one of them."""
        if any(repr(arguments.get(key)) != repr(value) for key, value in self.arguments.items()):
            return None
        return {key: value for key, value in arguments.items() if key not in self.arguments}


def with_presets(document: Document) -> Document:
    """A document in which long steps are shorter, if they have something in common."""
    steps = [step for step in _steps(document) if line_count(step) >= LONG]
    presets = _presets(steps, _taken(document))
    if not presets:
        return document
    params: Document = {
        each.name: {"type": "layer", "default": {each.class_name: dict(each.arguments)}}
        for each in presets
    }
    rewritten = _rewritten(document, presets)
    assert isinstance(rewritten, dict)  # noqa: S101 - as the document is
    known = rewritten.pop("params", {})
    made: Document = {}
    for key, value in rewritten.items():
        if key == "inputs":
            made["params"] = {**known, **params}
        made[key] = value
    return made


def _steps(value: Plain) -> Iterator[Step]:
    """The steps of layers in a document, those in definitions and loops too."""
    if isinstance(value, list):
        for item in value:
            yield from _steps(item)
    elif isinstance(value, dict):
        if _class_of(value):
            yield value
        else:
            for item in value.values():
                yield from _steps(item)


def _class_of(step: Mapping[str, Plain]) -> str:
    """The class that a step applies with arguments; empty if it is none of a layer."""
    what = next((key for key in step if key not in BESIDE), "")
    known = isinstance(step.get(what), dict) and "name" in step
    return what if known and catalog.find(Kind.LAYER, what) else ""


def _taken(document: Document) -> set[str]:
    define = document.get("define")
    names = set(define) if isinstance(define, dict) else set()
    params = document.get("params")
    return {*names, *(params if isinstance(params, dict) else ()), *catalog.all_names(Kind.LAYER)}


def _presets(steps: Sequence[Step], taken: set[str]) -> list[Preset]:
    alike: dict[tuple[str, str], list[Mapping[str, Plain]]] = defaultdict(list)
    for step in steps:
        class_name = _class_of(step)
        arguments = step[class_name]
        assert isinstance(arguments, dict)  # noqa: S101 - seen by `_class_of`
        alike[class_name, _objects(class_name, arguments)].append(arguments)
    made: list[Preset] = []
    for (class_name, _), given in alike.items():
        common = _common(given)
        fitting = [each for each in given if common.items() <= _texts(each).items()]
        if common and len(fitting) >= LEAST:
            name = class_like(re.sub(r"\d+D$", "", class_name), taken)
            taken.add(name)
            arguments = {key: value for key, value in fitting[0].items() if key in common}
            made.append(Preset(name, class_name, arguments))
    return made


def _objects(class_name: str, arguments: Mapping[str, Plain]) -> str:
    """The objects among arguments, activations aside: what is long, and seldom varies."""
    entry = catalog.find(Kind.LAYER, class_name)
    assert entry is not None  # noqa: S101 - seen by `_class_of`
    kinds = {parameter.name: parameter.kinds for parameter in entry.parameters}
    return repr(
        [
            (key, value)
            for key, value in arguments.items()
            if kinds.get(key) and Kind.ACTIVATION not in kinds[key]
        ]
    )


def _common(given: Sequence[Mapping[str, Plain]]) -> dict[str, str]:
    """The arguments that most have."""
    counts = Counter(item for each in given for item in _texts(each).items())
    return {key: text for (key, text), count in counts.items() if count >= COMMON * len(given)}


def _texts(arguments: Mapping[str, Plain]) -> dict[str, str]:
    """What can be common: no code, which speaks of the params of the definition around it."""
    texts = {key: repr(value) for key, value in arguments.items()}
    return {key: text for key, text in texts.items() if "'=" not in text}


def _rewritten(value: Plain, presets: Sequence[Preset]) -> Plain:
    if isinstance(value, list):
        return [_rewritten(item, presets) for item in value]
    if not isinstance(value, dict):
        return value
    class_name = _class_of(value)
    if not class_name:
        return {key: _rewritten(item, presets) for key, item in value.items()}
    for preset in presets:
        rest = preset.rest(value[class_name]) if preset.class_name == class_name else None
        if rest is not None:
            return {
                preset.name if key == class_name else key: (rest or None)
                if key == class_name
                else item
                for key, item in value.items()
            }
    return value
