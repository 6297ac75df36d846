"""A base and what completes or changes it, as one: later files win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.globs import Glob
from specc.source.reader import display_name
from specc.weights.compare import pair
from specc.weights.metadata import Provenance, content_digest, digests, provenance
from specc.weights.planning.completing import differing, wrong_base
from specc.weights.problems import refused
from specc.weights.selecting import check_covering, is_selected
from specc.weights.source import Source, TensorInfo
from specc.weights.verify import array_digest

if TYPE_CHECKING:
    import numpy as np

_ADD: Final = (
    "`--add` adds it, if it is new; else the two files call one variable by two names: "
    "`specc weights convert --spec` gives both the spec's"
)
_DROP: Final = "`--drop` leaves out the base's, and `--add` then adds this one"
_COMMON: Final = ("architecture", "slots", "spec", "variant", "params")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a merge does only if it is asked to.

    Attributes:
        add: Adding tensors that the base doesn't have.
        any_base: Taking a delta that names another base.
    """

    add: bool = False
    any_base: bool = False


NOTHING: Final = Allowed()


@dataclass
class Merged:
    """What a merge makes of its files, and where it reads it from.

    Attributes:
        tensors: By key.
        replaced: How many tensors of earlier files a later one took the place of.
        added: Keys that the base doesn't have.
        dropped: Keys of the base that were left out.
    """

    tensors: dict[str, TensorInfo] = field(default_factory=dict)
    replaced: int = 0
    added: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    _places: dict[str, tuple[Source, str]] = field(default_factory=dict)

    def put(self, info: TensorInfo, source: Source, key: str) -> None:
        """Sets what a key has, and where it is read."""
        self.tensors[info.key] = info
        self._places[info.key] = source, key

    def read(self, key: str) -> np.ndarray:
        """The tensor of a key."""
        source, place = self._places[key]
        return source.read(place)

    def content(self) -> str:
        """The content digest; tensors without a recorded digest are read."""
        return content_digest(
            self.tensors.values(), {key: self.digest(key) for key in self.tensors}
        )

    def digest(self, key: str) -> str:
        """The digest of a key's tensor, which is read if its file doesn't record it."""
        source, place = self._places[key]
        return digests(source).get(place) or array_digest(source.read(place))


def merge(
    base: Source,
    deltas: Sequence[Source],
    drop: Sequence[Glob] = (),
    allowed: Allowed = NOTHING,
) -> Merged:
    """Finds what comes from where; tensors are paired by key, or by a name that both have.

    Args:
        base: The file that is completed or changed.
        deltas: Files over it, later ones over earlier.
        drop: Globs of the base's tensors that are left out.
        allowed: What else may be.

    Raises:
        SpeccError: S937 if a glob covers nothing, S940 for tensors that aren't in the base or
            don't fit, S925 and S926 for deltas of another base.
    """
    merged = Merged()
    infos = list(base.tensors().values())
    check_covering(infos, drop)
    for info in infos:
        if drop and is_selected(info, drop):
            merged.dropped.append(info.key)
        else:
            merged.put(info, base, info.key)
    problems: list[Diagnostic] = []
    known = {_content(base)} if any(map(_names_base, deltas)) else set()
    for delta in deltas:
        if not allowed.any_base:
            problems += _base_problems(delta, known, merged)
        problems += _put(delta, merged, allowed.add)
        known |= {_content(delta)} if known else set()
    if problems:
        raise SpeccError(problems)
    return merged


def _put(delta: Source, merged: Merged, add: bool) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    infos = list(delta.tensors().values())
    places = {info.key: there for info, there in pair(infos, merged.tensors.values())}
    for info in infos:
        there = places.get(info.key)
        if there is None:
            if not add:
                what = "no file before it has such a tensor"
                problems += refused("S940", delta.path, what, key=info.key, help=_ADD).diagnostics
            merged.added.append(info.key)
            merged.put(info, delta, info.key)
        elif (there.shape, there.dtype) != (info.shape, info.dtype):
            what = f"it is {_form(info)}, and in the base {_form(there)}"
            problems += refused("S940", delta.path, what, key=info.key, help=_DROP).diagnostics
        else:
            merged.replaced += 1
            names = {**there.names, **info.names}
            merged.put(replace(there, names=names), delta, info.key)
    return problems


def _form(info: TensorInfo) -> str:
    return f"{info.dtype} {'×'.join(map(str, info.shape)) or '()'}"


def _names_base(delta: Source) -> bool:
    written = provenance(delta)
    return written is not None and bool(written.base)


def _base_problems(delta: Source, known: Iterable[str], merged: Merged) -> Sequence[Diagnostic]:
    """Whether the base that a delta names is one of the files, or what was merged of them.

    And whether what the delta leaves out is what it was when the delta was written.
    """
    written = provenance(delta)
    if written is None:
        return ()
    if written.base and written.base not in known and written.base != merged.content():
        return [wrong_base(display_name(delta.path), written.base)]
    wrong = [
        key
        for key, digest in written.left_out.items()
        if digest and key in merged.tensors and merged.digest(key) != digest
    ]
    return [differing(display_name(delta.path), sorted(wrong))] if wrong else ()


def _content(source: Source) -> str:
    """The content digest of a file; of one that doesn't say it, by reading it whole."""
    written = provenance(source)
    if written is not None and written.content:
        return written.content
    infos = source.tensors().values()
    return content_digest(infos, {i.key: array_digest(source.read(i.key)) for i in infos})


def merged_provenance(sources: Sequence[Source], keys: Iterable[str]) -> Provenance:
    """What can be said of a merge: what all files agree on, and what is still left out."""
    known = [found for source in sources if (found := provenance(source)) is not None]
    if not known:
        return Provenance()
    common = {name: _agreed([getattr(each, name) for each in known]) for name in _COMMON}
    facts = {name: value for name, value in common.items() if value}
    versions: Mapping[str, str] = known[-1].versions
    whole = any(each.only == "all" for each in known)
    present = set(keys)
    left_out = {key: digest for each in known for key, digest in each.left_out.items()}
    first = provenance(sources[0])
    about = Provenance(
        only="all" if whole else known[-1].only,
        left_out={key: left_out[key] for key in sorted(left_out.keys() - present)},
        base=first.base if first else "",
        versions=versions,
    )
    return replace(about, **facts)  # type: ignore[arg-type] # each from a field of that name


def _agreed(values: Sequence[object]) -> object:
    said = [value for value in values if value]
    return said[0] if said and all(value == said[0] for value in said) else None
