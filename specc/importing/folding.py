"""Equal blocks of flat bodies become uses of one definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from specc.importing.blocks import (
    SEPARATOR,
    Block,
    FlatStep,
    block_of,
    flat_steps,
    name_of,
    named_inputs,
    prefixed,
    readers,
)
from specc.importing.family import Family, families
from specc.importing.merging import merged
from specc.importing.names import is_local
from specc.importing.parts import Plain
from specc.importing.rounds import in_rounds
from specc.importing.steps import Step
from specc.importing.texts import lines_of, renamed, words
from specc.importing.windows import windows

Document = dict[str, Plain]
Flat = Sequence[FlatStep | None]

MOST_WORDS = 8
"""Words of a name that may be a block's."""

MOST_OUTPUTS = 2
"""Steps of a block that others read: of more, its use says as much as its steps."""

MOST_FAMILIES = 8
"""Definitions made of windows, in all of a document."""

WORTH = 5
"""Lines that a definition of a window spares at least, and one in a hundred of the text; a reader
has to look it up."""

SLACK = 10
"""Lines by which other blocks of a kind may be longer than its first."""


def folded(document: Document) -> Document | None:
    """The document with its equal blocks as definitions; None if it has none worth it."""
    define = document.get("define")
    old = define if isinstance(define, dict) else {}
    folding = _Folding(set(old), lines_of(document))
    made = folding.block(document, scopes=True)
    inner = {
        name: folding.block(each) if isinstance(each, dict) and "style" in each else each
        for name, each in old.items()
    }
    if not folding.made:
        return None
    return _with_definitions(made, {each.name: each.definition() for each in folding.made} | inner,
                             any(each.is_scope for each in folding.made))  # fmt: skip


def _with_definitions(block: Document, define: Document, has_scopes: bool) -> Document:
    made: Document = {}
    for key, value in block.items():
        if key == "inputs" and has_scopes:
            made["separator"] = SEPARATOR
        made[key] = value
        if key == "inputs":
            made["define"] = define
    return {**made, "define": define}


