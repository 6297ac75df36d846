"""Keras 3's `.weights.h5`: variables by the path of the object that has them, and a number.

`layers/dense_1/vars/0` is the first variable of the second `Dense` in the model's list of layers,
whatever its name. The name is an attribute of the group `vars`, which Keras writes and never reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from specc.weights.hdf5.dataset import Dataset
from specc.weights.hdf5.tree import Group
from specc.weights.hdf5_source import Hdf5Source
from specc.weights.source import Role

_VARS: Final = "vars"
_METRICS: Final = frozenset(("metrics", "compile_metrics", "loss_tracker"))


def is_keras3(tree: Mapping[str, Group | Dataset]) -> bool:
    """Whether groups have variables as Keras 3 stores them."""
    return any(
        isinstance(item, Group) and path.rpartition("/")[2] == _VARS for path, item in tree.items()
    )


class Keras3Source(Hdf5Source):
    """An open `.weights.h5`, or the one in a `.keras`."""

    format = "keras3-h5"

    def _describe(self) -> None:
        for key in self._tensors:
            group, _, index = key.rpartition("/")
            place, _, last = group.rpartition("/")
            if last != _VARS:
                self._rename(key, role="other")
                continue
            names = {"object_path": place, "index": index}
            name = self._attributes(group).get("name")
            if isinstance(name, bytes):
                names["layer_name"] = name.decode("utf-8", "replace")
            self._rename(key, names=names, role=_role(place))


def _role(place: str) -> Role:
    parts = place.split("/")
    if parts[0] == "optimizer":
        return "optimizer"
    if parts[0].lstrip("_") in _METRICS:
        return "metric"
    return "generator" if "seed_generator" in parts else "variable"
