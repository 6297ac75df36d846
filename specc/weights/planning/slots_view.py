"""A weight file under the keys of a spec's slots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from specc.weights.arrays import aligned_copy
from specc.weights.extents import BaseSource
from specc.weights.planning.plan import Bound, Plan

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.source import Source, TensorInfo


class SlotsView(BaseSource):
    """The tensors of a source, those that a plan binds under their slots' keys."""

    def __init__(self, source: Source, plan: Plan) -> None:
        """Takes a plan that is of this source alone."""
        super().__init__(source.path)
        self.format = source.format
        self._source = source
        self._metadata = dict(source.metadata())
        self._bound = {bound.slot: bound for bound in plan.bound}
        infos = source.tensors()
        taken = {key for bound in plan.bound for key in (bound.key, *bound.copies)}
        for bound in plan.bound:
            self._tensors[bound.slot] = _turned(infos[bound.key], bound)
        for key, info in infos.items():
            if key not in taken:
                self._tensors.setdefault(key, info)

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says; mapped only if it is as it stands in the file."""
        bound = self._bound.get(key)
        if bound is None:
            return self._source.read(key, mmap=mmap)
        array = self._source.read(bound.key, mmap=mmap)
        return array if bound.transpose is None else aligned_copy(array.transpose(bound.transpose))

    def close(self) -> None:
        """Lets go of the file."""
        self._source.close()


def _turned(info: TensorInfo, bound: Bound) -> TensorInfo:
    axes = bound.transpose or range(len(info.shape))
    return replace(info, key=bound.slot, shape=tuple(info.shape[axis] for axis in axes))
