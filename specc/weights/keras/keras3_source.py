"""Keras 3's `.weights.h5`: variables by the path of the object that has them, and a number.

`layers/dense_1/vars/0` is the first variable of the second `Dense` in the model's list of layers,
whatever its name. The name is an attribute of the group `vars`, which Keras writes and never reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from specc.weights.hdf5.dataset import Dataset
from specc.weights.hdf5.tree import Group
from specc.weights.hdf5_source import Hdf5Source
from specc.weights.source import Role, TensorInfo

_VARS: Final = "vars"
INNER_LOOKUP: Final = "/_lookup_layer"
"""What TextVectorization keeps its words in, of which Keras writes a second copy."""

_METRICS: Final = frozenset(("metrics", "compile_metrics", "loss_tracker"))


def is_keras3(tree: Mapping[str, Group | Dataset]) -> bool:
    """Whether groups have variables as Keras 3 stores them."""
    return any(
        isinstance(item, Group) and path.rpartition("/")[2] == _VARS for path, item in tree.items()
    )


class Keras3Source(Hdf5Source):
    """An open `.weights.h5`, or the one in a `.keras`."""

    format = "keras3-h5"

    def object_names(self) -> dict[str, str]:
        """The names that objects have, by their paths in the file; the model's own by ``."""
        found = {}
        for path, item in self._tree.items():
            name = item.attributes.get("name")
            place, _, last = path.rpartition("/")
            if last == _VARS and isinstance(item, Group) and isinstance(name, bytes):
                found[place] = name.decode("utf-8", "replace")
        return found

    def _describe(self) -> None:
        self._tensors = described(self._tensors, self.object_names())


def described(
    tensors: Mapping[str, TensorInfo], object_names: Mapping[str, str]
) -> dict[str, TensorInfo]:
    """The tensors with their names and roles.

    `object_path` and `index` say where a variable is; `layer_name` what its layer is called, and
    `layer_path` what all layers on the way to it are: `encoder/both/forward_lstm/lstm_cell`.
    """
    found = {}
    for key, info in tensors.items():
        place, _, index = key.rpartition("/")
        owner, _, last = place.rpartition("/")
        if last != _VARS:
            found[key] = replace(info, role="other")
            continue
        owner = owner.removesuffix(INNER_LOOKUP)
        names = {"object_path": owner, "index": index} | layer_names(owner, object_names)
        found[key] = replace(info, names=names, role=_role(owner))
    return found


def layer_names(owner: str, object_names: Mapping[str, str]) -> dict[str, str]:
    """What the object at a path is called, and what all on the way to it are, so far as known."""
    names = {"layer_name": object_names.get(owner), "layer_path": _layer_path(owner, object_names)}
    return {kind: name for kind, name in names.items() if name}


def _layer_path(owner: str, object_names: Mapping[str, str]) -> str:
    steps = owner.split("/")
    above = ["/".join(steps[: end + 1]) for end in range(len(steps))]
    return "/".join(object_names[place] for place in above if place in object_names)


def _role(place: str) -> Role:
    parts = place.split("/")
    if parts[0] == "optimizer":
        return "optimizer"
    if parts[0].lstrip("_") in _METRICS:
        return "metric"
    return "generator" if "seed_generator" in parts else "variable"
