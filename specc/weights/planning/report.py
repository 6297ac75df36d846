"""A plan as diagnostics, as a table for people, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic
from specc.weights.problems import shown

if TYPE_CHECKING:
    from specc.weights.planning.plan import Bound, Plan, Problem

JSON_VERSION: Final = 1
CODES: Final = {"missing": "S921", "unexpected": "S922", "mismatched": "S923", "ambiguous": "S924"}
HELP: Final = {
    "missing": "give a file that has it, or let it start fresh: `fresh`",
    "unexpected": "`rename` it, or say that it isn't wanted: `ignore`",
    "mismatched": "`transpose`, `cast` or `fresh` may be what you want",
    "ambiguous": "`select`, `ignore` or `rename` decides; `match: structure` goes by order",
}
NAMELESS: Final = (
    "the file doesn't say what its layers are called, as older versions of Keras wrote them: bind "
    "the `.keras`; or, if the model is the same, `match: structure` goes by the layers' order: "
    "`specc bind --match structure -o named.safetensors` writes a file that says it"
)
_OF_TORCH: Final = (".weight", ".running_mean", ".running_var", ".num_batches_tracked")
_TORCH: Final = "; a `mapping` renames and turns what PyTorch wrote"

_MOST_CANDIDATES: Final = 5
"""Slots or tensors that are named where any of them may be meant."""

_MOST_SHOWN: Final = 20
"""Problems of a kind that are diagnostics of their own; the rest is a number."""


def plan_diagnostics(plan: Plan) -> list[Diagnostic]:
    """One for each thing that is wrong, those of a kind beyond twenty as one; then warnings."""
    found = list(plan.others)
    for kind, code in CODES.items():
        problems: tuple[Problem, ...] = getattr(plan, kind)
        found += [_diagnostic(plan, kind, code, each) for each in problems[:_MOST_SHOWN]]
        if len(problems) > _MOST_SHOWN:
            more = len(problems) - _MOST_SHOWN
            found.append(Diagnostic(code, f"{more:,} more are {kind}", help=HELP[kind]))
    return [*found, *plan.warnings] if found else []


def _diagnostic(plan: Plan, kind: str, code: str, problem: Problem) -> Diagnostic:
    where = f"`{plan.files[problem.file].path}`: " if problem.file >= 0 else ""
    near = f"did you mean `{shown(problem.near)}`? " if problem.near else ""
    nameless = problem.file >= 0 and plan.files[problem.file].nameless
    torch = kind == "unexpected" and problem.key.endswith(_OF_TORCH)
    if kind == "unexpected" and nameless:
        return Diagnostic(code, f"{where}{sentence(kind, problem)}", help=NAMELESS)
    help_ = near + HELP[kind] + (_TORCH if torch else "")
    return Diagnostic(code, f"{where}{sentence(kind, problem)}", help=help_)


def sentence(kind: str, problem: Problem) -> str:
    """A problem in words."""
    key = shown(problem.key)
    if kind == "missing":
        return f"nothing is given for `{key}` ({problem.what})"
    if kind == "unexpected":
        return f"`{key}` ({problem.what}) is for no slot of the model"
    among = ", ".join(f"`{shown(each)}`" for each in problem.candidates[:_MOST_CANDIDATES])
    if (more := len(problem.candidates) - _MOST_CANDIDATES) > 0:
        among += f" and {more:,} more"
    return f"`{key}`: {problem.what}{f': {among}' if kind == 'ambiguous' else ''}"


def plan_json(plan: Plan) -> dict[str, object]:
    """Plain data."""
    return {
        "version": JSON_VERSION,
        "ok": plan.ok,
        "files": [asdict(each) for each in plan.files],
        "bound": [asdict(each) for each in plan.bound],
        "fresh": list(plan.fresh),
        "generators": list(plan.generators),
        **{kind: [asdict(each) for each in getattr(plan, kind)] for kind in CODES},
        **({} if plan.not_finite is None else {"not_finite": plan.not_finite}),
        "others": [{"code": each.code, "message": each.message} for each in plan.others],
        "warnings": [{"code": each.code, "message": each.message} for each in plan.warnings],
    }


def plan_text(plan: Plan) -> str:
    """A table: files, slots with what they get, what is wrong, and a sum."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(plan)).rstrip("\n")


def _lines(plan: Plan) -> Iterator[str]:
    counts = Counter(bound.file for bound in plan.bound)
    for place, file in enumerate(plan.files):
        by = f"by {file.strategy}" if file.strategy else "no names that fit"
        beside = f", {file.aside} aside" if file.aside else ""
        unused = f", {file.unused} not taken" if file.unused else ""
        yield f"{file.path}  {file.format}, {by}: {counts[place]} bound{beside}{unused}"
    rows = [("slot", "from", "how"), *(_row(plan, each) for each in plan.bound)]
    rows += [(key, "", "fresh") for key in plan.fresh]
    if len(rows) > 1:
        yield ""
        yield from _columns(rows)
    for kind in CODES:
        problems: tuple[Problem, ...] = getattr(plan, kind)
        if problems:
            yield ""
            yield f"{kind}:"
        for problem in problems:
            near = f"; did you mean `{shown(problem.near)}`?" if problem.near else ""
            yield f"  {sentence(kind, problem)}{near}"
    yield from (f"\n{each.message}" for each in plan.others)
    if plan.unexpected and any(file.nameless and not file.strategy for file in plan.files):
        yield f"\nhint: {NAMELESS}"
    yield from (f"\nwarning: {each.message}" for each in plan.warnings)
    yield ""
    yield summary(plan)


def _row(plan: Plan, bound: Bound) -> tuple[str, str, str]:
    how = [f"transposed {list(bound.transpose)}"] if bound.transpose else []
    how += [f"cast from {bound.cast}"] if bound.cast else []
    how += [f"{len(bound.copies) + 1} copies, compared"] if bound.copies else []
    number = f" ({bound.file + 1})" if len(plan.files) > 1 else ""
    return bound.slot, shown(bound.key) + number, ", ".join(how)


def _columns(rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    table = list(rows)
    widths = [max(len(row[place]) for row in table) for place in range(3)]
    for row in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def summary(plan: Plan) -> str:
    """One line: how many of what."""
    parts = [f"{len(plan.bound)} bound", f"{len(plan.fresh)} fresh"]
    parts += [f"{len(getattr(plan, kind))} {kind}" for kind in CODES if getattr(plan, kind)]
    if plan.not_finite is not None:
        parts.append(f"{plan.not_finite} with NaN or infinity")
    verdict = "it would bind" if plan.ok else "it would not bind"
    return f"{', '.join(parts)}: {verdict}"
