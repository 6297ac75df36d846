"""What a user says of one weight file: what to take of it, and how names and tensors change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.globs import Glob, GlobError, parse_glob, selected
from specc.weights.planning.regex import Regex, RegexError, parse_regex, split_replacement

if TYPE_CHECKING:
    from pathlib import Path

NAMES: Final = "names"
STRUCTURE: Final = "structure"
MAX_RULES: Final = 1_000
"""Entries of one rule of one file: each is tried on every tensor."""


@dataclass(frozen=True)
class Rename:
    """The first match of a pattern in a name is replaced."""

    pattern: Regex
    replacement: str


@dataclass(frozen=True)
class Rules:
    """The rules of one file.

    Attributes:
        select: Which slots it provides; empty: all.
        rename: What its tensors are called, changed in turn.
        transpose: Axes by globs over slots.
        cast: Slots whose values may change their dtype.
        fresh: Slots that it doesn't provide, and that may start fresh.
        ignore: Tensors of the file that aren't wanted, by globs over its keys.
        match: By `names`, or by `structure`: order and shape.
        any_base: Whether a file that completes another may complete a different one.
    """

    select: tuple[Glob, ...] = ()
    rename: tuple[Rename, ...] = ()
    transpose: tuple[tuple[Glob, tuple[int, ...]], ...] = ()
    cast: tuple[Glob, ...] = ()
    fresh: tuple[Glob, ...] = ()
    ignore: tuple[Glob, ...] = ()
    match: str = NAMES
    any_base: bool = False

    def renamed(self, name: str) -> str:
        """What a tensor is called after `rename`."""
        for rename in self.rename:
            name = rename.pattern.replaced(name, rename.replacement)
        return name

    def takes(self, key: str) -> bool:
        """Whether the file provides a slot, so far as `select` and `fresh` say."""
        return (not self.select or selected(self.select, key)) and not selected(self.fresh, key)

    def ignores(self, key: str) -> bool:
        """Whether a tensor of the file isn't wanted."""
        return bool(self.ignore) and selected(self.ignore, dotted(key))

    def axes(self, key: str) -> tuple[int, ...] | None:
        """How a tensor for a slot is transposed; the last entry that covers it says."""
        found = [axes for glob, axes in self.transpose if glob.covers(key)]
        return found[-1] if found else None


GLOBS_ELSEWHERE: Final = (
    r"binding renames by regular expressions, `^enc\.=encoder.`; `enc.**=encoder.**` is for "
    "`specc weights convert`"
)
_OF_FILES: Final = ("from", "sha256", "mapping")
_SHA256: Final = re.compile("[0-9a-fA-F]{64}")
NO_RULES: Final = Rules()


def dotted(key: str) -> str:
    """A file's key as globs see it: `a/b:0` is `a.b:0`."""
    return ".".join(part for part in key.replace("/", ".").split(".") if part)


@dataclass(frozen=True)
class WeightFile:
    """A weight file that a user named.

    Attributes:
        path: As it was given.
        rules: What is said of it.
        sha256: What its bytes are to hash to; empty if nothing is said.
        mapping: The file of the mapping through which it is seen; empty for none.
    """

    path: str | Path
    rules: Rules = field(default_factory=Rules)
    sha256: str = ""
    mapping: str | Path = ""


def parse_files(entries: object) -> list[WeightFile]:
    """What `weights=` and a deployment's `weights:` say.

    Args:
        entries: A path, or a list of paths and of mappings with `from` and rules.

    Raises:
        SpeccError: S920 if a rule is none.
    """
    from os import PathLike

    if isinstance(entries, str | PathLike | Mapping | WeightFile):
        entries = [entries]
    if not isinstance(entries, Iterable):
        raise _wrong("weights are a list of files")
    return [_parse_file(entry) for entry in entries]


def _parse_file(entry: object) -> WeightFile:
    from os import PathLike
    from pathlib import Path

    if isinstance(entry, WeightFile):
        return entry
    if isinstance(entry, str | PathLike):
        return WeightFile(Path(entry))
    if not isinstance(entry, Mapping) or not isinstance(entry.get("from"), str | PathLike):
        raise _wrong("a weight file is a path, or a mapping with the path as `from`")
    rest = {str(name): value for name, value in entry.items() if name not in _OF_FILES}
    digest, mapping = entry.get("sha256", ""), entry.get("mapping", "")
    if not isinstance(digest, str) or (digest and not _SHA256.fullmatch(digest)):
        raise _wrong("`sha256` is a text of 64 hexadecimal digits")
    if not isinstance(mapping, str | PathLike):
        raise _wrong("`mapping` is the file of a `mapping` document")
    seen = Path(mapping) if mapping else ""
    return WeightFile(Path(entry["from"]), parse_rules(rest), digest.lower(), seen)


