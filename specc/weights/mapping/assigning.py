"""Which rule takes which of a file's keys, and what it makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from specc.diagnostics import Diagnostics, Related
from specc.globs import Captures, Glob, rewritten
from specc.weights.mapping.rules import KeyMapping, MapRule

MAX_REPORTED: Final = 50
"""Keys without a rule that are told one by one: a wrong mapping has as many as the file."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A rule, the keys that it takes, and those that it makes of them."""

    rule: MapRule
    sources: tuple[str, ...]
    targets: tuple[str, ...]


def assign(mapping: KeyMapping, keys: Iterable[str], diagnostics: Diagnostics) -> list[Assigned]:
    """Follows the rules: the first that covers a key takes it.

    Reports S933 of a key that none takes, S934 where a rule doesn't find all that it needs, S935
    where the way back isn't the same, S938 of rules that take nothing.
    """
    found = _groups(mapping, keys, diagnostics)
    whole = list(_whole(mapping, found, diagnostics))
    for place, rule in enumerate(mapping.rules):
        if not any(number == place for number, _ in found):
            text = rule.sources[0].text
            diagnostics.warning("S938", f"no tensor is called `{text}`", rule.span)
    _check_back(mapping, whole, diagnostics)
    return whole


_Groups = dict[tuple[int, Captures], dict[int, str]]


def _groups(mapping: KeyMapping, keys: Iterable[str], diagnostics: Diagnostics) -> _Groups:
    """The keys of each rule and of each value of its wildcards, by their places in `from`."""
    found: _Groups = {}
    lost = []
    for key in keys:
        taken = next(_takers(mapping, key), None)
        if taken is not None:
            place, member, captures = taken
            found.setdefault((place, captures), {})[member] = key
        elif not any(glob.covers(key) for glob in mapping.ignored):
            lost.append(key)
    for key in lost[:MAX_REPORTED]:
        diagnostics.error(
            "S933", f"no rule of `{mapping.name}` is for `{key}`", mapping.span, label=key,
            help="write a rule for it, or `ignore` it",
        )  # fmt: skip
    if len(lost) > MAX_REPORTED:
        more = f"and none for {len(lost) - MAX_REPORTED:,} more"
        diagnostics.error("S933", more, mapping.span, label=more)
    return found


def _takers(mapping: KeyMapping, key: str) -> Iterator[tuple[int, int, Captures]]:
    for place, rule in enumerate(mapping.rules):
        for member, glob in enumerate(rule.sources):
            captures = _captures(glob, key)
            if captures is not None:
                yield place, member, captures


def _captures(glob: Glob, key: str) -> Captures | None:
    """What the wildcards stand for, if the glob means this key and not one above it."""
    found = glob.capture(key)
    return found[0] if found is not None and not found[1] else None


def _whole(mapping: KeyMapping, groups: _Groups, diagnostics: Diagnostics) -> Iterator[Assigned]:
    for (place, _), members in groups.items():
        rule = mapping.rules[place]
        first = min(members)
        one = members[first]
        lacking = [number for number in range(len(rule.sources)) if number not in members]
        for number in lacking:
            name = rewritten(rule.sources[first], rule.sources[number], one)
            message = f"`{one}` is there, and `{name}` isn't, which the rule needs too"
            diagnostics.error("S934", message, rule.span, label=str(name))
        if not lacking:
            sources = tuple(members[number] for number in range(len(rule.sources)))
            made = (rewritten(rule.sources[0], target, sources[0]) for target in rule.targets)
            yield Assigned(rule, sources, tuple(str(key) for key in made))


def _check_back(mapping: KeyMapping, whole: Iterable[Assigned], diagnostics: Diagnostics) -> None:
    """Reports what two rules make, and what another rule would take on the way back."""
    back = mapping.reversed()
    makers: dict[str, MapRule] = {}
    for assigned in whole:
        for key in assigned.targets:
            place, _, _ = next(_takers(back, key))
            other = makers.setdefault(key, assigned.rule)
            other = other if other is not assigned.rule else mapping.rules[place]
            if other is not assigned.rule:
                diagnostics.error(
                    "S935", f"`{key}`, which this rule makes, is another rule's too",
                    assigned.rule.span, related=(Related(other.span, "the other rule"),),
                    help="each key belongs to one rule, so that the mapping works in reverse",
                )  # fmt: skip
