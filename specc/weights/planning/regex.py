r"""Regular expressions that take linear time, for renaming.

Python's own can take time exponential in a name's length, and names come from strangers' files.
This is the part of Python's syntax that renames need, run as Pike's machine: a step for each
character and instruction. R. Cox, "Regular Expression Matching: the Virtual Machine Approach".

Known are literals, `.`, `[a-z_]`, `[^.]`, `\d \w \s` and their capitals, `( )`, `(?: )`, `|`,
`* + ? {m,n}` with a lazy `?` after them, `^` and `$`. There are no references back and no looking
around, which no such machine can do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 500
"""Characters of a pattern."""

MAX_PROGRAM: Final = 5_000
"""Instructions of a pattern, whose repetitions `{m,n}` are written out."""

Test = Callable[[str], bool]
Instruction = tuple[str, object, object]
Saved = tuple[int, ...]


class RegexError(ValueError):
    """A text that is no such expression; the message says why, in a user's words."""


@dataclass(frozen=True)
class Regex:
    """An expression that was read.

    Attributes:
        text: As written.
        program: What the machine runs.
        groups: How many groups it captures, the whole aside.
    """

    text: str
    program: tuple[Instruction, ...]
    groups: int

    def search(self, subject: str) -> Saved | None:
        """Where the leftmost match and its groups begin and end, -1 for those without a part."""
        threads: list[tuple[int, Saved]] = []
        found: Saved | None = None
        nothing = (-1,) * (2 * self.groups + 2)
        for at in range(len(subject) + 1):
            if found is None:
                self._add(threads, 0, at, nothing, subject)
            following: list[tuple[int, Saved]] = []
            seen: set[int] = set()
            for place, saved in threads:
                kind, test, _ = self.program[place]
                if kind == "match":
                    found = saved
                    break
                if at < len(subject) and test(subject[at]):  # type: ignore[operator]  # a `char`'s test
                    self._add(following, place + 1, at + 1, saved, subject, seen)
            threads = following
            if not threads and found is not None:
                break
        return found

    def _add(
        self,
        threads: list[tuple[int, Saved]],
        start: int,
        at: int,
        saved: Saved,
        subject: str,
        seen: set[int] | None = None,
    ) -> None:
        """Follows what takes no character, in order of preference; each instruction once."""
        seen = {place for place, _ in threads} if seen is None else seen
        stack = [(start, saved)]
        while stack:
            place, saved = stack.pop()
            if place in seen:
                continue
            seen.add(place)
            kind, first, second = self.program[place]
            if kind == "jump":
                stack.append((int(str(first)), saved))
            elif kind == "split":
                stack += [(int(str(second)), saved), (int(str(first)), saved)]
            elif kind == "save":
                slot = int(str(first))
                stack.append((place + 1, (*saved[:slot], at, *saved[slot + 1 :])))
            elif kind == "at":
                if at == (0 if first == "^" else len(subject)):
                    stack.append((place + 1, saved))
            else:
                threads.append((place, saved))

    def replaced(self, subject: str, replacement: str) -> str:
        r"""The subject with its first match replaced; `\1` or `\g<1>` stand for groups."""
        found = self.search(subject)
        if found is None:
            return subject
        parts = [subject[: found[0]]]
        for text, group in split_replacement(replacement):
            begin, end = found[2 * group : 2 * group + 2] if group is not None else (0, 0)
            parts += [text, subject[begin:end] if begin >= 0 else ""]
        return "".join((*parts, subject[found[1] :]))


_REFERENCE: Final = re.compile(r"\\(?:(\d)|g<(\d{1,2})>)")


def split_replacement(text: str) -> list[tuple[str, int | None]]:
    """A replacement as its plain texts, each with the group that follows it."""
    parts: list[tuple[str, int | None]] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        parts.append((text[end : found.start()], int(found[1] or found[2])))
        end = found.end()
    return [*parts, (text[end:], None)]


def parse_regex(text: str) -> Regex:
    """Reads an expression.

    Raises:
        RegexError: it is none, or of a kind that takes more than linear time.
    """
    if len(text) > MAX_LENGTH:
        raise RegexError(f"a pattern has at most {MAX_LENGTH:,} characters")
    parser = _Parser(text)
    body = parser.alternatives()
    if parser.at < len(text):
        raise RegexError("a `)` closes nothing")
    program = (("save", 0, None), *body, ("save", 1, None), ("match", None, None))
    return Regex(text, _placed(program), parser.groups)


