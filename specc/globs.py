"""Globs over keys: `backbone.**`, `**.attention.*`, `!head.*`. Row 0 of the program.

A key is names joined with dots. `*` stands for any run of characters within a name, `**` for any
number of names, none included. A glob that matches a key covers what lies below it too, as a line
of an ignore file that names a folder does; in a list of globs later ones win, and `!` takes back.

Nothing backtracks: between two `**` a run of names takes up a fixed number of them, so the leftmost
place is as good as any, and so for the characters between two `*`. A match costs at most the names
of the glob times those of the key, and each comparison of two names is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

MAX_LENGTH = 500
"""Characters of a glob; the keys of real models have less than 200."""

ANY = "**"
REFUSED = "[]{}?\\"
"""What other globs give a meaning; no key holds one, so it would match nothing."""


Captures = tuple[str, ...]


class GlobError(ValueError):
    """A text that is no glob; the message says why, in a user's words."""


@dataclass(frozen=True, slots=True)
class Glob:
    """A glob that was read.

    Attributes:
        text: As written, without the `!`.
        names: The names between the dots.
        takes_back: Whether it began with `!`.
    """

    text: str
    names: tuple[str, ...]
    takes_back: bool = False
    _runs: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    @property
    def wildcards(self) -> tuple[str, ...]:
        """The `*` and `**` in it, in their order."""
        found: list[str] = []
        for name in self.names:
            found.extend([ANY] if name == ANY else "*" * name.count("*"))
        return tuple(found)

    def covers(self, key: str) -> bool:
        """Whether it matches a key, or something that the key lies below."""
        return self._starts(key.split(".")) is not None

    def capture(self, key: str) -> tuple[Captures, str] | None:
        """What its wildcards stand for in a key that it covers, and the rest of the key below."""
        names = key.split(".")
        starts = self._starts(names)
        if starts is None:
            return None
        captures, after = [], 0
        for place, (run, start) in enumerate(zip(self._runs, starts, strict=True)):
            captures += [".".join(names[after:start])] if place else []
            after = start + len(run)
            for pattern, name in zip(run, names[start:after], strict=True):
                captures += _match_name(pattern, name) or ()
        rest = ".".join(names[after:])
        return ((*captures, rest), "") if self.names[-1] == ANY else (tuple(captures), rest)

    def _starts(self, names: list[str]) -> list[int] | None:
        """Where in a key each run of names between two `**` begins; None if it isn't covered."""
        starts: list[int] = []
        start = 0
        for run in self._runs:
            last = len(names) - len(run)
            stop = last if starts else min(last, 0)
            while start <= stop and not _fits(run, names, start):
                start += 1
            if start > stop:
                return None
            starts.append(start)
            start += len(run)
        return starts


def parse_glob(text: str, negatable: bool = True) -> Glob:
    """Reads a glob.

    Args:
        text: The glob; a `!` before it takes back what others match.
        negatable: Whether a `!` may stand there.

    Raises:
        GlobError: it is none.
    """
    takes_back = text.startswith("!")
    body = text[1:] if takes_back else text
    if takes_back and not negatable:
        raise GlobError("`!` means nothing here")
    if len(body) > MAX_LENGTH:
        raise GlobError(f"a glob has at most {MAX_LENGTH:,} characters")
    if not body or "" in body.split("."):
        raise GlobError("a glob is names with dots between them")
    for refused in REFUSED:
        if refused in body:
            raise GlobError(f"globs have `*` and `**`, and no `{refused}`")
    names = body.split(".")
    if any(ANY in name and name != ANY for name in names):
        raise GlobError("`**` stands for whole names: there are dots beside it")
    kept = tuple(_without_doubles(names))
    return Glob(body, kept, takes_back, _runs_of(kept))


def _without_doubles(names: Iterable[str]) -> Iterable[str]:
    """`**.**` is `**`."""
    before = ""
    for name in names:
        if not name == before == ANY:
            yield name
        before = name


def selected(globs: Iterable[Glob], key: str) -> bool:
    """Whether a list of globs selects a key: the last one that covers it says."""
    found = False
    for glob in globs:
        if glob.covers(key):
            found = not glob.takes_back
    return found


Nearest = Callable[[str, Set[str]], str | None]
"""The known word most like another, if one is near enough."""


def _runs_of(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The names between two `**`; a last `**` is what every glob ends with."""
    runs: list[list[str]] = [[]]
    for name in names[:-1] if names[-1] == ANY else names:
        if name == ANY:
            runs.append([])
        else:
            runs[-1].append(name)
    return tuple(map(tuple, runs))


def _fits(run: Sequence[str], names: Sequence[str], start: int) -> bool:
    """Whether the names from a place on are those of a run."""
    for place, pattern in enumerate(run, start):
        name = names[place]
        if pattern != name and ("*" not in pattern or _match_name(pattern, name) is None):
            return False
    return True


def _match_name(pattern: str, name: str) -> Captures | None:
    """What each `*` of a pattern stands for in a name; None if it doesn't match."""
    first, *middle = pattern.split("*")
    if not middle:
        return () if pattern == name else None
    last = middle.pop()
    if len(name) < len(first) + len(last) or not (name.startswith(first) and name.endswith(last)):
        return None
    rest, captures = name[len(first) : len(name) - len(last)], []
    for part in middle:
        start = rest.find(part)
        if start < 0:
            return None
        captures.append(rest[:start])
        rest = rest[start + len(part) :]
    return (*captures, rest)


def rewritten(source: Glob, target: Glob, key: str) -> str | None:
    """The key that `target` makes of one that `source` covers, the rest kept; None of others.

    Both have the same wildcards in the same order; each stands for the same in both.
    """
    found = source.capture(key)
    if found is None:
        return None
    captures, rest = list(found[0]), found[1]
    names = [_filled(name, captures) for name in target.names]
    return ".".join(name for name in (*names, rest) if name)


def _filled(name: str, captures: list[str]) -> str:
    """A name of a glob with its wildcards replaced by the next captures."""
    if name == ANY:
        return captures.pop(0)
    first, *others = name.split("*")
    return first + "".join(captures.pop(0) + other for other in others)


def nearest_glob(glob: Glob, keys: Iterable[str], nearest: Nearest) -> str | None:
    """The glob with names that keys have in place of those that none has; None if there is none."""
    known = {name for key in keys for name in key.split(".")}
    names = []
    for name in glob.names:
        near = name if "*" in name or name in known else nearest(name, known)
        if near is None:
            return None
        names.append(near)
    meant = ".".join(names)
    return None if meant == glob.text else ("!" if glob.takes_back else "") + meant
