"""What TensorFlow's checkpoints and SavedModels call a model's variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from specc.weights.planning.wanted import Kind, Wanted

if TYPE_CHECKING:
    from specc.weights.source import TensorInfo

_ATTRIBUTES: Final = {"iteration": "iterations"}
_ROOT: Final = re.compile(r"^(?:model|root|net|network|module)/")
"""What programs call the model in a checkpoint of several things."""

_NUMBERED: Final = re.compile(r"(?:^|.*/)layer(?:_with_weights)?-\d+/")
_SOME_LAYER: Final = "?"
"""Stands for a layer of which the file says the number, but no name."""


def by_tensorflow_name(slot: Wanted) -> Iterator[str]:
    """The names that a slot's variable may have."""
    if slot.kind is Kind.OPTIMIZER:  # its list of variables, or attributes for the first two
        yield f"optimizer/variables/{slot.index}"
        yield f"optimizer/{_ATTRIBUTES.get(slot.name, slot.name)}"
        return
    yield slot.keras_path
    yield "/".join((*slot.layers, *slot.path, slot.name))
    yield slot.key.replace(".", "/")
    yield "/".join((_SOME_LAYER, *slot.path, slot.name))
    if len(slot.path) > 1:  # of a model inside of a wrapper, whose layers don't know the wrapper
        yield f"{slot.path[-1]}/{slot.name}"


def tensorflow_names(info: TensorInfo) -> list[str]:
    """The attributes that lead to a variable, its own name, and the layer's with its attribute.

    Attributes come first: a subclassed model's `dense_2` may hold a layer that Keras calls
    `dense_1`. Those of other models say only which layer it is, by number, and match nothing.
    Keras calls a variable without a name `variable`, Keras 2 `Variable`; the attribute then says
    more. A name may begin with the model's own, which the slots don't know. Where the file names
    no layer at all, the attribute is enough if only one layer of the model has it.
    """
    full = info.names.get("full_name", "").removesuffix(":0")
    path = "/".join(step.strip("_") for step in info.names.get("object_path", "").split("/"))
    scope, _, own = full.rpartition("/")
    attribute = path.rpartition("/")[2]
    layer = info.names.get("layer_name", "")
    by_attribute = f"{scope}/{attribute}" if scope and attribute else ""
    return [
        path,
        _ROOT.sub("", path) if _ROOT.match(path) else "",
        full,
        full.partition("/")[2],
        by_attribute,
        by_attribute.partition("/")[2],
        f"{layer}/{own}" if layer and own else "",
        f"{layer}/{attribute}" if layer and attribute else "",
        _NUMBERED.sub(f"{_SOME_LAYER}/", path) if not (scope or layer) else "",
        _NUMBERED.sub(f"{scope.partition('/')[0]}/", path) if path.count("layer") == 1 else "",
    ]
