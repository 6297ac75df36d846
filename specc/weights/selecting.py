"""Which tensors of a file are meant: globs over their keys and other names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from specc.diagnostics import Diagnostic, nearest
from specc.errors import SpeccError
from specc.globs import Glob, GlobError, nearest_glob, parse_glob
from specc.weights.source import TensorInfo


def read_globs(texts: Iterable[str]) -> tuple[Glob, ...]:
    """Reads globs; if the first takes back, it takes back from everything.

    Raises:
        SpeccError: S937 for each that is none.
    """
    globs: list[Glob] = []
    problems: list[Diagnostic] = []
    for text in texts:
        try:
            globs.append(parse_glob(text))
        except GlobError as error:
            problems.append(Diagnostic("S937", f"`{text}` is no glob: {error}"))
    if problems:
        raise SpeccError(problems)
    if globs and globs[0].takes_back:
        globs.insert(0, parse_glob("**"))
    return tuple(globs)


def names_of(info: TensorInfo) -> tuple[str, ...]:
    """All that a tensor is known by, its key first."""
    return (info.key, *info.names.values())


def natural(key: str) -> list[tuple[int, str]]:
    """What to sort keys by, so that `layer2` comes before `layer10`."""
    parts = re.split(r"([0-9]{1,18})", key)
    return [(int(part), "") if place % 2 else (0, part) for place, part in enumerate(parts)]


def select(infos: Sequence[TensorInfo], globs: Sequence[Glob]) -> list[TensorInfo]:
    """The tensors that a list of globs selects by any of their names; all, if there are no globs.

    Raises:
        SpeccError: S937 for each glob that covers none.
    """
    if not globs:
        return list(infos)
    check_covering(infos, globs)
    return [info for info in infos if is_selected(info, globs)]


def is_selected(info: TensorInfo, globs: Sequence[Glob]) -> bool:
    """Whether the last glob that covers one of a tensor's names selects it."""
    for glob in reversed(globs):
        if any(glob.covers(name) for name in names_of(info)):
            return not glob.takes_back
    return False


def check_covering(infos: Sequence[TensorInfo], globs: Iterable[Glob]) -> None:
    """Checks that each glob means something: a name mistyped must not leave tensors out.

    Raises:
        SpeccError: S937 for each glob that covers no tensor.
    """
    names = [name for info in infos for name in names_of(info)]
    problems = []
    for glob in globs:
        if not any(glob.covers(name) for name in names):
            near = nearest_glob(glob, names, nearest)
            help_ = f"did you mean `{near}`?" if near else ""
            problems.append(Diagnostic("S937", f"no tensor is called `{glob.text}`", help=help_))
    if problems:
        raise SpeccError(problems)
