"""Expands what nothing uses, to say what is wrong with it: the definitions of a library, above all.

Inputs, and parameters without a default, are poison there, so only what can be known is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specc.diagnostics import Diagnostics
from specc.language import Definition, Layer
from specc.passes.expand.binding import make_binder
from specc.passes.expand.builder import GraphBuilder
from specc.passes.expand.declared import declared_layer
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.inlining import bind_inputs
from specc.passes.expand.layer_body import LayerSource, expand_layer
from specc.passes.expand.layers import is_declared
from specc.passes.expand.methods import rehearse_methods
from specc.passes.expand.models import Origin, expand_model
from specc.passes.expand.sublayers import declare_sublayers
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit


def rehearse(unit: Unit, params: Mapping[str, object], context: Context) -> None:
    """Reports the errors of the definitions of a document that no step has used.

    Raises:
        Abort: they expand to too many steps.
    """
    for meaning in unit.meanings.values():
        block = meaning.block
        own = meaning.unit is unit and isinstance(block, Definition) and not block.unsound
        if own and id(block) not in context.expanded:
            _rehearse(meaning, params, context)
    document = unit.document
    if isinstance(document, Layer) and not document.unsound:
        _rehearse(Meaning(document.layer, document, unit), {}, context)


def _rehearse(meaning: Meaning, outer: Mapping[str, object], context: Context) -> None:
    found = Diagnostics()
    scratch = replace(context, diagnostics=found)
    binder = make_binder(meaning.block.params, {}, outer, meaning.unit, scratch)
    params = binder.bind(f"`{meaning.name}`", None, needed=False)
    try:
        if is_declared(meaning):
            _declared(meaning, params, outer, scratch)
        elif meaning.inlined:
            _inline(meaning, params, outer, scratch)
        else:
            home = Origin(scratch, inside=(meaning,))
            expand_model(meaning.block, meaning.name, meaning.unit, params, outer, home)
    finally:
        context.steps_left = scratch.steps_left
        context.diagnostics.extend(each for each in found if each.is_error)


def _declared(
    meaning: Meaning, params: dict[str, object], outer: Mapping[str, object], context: Context
) -> None:
    source = LayerSource(meaning, params, outer, ())
    if declared_layer(source, context) is None:
        return
    names = list(meaning.block.inputs.entries) if meaning.block.inputs is not None else []
    given = dict.fromkeys(names, POISON)
    for training in (False, True):
        body = expand_layer(source, given, training, context)
        if body is None or not body.reads_training:
            break
    rehearse_methods(source, context)


def _inline(
    meaning: Meaning, params: dict[str, object], outer: Mapping[str, object], context: Context
) -> None:
    block = meaning.block
    frame = Frame(
        context,
        meaning.unit,
        GraphBuilder(context.diagnostics, context.spend, context.memo),
        outer={name: value for name, value in outer.items() if name not in params},
        params=params,
        inside=(meaning,),
        document_params=outer,
    )
    names = list(block.inputs.entries) if block.inputs is not None else ["_"]
    bind_inputs(frame, dict.fromkeys(names, POISON))
    declare_sublayers(block, frame)
    context.expand_body(block.body, frame)
    context.result_of(block, frame)
