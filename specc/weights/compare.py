"""Two weight files beside each other: what only one has, and where values differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from specc.weights.dtypes import STRING
from specc.weights.source import Source, TensorInfo

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[[int, int], None]

_AT_ONCE: Final = 2**20
"""Numbers that are compared at a time: in float64 they take eight bytes each."""

_NOT_SHARED: Final = frozenset({"index", "layer_name"})
"""Names that are of a layer or of a place in it: many tensors have them."""


@dataclass(frozen=True, slots=True)
class Change:
    """A tensor that both files have, and that isn't the same in both.

    Attributes:
        key: What the first file calls it.
        other: What the second file calls it.
        what: `shape`, `dtype` or `values`.
        before: Shape or dtype in the first file; of values nothing.
        after: The same in the second.
        differing: How many numbers differ.
        largest: The largest absolute difference among those; None where it isn't a number, as of
            strings, or of NaN beside a number.
    """

    key: str
    other: str
    what: str
    before: object = None
    after: object = None
    differing: int = 0
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found; each list in the order of its file.

    Attributes:
        first_only: Keys that only the first file has.
        second_only: Keys that only the second has.
        changed: What isn't the same.
        equal: How many tensors are, bit for bit; without values, those of equal form.
        renamed: Keys of tensors that the other file calls otherwise, and its key.
    """

    first_only: tuple[str, ...]
    second_only: tuple[str, ...]
    changed: tuple[Change, ...]
    equal: int
    renamed: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs but names."""
        return not (self.first_only or self.second_only or self.changed)


def compare(
    first: tuple[Source, Sequence[TensorInfo]],
    second: tuple[Source, Sequence[TensorInfo]],
    *,
    values: bool = True,
    progress: Progress = lambda done, of: None,
) -> Comparison:
    """Compares two files, one tensor at a time.

    Args:
        first: A file, and those of its tensors that are compared.
        second: The other.
        values: Whether values are compared; without it only what the tables of contents say.
        progress: Is told how many pairs were compared, of how many.

    Raises:
        SpeccError: a tensor can't be read.
    """
    (source, infos), (other_source, other_infos) = first, second
    pairs = pair(infos, other_infos)
    changed: list[Change] = []
    for done, (info, other) in enumerate(pairs):
        progress(done, len(pairs))
        change = _formal(info, other)
        if change is None and values:
            arrays = source.read(info.key), other_source.read(other.key)
            change = _of_values(info, other, *arrays)
        changed += [change] if change else []
    paired = {info.key for info, _ in pairs}
    other_paired = {other.key for _, other in pairs}
    return Comparison(
        tuple(info.key for info in infos if info.key not in paired),
        tuple(info.key for info in other_infos if info.key not in other_paired),
        tuple(changed),
        len(pairs) - len(changed),
        tuple((info.key, other.key) for info, other in pairs if info.key != other.key),
    )


def pair(
    infos: Iterable[TensorInfo], others: Iterable[TensorInfo]
) -> list[tuple[TensorInfo, TensorInfo]]:
    """Tensors of two files that mean the same: of one key, or of one name that no third has."""
    infos = list(infos)
    there = {info.key: info for info in others}
    by_key = {info.key: there[info.key] for info in infos if info.key in there}
    left = [info for info in infos if info.key not in by_key]
    by_name = _unique_names([info for key, info in there.items() if key not in by_key])
    names = _unique_names(left)
    taken: set[str] = set()
    for info in left:
        found = {
            by_name[name].key
            for name in _identities(info)
            if name in by_name and names.get(name) is info
        }
        if len(found) == 1 and not found & taken:
            taken |= found
            by_key[info.key] = there[found.pop()]
    return [(info, by_key[info.key]) for info in infos if info.key in by_key]


def _identities(info: TensorInfo) -> set[str]:
    """Names that are of this tensor alone, written as Keras's paths are."""
    names = [info.key, *(name for kind, name in info.names.items() if kind not in _NOT_SHARED)]
    return {name.removesuffix(":0") for name in names}


def _unique_names(infos: Iterable[TensorInfo]) -> Mapping[str, TensorInfo]:
    infos = list(infos)
    count = Counter(name for info in infos for name in _identities(info))
    return {name: info for info in infos for name in _identities(info) if count[name] == 1}


def _formal(info: TensorInfo, other: TensorInfo) -> Change | None:
    if info.shape != other.shape:
        return Change(info.key, other.key, "shape", list(info.shape), list(other.shape))
    if info.dtype != other.dtype:
        return Change(info.key, other.key, "dtype", info.dtype, other.dtype)
    return None


def _of_values(
    info: TensorInfo, other: TensorInfo, one: np.ndarray, two: np.ndarray
) -> Change | None:
    if info.dtype == STRING:
        differing = sum(a != b for a, b in zip(one.ravel(), two.ravel(), strict=True))
        return Change(info.key, other.key, "values", differing=differing) if differing else None
    differing, largest = _difference(one.reshape(-1), two.reshape(-1))
    if not differing:
        return None
    return Change(info.key, other.key, "values", None, None, differing, largest)


def _difference(one: np.ndarray, two: np.ndarray) -> tuple[int, float | None]:
    """How many numbers have other bits, and the largest difference of two."""
    import numpy as np

    wide = "complex128" if one.dtype.kind == "c" else "float64"
    differing, largest, comparable = 0, 0.0, True
    for start in range(0, one.size, _AT_ONCE):
        a, b = one[start : start + _AT_ONCE], two[start : start + _AT_ONCE]
        bits = a.view(np.uint8), b.view(np.uint8)
        if np.array_equal(*bits):
            continue
        other = np.not_equal(*bits).reshape(a.size, -1).any(axis=1)
        differing += int(other.sum())
        with np.errstate(invalid="ignore"):  # of infinities
            gaps = np.abs(a[other].astype(wide) - b[other].astype(wide))
        gaps = gaps[~((a[other] == b[other]) | (_nan(a[other]) & _nan(b[other])))]
        comparable = comparable and bool(np.isfinite(gaps).all())
        largest = max(largest, float(gaps.max(initial=0.0)))
    return differing, largest if comparable else None


def _nan(array: np.ndarray) -> np.ndarray:
    nan: np.ndarray = array != array  # noqa: PLR0124 - what NaN is, in every dtype
    return nan
