"""Equal blocks of a flat body become uses of one definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from specc.importing.blocks import (
    SEPARATOR,
    Block,
    FlatStep,
    flat_steps,
    is_closed,
    named_inputs,
    prefixed,
    readers,
)
from specc.importing.family import Family, families
from specc.importing.names import is_local
from specc.importing.parts import Plain
from specc.importing.rounds import in_rounds
from specc.importing.steps import Step
from specc.importing.texts import renamed, words
from specc.importing.windows import apart, windows

Document = dict[str, Plain]
Flat = Sequence[FlatStep | None]

MOST_WORDS = 8
"""Words of a name that may be a block's."""

MOST_FAMILIES = 6
"""Definitions made of windows."""

WORTH = 5
"""Lines that a definition of a window spares at least; a reader has to look it up."""


def folded(document: Document) -> Document | None:
    """The document with its equal blocks as definitions; None if it has none worth it."""
    body, inputs = document.get("body"), document.get("inputs")
    if not isinstance(body, list) or document.get("style") == "sequential":
        return None
    flat = flat_steps(body, list(named_inputs(inputs)))
    others = [step for step, known in zip(body, flat, strict=True) if known is None]
    read = readers(flat, [*others, document.get("outputs", [])])
    define = document.get("define")
    taken = set(define) if isinstance(define, dict) else set()
    scopes = _scopes(flat, read, taken)
    counted = _counted(flat, read, scopes, taken)
    if not scopes and not counted:
        return None
    return _with_uses(document, body, [*scopes, *counted])


def _scopes(flat: Flat, read: Mapping[str, Sequence[int]], taken: set[str]) -> list[Family]:
    """Families of blocks by what their names begin with, of so many words as spare the most."""
    best: list[Family] = []
    for count in range(1, MOST_WORDS + 1):
        alike: dict[object, list[Block]] = defaultdict(list)
        for block in prefixed(flat, count):
            if is_closed(block, read) and is_local(block.prefix) and block.outside:
                alike[block.signature].append(block)
        found = _worth(alike.values(), taken)
        if _saved(found) > _saved(best):
            best = found
    return best


def _saved(found: Sequence[Family]) -> int:
    return sum(family.saved for family in found)


def _worth(alike: Iterable[Sequence[Block]], taken: set[str]) -> list[Family]:
    """The families among blocks that spare lines."""
    made: list[Family] = []
    names = set(taken)
    for blocks in alike:
        for family in families(blocks, names) if len(blocks) > 1 else ():
            if family.saved > 0:
                made.append(family)
                names.add(family.name)
    return made


def _counted(
    flat: Flat, read: Mapping[str, Sequence[int]], scopes: Sequence[Family], taken: set[str]
) -> list[Family]:
    """Families of windows in what is left, the one that spares the most first."""
    used = {place for each in scopes for block in each.blocks for place in _places(block)}
    names = taken | {each.name for each in scopes}
    kinds = windows(flat, read, WORTH)
    made: list[Family] = []
    while len(made) < MOST_FAMILIES:
        kinds = [free for blocks in kinds if len(free := apart(blocks, used)) > 1]
        best = _best(kinds, names)
        if best is None:
            break
        made.append(best)
        names.add(best.name)
        used |= {place for block in best.blocks for place in _places(block)}
    return made


def _best(kinds: Sequence[Sequence[Block]], taken: set[str]) -> Family | None:
    """The family that spares the most, if it is worth a definition."""
    best, most = None, WORTH
    for blocks in sorted(kinds, key=_bound, reverse=True):
        if _bound(blocks) <= most:
            break
        for family in families(blocks, taken):
            if family.saved > most:
                best, most = family, family.saved
    return best


def _bound(blocks: Sequence[Block]) -> int:
    """More lines than a definition of these can spare."""
    return (len(blocks) - 1) * max(block.lines for block in blocks) - len(blocks)


def _places(block: Block) -> range:
    return range(block.start, block.end)


def _with_uses(document: Document, body: Sequence[Step], found: Sequence[Family]) -> Document:
    starts = {block.start: (family, block) for family in found for block in family.blocks}
    scopes = {
        block.steps[-1].name: block.prefix
        for family in found
        for block in family.blocks
        if family.is_scope
    }
    steps: list[Step] = []
    ends: dict[int, str] = {}
    place = 0
    previous = (list(named_inputs(document.get("inputs"))) or [""])[0]
    while place < len(body):
        if place in starts:
            family, block = starts[place]
            last = block.steps[-1].name
            steps.append(family.use(block, scopes, previous))
            if not family.is_scope:
                ends[len(steps) - 1] = last
            place, previous = block.end, scopes.get(last, last)
            continue
        step = body[place]
        steps.append({key: _renamed(key, value, scopes) for key, value in step.items()})
        place, previous = place + 1, str(step.get("name") or step.get("as") or "")
    outputs = renamed(document.get("outputs"), scopes)
    read = set(words([[_said(step) for step in steps], outputs]))
    for index, name in ends.items():
        if name in read:
            steps[index]["as"] = name
    return _rewritten({**document, "outputs": outputs}, found, in_rounds(steps, outputs))


def _renamed(key: str, value: Plain, names: Mapping[str, str]) -> Plain:
    return renamed(value, names) if key in ("in", "args", "expr") else value


def _said(step: Step) -> list[Plain]:
    return [step[key] for key in ("in", "args", "expr") if key in step]


def _rewritten(document: Document, found: Sequence[Family], body: list[Step]) -> Document:
    old = document.get("define")
    define = {family.name: family.definition() for family in found}
    define |= old if isinstance(old, dict) else {}
    made: Document = {}
    for key, value in document.items():
        if key == "inputs" and any(family.is_scope for family in found):
            made["separator"] = SEPARATOR
        if value is not None or key != "outputs":
            made[key] = value
        if key == "inputs":
            made["define"] = define
    return {**made, "define": define, "body": body}
