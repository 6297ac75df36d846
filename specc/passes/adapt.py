"""`lora`: low-rank updates beside the kernels that its globs name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from specc.catalog.rules import SlotSpec
from specc.diagnostics import Diagnostics, Related
from specc.globs import selected
from specc.ir import Adapter, Graph, LowRank, Operation, Pattern
from specc.passes.adaptable import BASES, Place, adapted_slots, places_in
from specc.passes.keys import Held, held_layers, report_unmatched

Chosen = Mapping[str, LowRank]
"""Which entry adapts a layer, by the layer's key."""


@dataclass(frozen=True, slots=True)
class Target:
    """A layer that LoRA may adapt, with its key and the step that holds it."""

    key: str
    place: Place
    held: Held


def adapt(graph: Graph, diagnostics: Diagnostics) -> Graph:
    """The graph with what `lora` says written into its layers; nested models' own goes first."""
    inner = tuple(
        op if op.graph is None else replace(op, graph=adapt(op.graph, diagnostics))
        for op in graph.operations
    )
    graph = replace(graph, operations=inner)
    if not graph.tuning.lora:
        return graph
    held = list(held_layers(graph))
    targets = [target for each in held for target in _targets(each)]
    chosen: dict[str, LowRank] = {}
    for entry in graph.tuning.lora:
        _check_globs(entry, held, targets, diagnostics)
        globs = [pattern.glob for pattern in entry.targets]
        for target in targets:
            if selected(globs, target.key) and _can(target, entry, diagnostics):
                chosen[target.key] = entry
    return _adapted(graph, "", chosen)


def _targets(held: Held) -> list[Target]:
    return [
        Target(f"{held.key}.{place.path}".rstrip("."), place, held)
        for place in places_in(held.operation, held.slots)
    ]


def _check_globs(
    entry: LowRank, held: Sequence[Held], targets: Sequence[Target], diagnostics: Diagnostics
) -> None:
    """Reports globs that match no layer that could be adapted."""
    for pattern in entry.targets:
        if any(pattern.glob.covers(target.key) for target in targets):
            continue
        if any(
            pattern.glob.covers(key) for each in held for key in (each.key, *each.weight_keys())
        ):
            _report_unable(pattern, held, targets, diagnostics)
        else:
            report_unmatched(pattern, held, "layer", diagnostics)


def _report_unable(
    pattern: Pattern, held: Sequence[Held], targets: Sequence[Target], diagnostics: Diagnostics
) -> None:
    able = [f"`{target.key}`" for target in targets if not target.place.refusal]
    shown = ", ".join([*able[:6], *(["…"] if len(able) > 6 else [])])
    covered = [each.operation.class_name for each in held if pattern.glob.covers(each.key)]
    what = f": LoRA can't adapt {', '.join(dict.fromkeys(covered))}" if covered else ""
    diagnostics.error(
        "S453", f"`{pattern.glob.text}` matches no layer that LoRA can adapt{what}",
        pattern.origin,
        help=f"here it can adapt {shown}" if able else f"it can adapt {', '.join(BASES)}",
    )  # fmt: skip


def _can(target: Target, entry: LowRank, diagnostics: Diagnostics) -> bool:
    """Whether a layer can be adapted, and the adapter trained; else it is reported."""
    origin = next(p.origin for p in reversed(entry.targets) if p.glob.covers(target.key))
    step = Related(target.held.operation.origin, "the layer")
    if target.place.refusal:
        diagnostics.error(
            "S453", f"`{target.key}` can't be adapted: {target.place.refusal}", origin,
            label=f"`{target.key}`", related=(step,),
            help=f"leave it out: `!{target.key}` at the end of `targets`",
        )  # fmt: skip
    elif not target.held.trains:
        diagnostics.error(
            "S455", f"`{target.key}` is inside of `trainable: false`, so its adapter can't train",
            origin, label=f"`{target.key}`", related=(step,),
            help="freeze it with `freeze`, which leaves adapters",
        )  # fmt: skip
    else:
        return True
    return False


def _adapted(graph: Graph, prefix: str, chosen: Chosen) -> Graph:
    operations, slots = list(graph.operations), list(graph.slots)
    for index, operation in enumerate(operations):
        key = prefix + operation.key
        if operation.graph is not None:
            inner = _adapted(operation.graph, f"{key}.", chosen)
            operations[index] = replace(operation, graph=inner)
        elif (known := slots[index] if slots else None) is not None:
            operations[index], slots[index] = _layer(operation, key, known, chosen)
    return replace(graph, operations=tuple(operations), slots=tuple(slots))


def _layer(
    operation: Operation, key: str, slots: tuple[SlotSpec, ...], chosen: Chosen
) -> tuple[Operation, tuple[SlotSpec, ...]]:
    """A layer with its adapters, and the variables; what an outer model says goes over its own."""
    adapters = {adapter.path: adapter for adapter in operation.adapters}
    for place in places_in(operation, slots):
        entry = chosen.get(f"{key}.{place.path}".rstrip("."))
        if entry is None:
            continue
        if place.path in adapters:
            own = {place.slot(f"lora_{place.base}_{part}") for part in "ab"}
            slots = tuple(slot for slot in slots if slot.path not in own)
        adapters[place.path] = adapter = Adapter(place.path, entry.rank, entry.alpha)
        slots = adapted_slots(slots, place, adapter)
    return replace(operation, adapters=tuple(adapters.values())), slots