class _Folding:
    """Folds the bodies of one document.

    Attributes:
        taken: The names of its definitions.
        lines: That it takes.
        made: The families that have become definitions, each after those that it uses.
    """

    def __init__(self, taken: set[str], lines: int) -> None:
        self.taken = taken
        self.lines = lines
        self.made: list[Family] = []

    def block(self, block: Document, scopes: bool = False) -> Document:
        """A model's block with uses of definitions among its steps.

        Args:
            block: The model, or what defines one inside, whose names the separator isn't for.
            scopes: Whether blocks may be scopes.
        """
        steps, inputs = block.get("body"), list(named_inputs(block.get("inputs")))
        if not isinstance(steps, list):
            return block
        body = _Body(steps, block.get("outputs"), inputs)
        before = len(self.made)
        body = self._with_scopes(body) if scopes else body
        while len(self.made) < MOST_FAMILIES:
            found = self._best_window(body)
            if found is None:
                break
            body = self._with(body, [found])
        if len(self.made) == before:
            return block
        made = {**block, "body": body.finished({each.name for each in self.made})}
        return {**made, "outputs": body.outputs} if body.outputs is not None else made

    def _with(self, body: _Body, found: Sequence[Family]) -> _Body:
        self.made += found
        self.taken |= {family.name for family in found}
        return body.with_uses(found)

    def _with_scopes(self, body: _Body) -> _Body:
        """With blocks by what their names begin with, of so many words as spare the most."""
        flat = body.flat({})
        read = readers(flat, body.others(flat))
        best: list[Family] = []
        for count in range(1, MOST_WORDS + 1):
            alike: dict[object, list[Block]] = defaultdict(list)
            for block in prefixed(flat, count, read):
                if len(block.outputs) <= MOST_OUTPUTS and is_local(block.prefix) and block.outside:
                    alike[block.signature].append(block)
            found = self._worth([*alike.values()])
            if _saved(found) > _saved(best):
                best = found
        body = self._with(body, best)
        return _Body(in_rounds(body.steps, body.outputs), body.outputs, body.inputs)

    def _worth(self, alike: Sequence[Sequence[Block]]) -> list[Family]:
        """The families among blocks that spare lines."""
        made: list[Family] = []
        names = set(self.taken)
        for whole in merged(alike, names):
            made.append(whole)
            names.add(whole.name)
        used = {block.start for family in made for block in family.blocks}
        for blocks in alike:
            if blocks[0].start in used:
                continue
            for family in families(blocks, names, {}) if len(blocks) > 1 else ():
                if family.saved > 0:
                    made.append(family)
                    names.add(family.name)
        return made

    def _best_window(self, body: _Body) -> Family | None:
        """The family of windows that spares the most, if it is worth a definition."""
        uses = {each.name: each for each in self.made if not each.is_nested}
        flat = body.flat(uses)
        read = readers(flat, body.others(flat))
        worth = max(WORTH, self.lines // 100)
        for outputs in range(1, 2 if self.made else MOST_OUTPUTS + 1):
            best, most = None, worth
            for kind in windows(flat, read, worth, outputs):
                if kind.bound + SLACK <= most:
                    break
                blocks = [block_of(flat, place, read) for place in kind.places]
                for family in families(blocks, self.taken, uses):
                    if family.bound > most and family.saved > most:
                        best, most = family, family.saved
            if best is not None:
                return best
        return None


def _saved(found: Sequence[Family]) -> int:
    return sum(family.saved for family in found)


class _Body:
    """Steps, and what a model says of its outputs and inputs."""

    def __init__(
        self,
        steps: Sequence[Step],
        outputs: Plain,
        inputs: Sequence[str],
        known: Mapping[int, FlatStep] | None = None,
    ) -> None:
        self.steps = steps
        self.outputs = outputs
        self.inputs = inputs
        self.known = dict(known or {})  # of steps that are there still

    def flat(self, uses: Mapping[str, Family]) -> list[FlatStep | None]:
        """Each step with what it reads."""
        made = flat_steps(self.steps, self.inputs, uses, self.known)
        self.known = {id(each.step): each for each in made if each is not None}
        return made

    def others(self, flat: Flat) -> list[Plain]:
        """What reads steps, and is none that is understood; the last step is the result."""
        unknown = [step for step, known in zip(self.steps, flat, strict=True) if known is None]
        return [*unknown, name_of(self.steps[-1]) if self.outputs is None else self.outputs]

    def with_uses(self, found: Sequence[Family]) -> _Body:
        """With uses of families in place of their blocks."""
        starts = {block.start: (family, block) for family in found for block in family.blocks}
        scopes = {
            block.steps[-1].name: block.prefix
            for family in found
            for block in family.blocks
            if family.is_scope
        }
        steps: list[Step] = []
        place = 0
        previous = self.inputs[0] if len(self.inputs) == 1 else ""
        while place < len(self.steps):
            if place in starts:
                family, block = starts[place]
                steps.append(family.use(block, scopes, previous))
                place, previous = block.end, scopes.get(block.steps[-1].name, name_of(steps[-1]))
                continue
            step = self.steps[place]
            steps.append(_with_names(step, scopes))
            place, previous = place + 1, name_of(step)
        return _Body(steps, renamed(self.outputs, scopes), self.inputs, self.known)

    def finished(self, uses: set[str]) -> list[Step]:
        """The steps, in which the outputs of uses have names only if something reads these."""
        read = set(words([_said(self.steps), self.outputs]))
        return [_without_unread(step, read) if uses & step.keys() else step for step in self.steps]


def _without_unread(step: Step, read: set[str]) -> Step:
    names = step.get("as")
    if isinstance(names, str) and names not in read:
        return {key: value for key, value in step.items() if key != "as"}
    if isinstance(names, list):
        return {**step, "as": [name if name in read else "_" for name in names]}
    return step


def _with_names(step: Step, names: Mapping[str, str]) -> Step:
    if not names:
        return step
    return {
        key: renamed(value, names) if key in ("in", "args", "expr") else value
        for key, value in step.items()
    }


def _said(steps: Sequence[Step]) -> list[Plain]:
    """What steps say of tensors, those in loops too."""
    said = [step[key] for step in steps for key in ("in", "args", "expr") if key in step]
    inner = [step["body"] for step in steps if isinstance(step.get("body"), list)]
    return [*said, *(_said(body) for body in inner if isinstance(body, list))]
