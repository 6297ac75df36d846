"""Equal blocks of a flat body become uses of one definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from specc.importing.blocks import SEPARATOR, Block, FlatStep, blocks_of, flat_steps, names_in
from specc.importing.family import Family, make_family
from specc.importing.names import is_local
from specc.importing.parts import Plain
from specc.importing.rounds import in_rounds
from specc.importing.steps import Step

Document = dict[str, Plain]
MOST_WORDS = 4
"""Words of a name that may be a block's."""


def folded(document: Document) -> Document | None:
    """The document with its equal blocks as definitions; None if it has none worth it."""
    body, inputs = document.get("body"), document.get("inputs")
    if not isinstance(body, list) or document.get("style") == "sequential":
        return None
    single = next(iter(inputs)) if isinstance(inputs, dict) and len(inputs) == 1 else ""
    flat = flat_steps(body, str(single))
    define = document.get("define")
    taken = set(define) if isinstance(define, dict) else set()
    best: list[Family] = []
    for words in range(1, MOST_WORDS + 1):
        families = _families(blocks_of(flat, words), flat, document, taken)
        if _saved(families) > _saved(best):
            best = families
    if not best:
        return None
    return _with_uses(document, flat, best, str(single))


def _saved(families: Sequence[Family]) -> int:
    return sum(family.saved for family in families)


def _families(
    blocks: Sequence[Block],
    flat: Sequence[FlatStep | None],
    document: Document,
    taken: set[str],
) -> list[Family]:
    read = _readers(flat, document)
    alike: dict[tuple[object, ...], list[Block]] = defaultdict(list)
    for block in blocks:
        if _is_closed(block, read) and is_local(block.prefix) and block.outside:
            alike[block.signature].append(block)
    made: list[Family] = []
    names = set(taken)
    for found in alike.values():
        family = make_family(found, names) if len(found) > 1 else None
        if family is not None and family.saved > 0:
            made.append(family)
            names.add(family.name)
    return made


def _readers(flat: Sequence[FlatStep | None], document: Document) -> dict[str, set[int]]:
    """Which steps read a name; −1 stands for the model's outputs, and for what isn't known."""
    read: dict[str, set[int]] = defaultdict(set)
    body = document["body"]
    assert isinstance(body, list)  # noqa: S101 - seen by the caller
    previous = ""
    for place, step in enumerate(flat):
        if step is not None:
            for name in names_in(step.reads):
                read[name].add(place)
        else:
            text = str({key: body[place][key] for key in body[place] if key != "name"})
            for other in flat:
                if other is not None and other.name in text:
                    read[other.name].add(-1)
            read[previous].add(-1)
        previous = str(body[place].get("name") or "")
    for name in names_in(document.get("outputs", previous)):
        for other in flat:
            if other is not None and other.name in name:
                read[other.name].add(-1)
    return read


def _is_closed(block: Block, read: Mapping[str, set[int]]) -> bool:
    """Whether nothing outside reads a step of the block but its last."""
    inside = set(range(block.start, block.end))
    *others, last = block.steps
    if -1 in read.get(last.name, set()):
        return False
    return all(read.get(step.name, set()) <= inside for step in others)


def _with_uses(
    document: Document,
    flat: Sequence[FlatStep | None],
    families: Sequence[Family],
    first: str,
) -> Document:
    starts = {block.start: (family, block) for family in families for block in family.blocks}
    renamed = {block.steps[-1].name: block.prefix for family in families for block in family.blocks}
    body = document["body"]
    assert isinstance(body, list)  # noqa: S101 - seen by the caller
    steps: list[Step] = []
    place, previous = 0, first
    while place < len(flat):
        if place in starts:
            family, block = starts[place]
            steps.append(family.use(block, renamed, previous))
            place, previous = block.end, block.prefix
            continue
        step = dict(body[place])
        known = flat[place]
        if known is not None and "in" in step:
            step["in"] = _renamed(step["in"], renamed)
        steps.append(step)
        place, previous = place + 1, str(step.get("name") or "")
    old = document.get("define")
    define = {family.name: family.definition() for family in families}
    made: Document = {}
    for key, value in document.items():
        if key == "inputs":
            made["separator"] = SEPARATOR
        made[key] = value
        if key == "inputs":
            made["define"] = {**define, **old} if isinstance(old, dict) else define
    made["define"] = {**define, **old} if isinstance(old, dict) else define
    made["body"] = in_rounds(steps, document.get("outputs"))
    return made


def _renamed(reads: Plain, names: Mapping[str, str]) -> Plain:
    if isinstance(reads, str):
        return names.get(reads, reads)
    if isinstance(reads, list):
        return [_renamed(item, names) for item in reads]
    if isinstance(reads, dict):
        return {key: _renamed(item, names) for key, item in reads.items()}
    return reads
