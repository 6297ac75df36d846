"""Tensors under other keys: pairs of globs with the same wildcards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.globs import Glob, GlobError, parse_glob, rewritten
from specc.weights.selecting import check_covering
from specc.weights.source import TensorInfo

Rename = tuple[Glob, Glob]

PATTERNS_ELSEWHERE: Final = (
    r"files are converted by globs, `enc.**=encoder.**`; regular expressions, `^enc\.=encoder.`, "
    "are for `specc bind` and `plan`"
)


def read_renames(pairs: Iterable[tuple[str, str]]) -> tuple[Rename, ...]:
    """Reads pairs of globs.

    Raises:
        SpeccError: S937 for each that is none.
    """
    found: list[Rename] = []
    problems: list[Diagnostic] = []
    for before, after in pairs:
        try:
            rename = parse_glob(before, negatable=False), parse_glob(after, negatable=False)
        except GlobError as error:
            message = f"`{before}={after}` is no rename: {error}"
            problems.append(Diagnostic("S937", message, help=PATTERNS_ELSEWHERE))
            continue
        if rename[0].wildcards != rename[1].wildcards:
            message = f"`{before}` and `{after}` don't have the same wildcards in the same order"
            problems.append(Diagnostic("S937", message))
        found.append(rename)
    if problems:
        raise SpeccError(problems)
    return tuple(found)


def renamed(infos: Sequence[TensorInfo], renames: Sequence[Rename]) -> dict[str, TensorInfo]:
    """Tensors by the keys that they had; the first rename that covers a key says its new one.

    Raises:
        SpeccError: S937 for each rename that covers no tensor, and for two tensors of one key.
    """
    check_covering([replace(info, names={}) for info in infos], [glob for glob, _ in renames])
    found = {info.key: _renamed(info, renames) for info in infos}
    before: dict[str, str] = {}
    problems = []
    for key, info in found.items():
        other = before.setdefault(info.key, key)
        if other != key:
            message = f"`{other}` and `{key}` would both be called `{info.key}`"
            problems.append(Diagnostic("S937", message))
    if problems:
        raise SpeccError(problems)
    return found


def _renamed(info: TensorInfo, renames: Sequence[Rename]) -> TensorInfo:
    for before, after in renames:
        key = rewritten(before, after, info.key)
        if key is not None:
            names = {kind: name for kind, name in info.names.items() if kind != "specc_key"}
            return replace(info, key=key, names=names)
    return info
