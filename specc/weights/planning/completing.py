"""Whether files that complete others are given those, as they were then.

A file of some of a model's variables says by digests what the others were when it was written. So
it can be told, without reading a tensor of files that have digests, whether these are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic
from specc.weights.metadata import Provenance, digests
from specc.weights.problems import shown

if TYPE_CHECKING:
    from specc.weights.planning.plan import Bound
    from specc.weights.source import Source

_MOST_NAMED: Final = 5
ANY_BASE: Final = "`any_base` takes them as they are"


@dataclass(frozen=True, slots=True)
class Expected:
    """A slot's value, as a later file says that it must be; only reading it tells.

    Attributes:
        slot: The slot's key.
        digest: The digest of the value.
        path: The file that says so.
    """

    slot: str
    digest: str
    path: str


@dataclass(frozen=True)
class Given:
    """A file among those given: its place, what it is called, and what it says of itself."""

    place: int
    path: str
    source: Source
    provenance: Provenance


@dataclass
class Completion:
    """What is wrong with the files that complete others, and what only reading can tell."""

    problems: list[Diagnostic] = field(default_factory=list)
    unread: list[Expected] = field(default_factory=list)


def check_completion(
    completing: Iterable[Given],
    sources: Sequence[Source],
    contents: Collection[str],
    bound: Mapping[str, Bound],
    moved: Callable[[str], str],
) -> Completion:
    """Compares what files leave out with what the files before them have.

    Args:
        completing: The files that may complete nothing but what they name.
        sources: All files, in their order.
        contents: The content digests of all files.
        bound: What each slot gets. What a later file provides is its own affair.
        moved: What the spec's `moved` makes of an old key.
    """
    found = Completion()
    for file in completing:
        expected = dict(_expected(file, bound, moved))
        known = {slot: recorded_digest(sources, bound[slot]) for slot in expected}
        wrong = sorted(slot for slot in expected if known[slot] not in ("", expected[slot]))
        same = [slot for slot in expected if known[slot] == expected[slot]]
        base = file.provenance.base
        if base and base not in contents and len(same) < max(1, len(file.provenance.left_out)):
            found.problems.append(wrong_base(file.path, base))
        elif wrong:
            found.problems.append(differing(file.path, wrong))
        else:
            found.unread += [
                Expected(slot, expected[slot], file.path) for slot in expected if not known[slot]
            ]
    return found


def _expected(
    file: Given, bound: Mapping[str, Bound], moved: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """The slots that a file leaves out and one before it provides, with what they must be."""
    for key, digest in file.provenance.left_out.items():
        slot = moved(key) if moved(key) in bound else key
        if digest and slot in bound and bound[slot].file < file.place:
            yield slot, digest


def recorded_digest(sources: Sequence[Source], bound: Bound) -> str:
    """The digest of what a slot gets, if the file records it and nothing is done with it."""
    changed = bound.transpose is not None or bound.cast
    return "" if changed else digests(sources[bound.file]).get(bound.key, "")


def wrong_base(path: object, base: str) -> Diagnostic:
    """S925: what a file completes isn't there."""
    digest = f"{base.rpartition(':')[2][:12]}…"
    message = f"`{path}` completes the file of content digest {digest}, and that isn't here"
    hint = "give the file that it was trained on; `any_base` if another will do"
    return Diagnostic("S925", message, help=hint)


def differing(path: object, keys: Sequence[str]) -> Diagnostic:
    """S926: what a file leaves out isn't what it was when the file was written."""
    one = len(keys) == 1
    what = f"{'it was' if one else 'they were'} something else when `{path}` was written"
    hint = f"give the files that it was saved with; {ANY_BASE}"
    return Diagnostic("S926", f"{named(keys)}: {what}, which leaves {_it(one)} out", help=hint)


def _it(one: bool) -> str:
    return "it" if one else "them"


def named(keys: Sequence[str]) -> str:
    """Some keys, and how many more."""
    text = ", ".join(f"`{shown(key)}`" for key in keys[:_MOST_NAMED])
    more = len(keys) - _MOST_NAMED
    return f"{text} and {more:,} more" if more > 0 else text