def _placed(program: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """Targets, which are relative while parts are put together, made absolute."""
    return tuple(
        (kind, place + first, place + second if kind == "split" else None)  # type: ignore[operator]  # numbers
        if kind in ("jump", "split")
        else (kind, first, second)
        for place, (kind, first, second) in enumerate(program)
    )


_CLASSES: Final = {"d": str.isdecimal, "w": lambda c: c.isalnum() or c == "_", "s": str.isspace}


class _Parser:
    """Recursive descent; each method gives instructions with relative targets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0

    def alternatives(self) -> list[Instruction]:
        found = self.sequence()
        while self.take("|"):
            other = self.sequence()
            found = [
                ("split", 1, len(found) + 2),
                *found,
                ("jump", len(other) + 1, None),
                *other,
            ]
            self.check(found)
        return found

    def sequence(self) -> list[Instruction]:
        found: list[Instruction] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            found += self.repeated()
            self.check(found)
        return found

    def repeated(self) -> list[Instruction]:
        atom = self.atom()
        bounds = self.bounds()
        if bounds is None:
            return atom
        least, most = bounds
        lazy = self.take("?")
        if self.text[self.at : self.at + 1] in ("*", "+", "{") and self.text[self.at :]:
            raise RegexError("a repetition is repeated: put it in brackets")
        if (least + (most or 1)) * len(atom) > MAX_PROGRAM:
            raise RegexError("its repetitions are too many")
        return atom * least + _optional(atom, None if most is None else most - least, lazy)

    def bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        found = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}").match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if most is not None and most < least:
            raise RegexError(f"`{found[0]}` repeats less often than at least")
        return least, most

    def atom(self) -> list[Instruction]:
        sign = self.text[self.at]
        self.at += 1
        if sign == "(":
            return self.group()
        if sign == "[":
            return [("char", self.char_class(), None)]
        if sign in "^$":
            return [("at", sign, None)]
        if sign in "*+?":
            raise RegexError(f"`{sign}` repeats nothing")
        if sign == ".":
            return [("char", lambda _: True, None)]
        return [("char", self.escaped() if sign == "\\" else _is(sign), None)]

    def group(self) -> list[Instruction]:
        if self.text.startswith("?", self.at):
            if not self.text.startswith("?:", self.at):
                raise RegexError("of groups there are `( )` and `(?: )`")
            self.at += 2
            return self.closed(self.alternatives())
        self.groups += 1
        number = self.groups
        body = self.closed(self.alternatives())
        return [("save", 2 * number, None), *body, ("save", 2 * number + 1, None)]

    def closed(self, body: list[Instruction]) -> list[Instruction]:
        if not self.take(")"):
            raise RegexError("a `(` isn't closed")
        return body

    def escaped(self) -> Test:
        if self.at >= len(self.text):
            raise RegexError("a backslash ends it")
        sign = self.text[self.at]
        self.at += 1
        if sign.lower() in _CLASSES:
            test = _CLASSES[sign.lower()]
            return test if sign.islower() else lambda c: not test(c)
        if sign.isalnum():
            raise RegexError(f"there is no `\\{sign}`")
        return _is(sign)

    def char_class(self) -> Test:
        negated = self.take("^")
        tests: list[Test] = []
        while not tests or not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise RegexError("a `[` isn't closed")
            first = self.text[self.at]
            self.at += 1
            if first == "\\":
                tests.append(self.escaped())
            elif self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 :][:1] != "]":
                last = self.text[self.at + 1 : self.at + 2]
                self.at += 2
                tests.append(_between(first, last))
            else:
                tests.append(_is(first))
        self.at += 1
        return lambda c: any(test(c) for test in tests) != negated

    def take(self, sign: str) -> bool:
        taken = self.text.startswith(sign, self.at)
        self.at += taken
        return taken

    def check(self, found: list[Instruction]) -> None:
        if len(found) > MAX_PROGRAM:
            raise RegexError("it is too large")


def _optional(atom: list[Instruction], count: int | None, lazy: bool) -> list[Instruction]:
    """An atom any number of times (None), or up to a number of times."""
    if not atom:
        return []
    length = len(atom)

    def split(inside: int, after: int) -> Instruction:
        return ("split", after, inside) if lazy else ("split", inside, after)

    if count is None:
        return [split(1, length + 2), *atom, ("jump", -length - 1, None)]
    return [
        instruction
        for left in range(count, 0, -1)
        for instruction in (split(1, left * (length + 1)), *atom)
    ]


def _is(sign: str) -> Test:
    return lambda c: c == sign


def _between(first: str, last: str) -> Test:
    if not last or last < first:
        raise RegexError(f"`{first}-{last}` is no range")
    return lambda c: first <= c <= last