def parse_rules(values: Mapping[str, object]) -> Rules:
    """Rules as users write them.

    Raises:
        SpeccError: S920 if one is none.
    """
    known = {each.name for each in fields(Rules)}
    for name in values:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(sorted(known))}"
            raise _wrong(f"there is no rule `{name}`", hint)
    made = {name: _READERS[name](name, value) for name, value in values.items()}
    return Rules(**made)  # type: ignore[arg-type]  # each reader gives its field's type


def parse_globs(name: str, value: object) -> tuple[Glob, ...]:
    """A glob, or a list of them.

    Raises:
        SpeccError: S920 if one is none.
    """
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
        raise _wrong(f"`{name}` is a list of globs over keys")
    _bounded(name, texts)
    return tuple(_glob(name, text) for text in texts)


def _select(name: str, value: object) -> tuple[Glob, ...]:
    """Globs of which the first takes back from everything, if it takes back."""
    globs = parse_globs(name, value)
    return (_glob(name, "**"), *globs) if globs and globs[0].takes_back else globs


def _glob(name: str, text: str) -> Glob:
    try:
        return parse_glob(text)
    except GlobError as error:
        raise _wrong(f"`{name}` has `{text}`: {error}") from None


def _cast(name: str, value: object) -> tuple[Glob, ...]:
    if isinstance(value, bool):
        return parse_globs(name, ["**"]) if value else ()
    return parse_globs(name, value)


def _renames(name: str, value: object) -> tuple[Rename, ...]:
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, list | tuple):
        raise _wrong("`rename` maps patterns to what stands in their place")
    _bounded(name, pairs)
    return tuple(_rename(pair) for pair in pairs)


def _rename(pair: object) -> Rename:
    if isinstance(pair, Rename):
        return pair
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise _wrong("`rename` maps patterns to what stands in their place")
    text, replacement = pair
    if not isinstance(text, str) or not isinstance(replacement, str):
        raise _wrong("`rename` maps texts to texts")
    try:
        pattern = parse_regex(text)
    except RegexError as error:
        hint = "no references back, no looking around: what takes linear time"
        hint = GLOBS_ELSEWHERE if "**" in text else hint
        raise _wrong(f"`rename` has `{text}`: {error}", hint) from None
    if any((group or 0) > pattern.groups for _, group in split_replacement(replacement)):
        raise _wrong(f"`{replacement}` stands for a group that `{text}` doesn't have")
    if "*" in replacement:
        raise _wrong(f"`{replacement}` has a `*`, and names have none", GLOBS_ELSEWHERE)
    return Rename(pattern, replacement)


def _transpose(name: str, value: object) -> tuple[tuple[Glob, tuple[int, ...]], ...]:
    if not isinstance(value, Mapping):
        raise _wrong("`transpose` maps globs to the order of axes, such as `[1, 0]`")
    return tuple((_glob(name, str(glob)), _axes(axes)) for glob, axes in value.items())


def _axes(value: object) -> tuple[int, ...]:
    plain = isinstance(value, list | tuple) and all(type(each) is int for each in value)
    if not plain or sorted(value) != list(range(len(value))):  # type: ignore[arg-type,call-overload]  # a list of ints
        raise _wrong(f"`{value}` is no order of axes, such as `[1, 0]`")
    return tuple(value)  # type: ignore[arg-type]  # just checked


def _match(_name: str, value: object) -> str:
    if value not in (NAMES, STRUCTURE):
        raise _wrong(f"`match` is `{NAMES}` or `{STRUCTURE}`, not `{value}`")
    return str(value)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(f"`{name}` is true or false")
    return value


def _bounded(name: str, values: list[object] | tuple[object, ...]) -> None:
    if len(values) > MAX_RULES:
        raise _wrong(f"`{name}` has more than {MAX_RULES:,} entries")


_READERS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "select": _select,
    "rename": _renames,
    "transpose": _transpose,
    "cast": _cast,
    "fresh": parse_globs,
    "ignore": parse_globs,
    "match": _match,
    "any_base": _flag,
}


def _wrong(what: str, help: str = "") -> SpeccError:  # noqa: A002 - the field's name in Diagnostic
    return SpeccError([Diagnostic("S920", what, help=help)])
