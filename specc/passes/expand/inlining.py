"""The frame of a definition that is expanded where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specc.diagnostics import Span
from specc.passes.expand.binding import make_binder
from specc.passes.expand.frame import SEVERAL, Context, Frame
from specc.passes.parameters import Given
from specc.passes.unit import Meaning, Unit
from specc.source import Entry as EntryNode


def bind_parameters(
    meaning: Meaning,
    arguments: Mapping[str, object],
    outer: Mapping[str, object],
    origin: Span,
    entries: Mapping[str, EntryNode],
    context: Context,
) -> dict[str, object]:
    """The values of a definition's parameters, those given as arguments among them."""
    given = {
        name: Given(value, entry.value.span, entry.key.span)
        if (entry := entries.get(name))
        else Given(value, origin)
        for name, value in arguments.items()
    }
    binder = make_binder(meaning.block.params, given, outer, meaning.unit, context)
    return binder.bind(f"`{meaning.name}`", origin)


def outer_values(unit: Unit, frame: Frame) -> Mapping[str, object]:
    """The parameters of the document that a definition stands in."""
    if unit is frame.unit:
        return frame.document_params
    if id(unit) not in frame.context.unit_params:
        binder = make_binder(unit.params, {}, {}, unit, frame.context)
        owner = f"`{unit.path.name}`" if unit.path is not None else "the document"
        values = binder.bind(owner, unit.document.node.span)
        frame.context.unit_params[id(unit)] = values
    return frame.context.unit_params[id(unit)]


def child_frame(
    meaning: Meaning,
    arguments: Mapping[str, object],
    scope: str,
    origin: Span,
    frame: Frame,
    entries: Mapping[str, EntryNode] | None = None,
) -> Frame | None:
    """A frame for a definition's body in the same graph; None if it holds itself."""
    if is_open(meaning, origin, frame):
        return None
    frame.context.spend(origin, count=2)
    frame.context.expanded.add(id(meaning.block))
    outer = outer_values(meaning.unit, frame)
    params = bind_parameters(meaning, arguments, outer, origin, entries or {}, frame.context)
    visible = {name: value for name, value in outer.items() if name not in params}
    return Frame(
        frame.context,
        meaning.unit,
        frame.builder,
        scope,
        outer=visible,
        params=params,
        inside=(*frame.inside, meaning),
        defaults=frame.defaults,
        document_params=outer,
        run_time=frame.run_time,
    )


def is_open(meaning: Meaning, origin: Span, frame: Frame) -> bool:
    """Whether a definition is being expanded, so that it would hold itself, which is reported."""
    if all(open_.block is not meaning.block for open_ in frame.inside):
        return False
    ring = " → ".join(f"`{each.name}`" for each in [*frame.inside, meaning])
    frame.context.diagnostics.error("S404", f"the definition holds itself: {ring}", origin)
    return True


def method_frame(
    meaning: Meaning, arguments: Mapping[str, object], _scope: str, origin: Span, frame: Frame
) -> Frame | None:
    """A frame for the body of a method, which sees what its layer has; None if it calls itself."""
    if is_open(meaning, origin, frame):
        return None
    frame.context.spend(origin, count=2)
    params = bind_parameters(meaning, arguments, frame.params, origin, {}, frame.context)
    return replace(
        frame,
        scope=meaning.name,
        params={**frame.params, **params},
        locals={},
        blocks=set(),
        previous=SEVERAL,
        inside=(*frame.inside, meaning),
    )


def bind_inputs(frame: Frame, values: Mapping[str, object]) -> None:
    """Gives a definition's inputs their values; a single one is also the step before."""
    frame.locals.update(values)
    frame.blocks.update(values)
    frame.previous = next(iter(values.values())) if len(values) == 1 else SEVERAL


__all__ = [
    "bind_inputs",
    "bind_parameters",
    "child_frame",
    "is_open",
    "method_frame",
    "outer_values",
]
