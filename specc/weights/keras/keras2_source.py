"""Keras 1 and 2's `.h5`: full models and weights alone, by names of layers and of weights.

A layer's group has the attribute `weight_names`: the order of its weights, and their paths in it.
In a full model all that is in `model_weights`, and the optimizer's beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from specc.weights.hdf5.dataset import Dataset
from specc.weights.hdf5.tree import Group
from specc.weights.hdf5_source import Hdf5Source
from specc.weights.problems import refused, shown

_MODEL: Final = "model_weights"
_OPTIMIZER: Final = "optimizer_weights"
_TOP_LEVEL: Final = "top_level_model_weights"
_TEXTS: Final = ("keras_version", "backend", "model_config", "training_config")


class Keras2Source(Hdf5Source):
    """An open `.h5` of Keras 1 or 2, or of tf-keras."""

    format = "keras2-h5"

    @staticmethod
    def holds(tree: Mapping[str, Group | Dataset], path: str) -> bool:
        """Whether a group has weights as Keras 2 stores them."""
        item = tree.get(path)
        names = item.attributes if isinstance(item, Group) else {}
        return "layer_names" in names or "layer_names0" in names

    def _describe(self) -> None:
        root = _MODEL if self.holds(self._tree, _MODEL) else ""
        for key in self._tensors:
            self._rename(key, role="other")
        layers = self._texts(root, "layer_names")
        self._metadata["layer_names"] = layers
        for layer in layers:
            self._describe_layer(_joined(root, layer), layer)
        if _joined(root, _TOP_LEVEL) in self._tree:
            self._describe_layer(_joined(root, _TOP_LEVEL), _TOP_LEVEL)
        for index, name in enumerate(self._texts(_OPTIMIZER, "weight_names")):
            key = self._found(_joined(_OPTIMIZER, name))
            names = {"weight_name": name, "index": str(index)}
            self._rename(key, role="optimizer", names=names)
        self._metadata |= {
            name: text.decode("utf-8", "replace")
            for path in ("", root)
            for name, text in self._attributes(path).items()
            if name in _TEXTS and isinstance(text, bytes)
        }

    def _describe_layer(self, group: str, layer: str) -> None:
        for index, name in enumerate(self._texts(group, "weight_names")):
            key = self._found(_joined(group, name))
            names = {"layer_name": layer, "weight_name": name, "index": str(index)}
            if self._tensors[key].role != "other":
                raise refused("S903", self.path, "two layers claim it", key=key)
            self._rename(key, role="variable", names=names)

    def _found(self, key: str) -> str:
        if key not in self._tensors:
            what = "it is in a list of weights, and nowhere else"
            raise refused("S903", self.path, what, key=key)
        return key

    def _texts(self, path: str, name: str) -> list[str]:
        """An attribute of texts; cut into several, `name0`, `name1`, …, where it was too long."""
        return [
            self._decoded(text, name)
            for part in _parts(self._attributes(path), name)
            for text in part
        ]

    def _decoded(self, text: bytes, name: str) -> str:
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            what = f"`{name}` has a name that is no UTF-8: {shown(repr(text))}"
            raise refused("S903", self.path, what) from None


def _parts(attributes: Mapping[str, object], name: str) -> Iterator[list[bytes]]:
    names = [name] if name in attributes else [f"{name}{i}" for i in range(len(attributes))]
    for part in names:
        value = attributes.get(part)
        if not isinstance(value, list):
            return  # an empty list is stored as one of numbers
        yield value


def _joined(*parts: str) -> str:
    """A path as the file's tree has it; names of weights may begin with a slash."""
    steps = [step for part in parts for step in part.split("/")]
    return "/".join(step for step in steps if step not in ("", "."))
