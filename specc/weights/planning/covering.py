"""Whether the rules of weight files mean something: a glob mistyped must not pass in silence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Severity, nearest
from specc.globs import Glob, nearest_glob
from specc.weights.planning.rules import Rules, dotted
from specc.weights.problems import shown

if TYPE_CHECKING:
    from specc.weights.planning.rules import WeightFile
    from specc.weights.source import Source, TensorInfo


@dataclass(frozen=True, slots=True)
class Meaningless:
    """A glob of a rule that covers nothing.

    Attributes:
        rule: The rule's name.
        text: The glob.
        near: What may have been meant.
    """

    rule: str
    text: str
    near: str = ""

    def diagnostic(self, path: str = "") -> Diagnostic:
        """What is said of it.

        Args:
            path: The file that the rule is for; empty for all.
        """
        where = f"`{path}`: " if path else ""
        message = f"{where}`{self.rule}` has `{shown(self.text)}`, and no variable is called so"
        return Diagnostic("S941", message, help=f"did you mean `{self.near}`?" if self.near else "")


Files = Sequence[tuple["WeightFile", "Source"]]
"""Files with their rules, open."""


def without_meaning(
    fresh: Iterable[Glob], files: Files, keys: Collection[str]
) -> Iterator[Diagnostic]:
    """Errors: globs over slots that cover none.

    Args:
        fresh: What is to start fresh, whatever the files have.
        files: The files.
        keys: The keys of all slots.
    """
    yield from (each.diagnostic() for each in _without_slots("fresh", fresh, keys))
    for file, _ in files:
        yield from (each.diagnostic(str(file.path)) for each in meaningless(file.rules, keys))


def without_need(files: Files) -> Iterator[Diagnostic]:
    """Warnings: what `ignore` and `rename` say of tensors that the file doesn't have."""
    for file, source in files:
        yield from _unneeded_of(str(file.path), file.rules, source.tensors().values())


def meaningless(rules: Rules, keys: Collection[str]) -> Iterator[Meaningless]:
    """The globs of a file's rules that cover no slot of the model.

    Args:
        rules: The file's rules.
        keys: The keys of all slots.
    """
    turned = tuple(glob for glob, _ in rules.transpose)
    by_rule = (("select", rules.select), ("transpose", turned), ("cast", rules.cast),
               ("fresh", rules.fresh))  # fmt: skip
    for name, globs in by_rule:
        yield from _without_slots(name, globs, keys)


def _without_slots(
    name: str, globs: Iterable[Glob], keys: Collection[str]
) -> Iterator[Meaningless]:
    """The globs of one rule that cover no slot."""
    for glob in globs:
        if not any(map(glob.covers, keys)):
            sign = "!" if glob.takes_back else ""
            yield Meaningless(name, sign + glob.text, nearest_glob(glob, keys, nearest) or "")


def _unneeded_of(path: str, rules: Rules, infos: Collection[TensorInfo]) -> Iterator[Diagnostic]:
    keys = [dotted(info.key) for info in infos]
    for glob in rules.ignore:
        if not any(map(glob.covers, keys)):
            yield _unneeded(path, "ignore", glob.text)
    names = {name for info in infos for name in (info.key, *info.names.values())}
    for rename in rules.rename:
        after = {rename.pattern.replaced(name, rename.replacement) for name in names}
        if after == names:
            yield _unneeded(path, "rename", rename.pattern.text)
        names = after


def _unneeded(path: str, rule: str, text: str) -> Diagnostic:
    message = f"`{path}`: `{rule}` has `{shown(text)}`, which is for none of its tensors"
    return Diagnostic("S938", message, severity=Severity.WARNING)
