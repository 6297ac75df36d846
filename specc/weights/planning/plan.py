"""What would be bound from where, and why not; made without reading a tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic, Severity, nearest
from specc.globs import Glob, selected
from specc.weights.metadata import provenance
from specc.weights.planning.completing import Completion, Expected, Given, check_completion
from specc.weights.planning.covering import without_meaning, without_need
from specc.weights.planning.old_states import by_state, is_old, optimizer_problem
from specc.weights.planning.rules import STRUCTURE, Rules, WeightFile
from specc.weights.planning.strategies import STRATEGIES, matches
from specc.weights.planning.structure import TITLE, by_structure
from specc.weights.planning.wanted import Kind, Wanted, fits, shape_text

if TYPE_CHECKING:
    from specc.weights.source import Source, TensorInfo

_MOST_NEAR: Final = 2_000
"""Names that are searched for near ones, and names that are searched for: each costs 0.1 ms."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A slot that a file provides.

    Attributes:
        slot: The slot's key.
        file: The file's place among those given.
        key: The tensor's key in the file.
        copies: Keys of tensors for the same slot, which must be equal to it.
        transpose: Axes by which the tensor is transposed; None for as it is.
        cast: The dtype that it is cast from; empty for none.
    """

    slot: str
    file: int
    key: str
    copies: tuple[str, ...] = ()
    transpose: tuple[int, ...] | None = None
    cast: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A slot or a tensor with which something is wrong.

    Attributes:
        key: The slot's key, or of what is unexpected the file's.
        file: The file's place among those given; -1 for none.
        what: What is wrong.
        near: What may have been meant.
        candidates: The keys among which it isn't decided.
    """

    key: str
    file: int = -1
    what: str = ""
    near: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of a plan.

    Attributes:
        path: As it was given.
        format: What it is.
        strategy: By which names its tensors were matched; empty if none fits.
        aside: How many of its tensors are no model's variables: optimizer, metrics and the like.
        unused: How many `select`, `fresh` and `ignore` leave out.
        nameless: Whether its format has names of layers, and the file has none.
    """

    path: str
    format: str
    strategy: str
    aside: int
    unused: int
    nameless: bool = False


@dataclass(frozen=True)
class Plan:
    """What would be bound.

    Attributes:
        files: The files, in their order; later ones win.
        bound: Slots with what they get.
        fresh: Slots that start fresh, because the user said so.
        generators: Random generators, whose state comes from the seed.
        missing: Slots that nothing is for.
        unexpected: Tensors that are for nothing.
        mismatched: Slots whose tensors have another shape or dtype, or can't be trusted to be
            theirs.
        ambiguous: Slots or tensors for which there are several.
        others: What else is wrong.
        unread: What is still to be compared with digests when it is read.
        warnings: What may be meant, such as rules of mappings that nothing needs.
        not_finite: How many tensors hold NaN or infinity; None if that wasn't asked.
    """

    files: tuple[PlannedFile, ...]
    bound: tuple[Bound, ...] = ()
    fresh: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    missing: tuple[Problem, ...] = ()
    unexpected: tuple[Problem, ...] = ()
    mismatched: tuple[Problem, ...] = ()
    ambiguous: tuple[Problem, ...] = ()
    others: tuple[Diagnostic, ...] = ()
    unread: tuple[Expected, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    not_finite: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it would bind."""
        wrong = (self.missing, self.unexpected, self.mismatched, self.ambiguous, self.others)
        return not any(wrong)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Everything that is wrong."""
        from specc.weights.planning.report import plan_diagnostics

        return plan_diagnostics(self)

    def to_json(self) -> dict[str, object]:
        """Plain data, sorted by keys."""
        from specc.weights.planning.report import plan_json

        return plan_json(self)

    def __str__(self) -> str:
        from specc.weights.planning.report import plan_text

        return plan_text(self)


@dataclass(frozen=True)
class Asked:
    """What a caller asks of the binding as a whole.

    Attributes:
        fresh: Slots that may start fresh.
        non_trainable: `require`, or `fresh`: state that no file has starts fresh.
        training: Whether optimizer and generators are bound too.
        architecture: Gives the spec's architecture digest, empty if it isn't known; making it
            takes time, and few plans need it.
        moved: What the spec's `moved` makes of an old key.
    """

    fresh: tuple[Glob, ...] = ()
    non_trainable: str = "require"
    training: bool = False
    architecture: Callable[[], str] = field(default=str)
    moved: Callable[[str], str] = field(default=lambda key: key)


def make_plan(
    slots: Sequence[Wanted], sources: Sequence[tuple[WeightFile, Source]], asked: Asked
) -> Plan:
    """Matches slots with the tensors of open files.

    Args:
        slots: The model's slots.
        sources: The files with their rules; later ones win.
        asked: What holds for all of them.
    """
    aside = () if asked.training else (Kind.GENERATOR, Kind.OPTIMIZER)
    wanted = [slot for slot in slots if slot.kind not in aside]
    found = [
        _Matched(place, file, source, wanted, asked) for place, (file, source) in enumerate(sources)
    ]
    bound: dict[str, Bound] = {}
    for each in found:
        bound.update(each.bound)
    troubled = {problem.key for each in found for problem in (*each.mismatched, *each.ambiguous)}
    fresh_globs = [*asked.fresh, *(glob for each in found for glob in each.rules.fresh)]
    left = [slot for slot in wanted if slot.key not in bound and slot.key not in troubled]
    if any(is_old(source) for _, source in sources):  # Keras 2 had no random generators to save
        left = [slot for slot in left if slot.kind is not Kind.GENERATOR]
    fresh = [slot.key for slot in left if _may_be_fresh(slot, fresh_globs, asked)]
    missing = [slot for slot in left if slot.key not in set(fresh)]
    states = [each.state_problem for each in found if each.state_problem]
    if any(each.severity is Severity.ERROR for each in states):  # says enough of the optimizer
        missing = [slot for slot in missing if slot.kind is not Kind.OPTIMIZER]
    unexpected = [problem for each in found for problem in each.unexpected]
    completion = _completion(found, bound, asked)
    keys = [slot.key for slot in slots]
    generators = {slot.key for slot in slots if slot.kind is Kind.GENERATOR} - bound.keys()
    plan = Plan(
        tuple(each.planned() for each in found),
        tuple(bound[key] for key in sorted(bound)),
        tuple(sorted(fresh)),
        tuple(sorted(generators)),
        tuple(Problem(slot.key, what=_described(slot)) for slot in _sorted(missing)),
        tuple(sorted(unexpected, key=lambda each: (each.file, each.key))),
        tuple(problem for each in found for problem in _by_key(each.mismatched)),
        tuple(problem for each in found for problem in _by_key(each.ambiguous)),
        (
            *without_meaning(asked.fresh, sources, keys),
            *completion.problems,
            *(each for each in states if each.severity is Severity.ERROR),
        ),
        tuple(completion.unread),
        tuple(each for each in states if each.severity is Severity.WARNING),
    )
    if plan.ok:
        return plan
    warnings = (*plan.warnings, *without_need(sources))
    return replace(_with_near_names(plan), warnings=warnings)


def _completion(found: Sequence[_Matched], bound: dict[str, Bound], asked: Asked) -> Completion:
    completing = [
        Given(each.place, str(each.file.path), each.source, each.provenance)
        for each in found
        if each.provenance and not each.rules.any_base
    ]
    sources = [each.source for each in found]
    contents = {each.provenance.content for each in found if each.provenance}
    return check_completion(completing, sources, contents, bound, asked.moved)


def _sorted(slots: Iterable[Wanted]) -> list[Wanted]:
    return sorted(slots, key=lambda slot: slot.key)


def _by_key(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: each.key)


def _may_be_fresh(slot: Wanted, globs: Sequence[Glob], asked: Asked) -> bool:
    if selected(globs, slot.key):
        return True
    return slot.kind in (Kind.STATE, Kind.TABLE) and asked.non_trainable == "fresh"


def _described(slot: Wanted) -> str:
    kind = f"{slot.kind}, " if slot.kind in (Kind.STATE, Kind.TABLE) else ""
    return f"{kind}{slot.dtype} {shape_text(slot.shape)}"


class _Matched:
    """One file's part of a plan."""

    def __init__(
        self, place: int, file: WeightFile, source: Source, slots: Sequence[Wanted], asked: Asked
    ) -> None:
        self.place = place
        self.file = file
        self.rules: Rules = file.rules
        self.source = source
        self.provenance = provenance(source)
        self.asked = asked
        self.bound: dict[str, Bound] = {}
        self.unexpected: list[Problem] = []
        self.mismatched: list[Problem] = []
        self.ambiguous: list[Problem] = []
        self.unused = 0
        tensors = source.tensors().values()
        roles = {"variable", "table"} | ({"generator", "optimizer"} if asked.training else set())
        wanted = [info for info in tensors if info.role in roles]
        self.aside = len(tensors) - len(wanted)
        kept = [info for info in wanted if not self.rules.ignores(info.key)]
        self.unused += len(wanted) - len(kept)
        self.strategy, found = self._found(slots, [i for i in kept if "state" not in i.names])
        found |= by_state(slots, kept, found)
        self._bind(kept, found)
        states = [slot for slot in slots if slot.kind is Kind.OPTIMIZER and slot.key in self.bound]
        self.state_problem = optimizer_problem(source, states)

    def planned(self) -> PlannedFile:
        """What the plan says of the file."""
        path = str(self.file.path)
        tensors = self.source.tensors().values()
        named = any("layer_name" in info.names for info in tensors)
        nameless = not named and any(
            "object_path" in i.names and "index" in i.names for i in tensors
        )
        return PlannedFile(
            path, self.source.format, self.strategy, self.aside, self.unused, nameless
        )

    def _found(
        self, slots: Sequence[Wanted], infos: Sequence[TensorInfo]
    ) -> tuple[str, dict[str, list[Wanted]]]:
        if self.rules.match == STRUCTURE:
            taken = [slot for slot in slots if self.rules.takes(slot.key)]
            return TITLE, by_structure(taken, infos, self.source.format == "keras2-h5")
        best: tuple[str, dict[str, list[Wanted]]] = ("", {})
        for strategy in STRATEGIES:
            found = matches(strategy, slots, infos, self.rules.renamed, self.asked.moved)
            if _sure(found) > _sure(best[1]) or (found and not best[1]):
                best = (strategy.title, found)
            if _sure(best[1]) in (len(infos), len(slots)):
                break
        return best

    def _bind(self, infos: Iterable[TensorInfo], found: dict[str, list[Wanted]]) -> None:
        tensors: dict[str, list[TensorInfo]] = {}
        slots: dict[str, Wanted] = {}
        for info in infos:
            places = found.get(info.key, [])
            if not places:
                self._not_for_any(info)
            elif len(places) > 1:
                keys = tuple(slot.key for slot in places)
                what = "it may be for several slots"
                self.ambiguous.append(Problem(info.key, self.place, what, candidates=keys))
            elif not self._takes(places[0].key):
                self.unused += 1
            else:
                slots[places[0].key] = places[0]
                tensors.setdefault(places[0].key, []).append(info)
        for key, slot in slots.items():
            self._bind_slot(slot, tensors[key])

    def _takes(self, key: str) -> bool:
        return self.rules.takes(key) and not selected(self.asked.fresh, key)

    def _not_for_any(self, info: TensorInfo) -> None:
        names = {info.key, *info.names.values()}
        if info.role in ("generator", "optimizer"):
            self.aside += 1
        elif self.rules.select and not any(selected(self.rules.select, name) for name in names):
            self.unused += 1
        else:
            what = f"{info.dtype} {shape_text(info.shape)}"
            self.unexpected.append(Problem(info.key, self.place, what))

    def _bind_slot(self, slot: Wanted, infos: Sequence[TensorInfo]) -> None:
        first, *others = infos
        if any((other.shape, other.dtype) != (first.shape, first.dtype) for other in others):
            keys = tuple(info.key for info in infos)
            what = "several tensors are for it, and they differ in shape or dtype"
            self.ambiguous.append(Problem(slot.key, self.place, what, candidates=keys))
            return
        axes = self.rules.axes(slot.key)
        what = self._misfit(slot, first, axes)
        if what:
            self.mismatched.append(Problem(slot.key, self.place, what, candidates=(first.key,)))
            return
        cast = "" if first.dtype == slot.dtype else first.dtype
        copies = tuple(info.key for info in others)
        self.bound[slot.key] = Bound(slot.key, self.place, first.key, copies, axes, cast)

    def _misfit(self, slot: Wanted, info: TensorInfo, axes: tuple[int, ...] | None) -> str:
        shape = info.shape
        if axes is not None:
            if len(axes) != len(shape):
                return f"`{info.key}` is {shape_text(shape)}, which `transpose` doesn't fit"
            shape = tuple(shape[axis] for axis in axes)
        if not fits(slot.shape, shape):
            back = axes is None and len(shape) > 1 and fits(slot.shape, shape[::-1])
            order = list(range(len(shape)))[::-1]
            turned = " after `transpose`" if axes else f": `transpose: {order}`?" if back else ""
            wants = shape_text(slot.shape)
            return f"it is {wants}, and `{info.key}` is {shape_text(shape)}{turned}"
        if info.dtype != slot.dtype and not self._may_cast(slot, info):
            return f"it is {slot.dtype}, and `{info.key}` is {info.dtype}"
        if not slot.named and self.rules.match != STRUCTURE and not self._same_architecture():
            return "its layer has no name in the spec, so it may be another one's in this file"
        return ""

    def _may_cast(self, slot: Wanted, info: TensorInfo) -> bool:
        return "string" not in (slot.dtype, info.dtype) and selected(self.rules.cast, slot.key)

    def _same_architecture(self) -> bool:
        known = self.provenance.architecture if self.provenance else ""
        return bool(known) and known == self.asked.architecture()


def _sure(found: Mapping[str, Sequence[Wanted]]) -> int:
    """How many tensors are for one slot."""
    return sum(len(places) == 1 for places in found.values())


def _with_near_names(plan: Plan) -> Plan:
    """Each thing missing or unexpected with the name, of the others, that is most like it."""
    if not plan.missing or not plan.unexpected:
        return plan
    missing = [problem.key for problem in plan.missing]
    unexpected = [problem.key for problem in plan.unexpected]
    if len(missing) * len(unexpected) > _MOST_NEAR:
        return plan
    return replace(
        plan,
        missing=tuple(replace(p, near=nearest(p.key, unexpected) or "") for p in plan.missing),
        unexpected=tuple(replace(p, near=nearest(p.key, missing) or "") for p in plan.unexpected),
    )
