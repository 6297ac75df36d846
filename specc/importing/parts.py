"""A model as its Keras config tells it, whatever the version that wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Plain: TypeAlias = object
"""Plain data, as JSON gives it."""

Structure: TypeAlias = object
"""A reference, or lists, tuples and dicts of structures, with constants among them."""


@dataclass(frozen=True, slots=True)
class Ref:
    """An output of a call: the layer's name, which of its calls, which of its outputs.

    The shape is what the config says, empty where it doesn't.
    """

    layer: str
    call: int = 0
    output: int = 0
    shape: tuple[int | None, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """An array among the arguments of a call: its values as nested lists, and its dtype."""

    values: list[Plain]
    dtype: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """A call of a layer."""

    args: tuple[Structure, ...]
    kwargs: Mapping[str, Structure]


@dataclass(frozen=True, slots=True)
class ImportedLayer:
    """A layer, an operation or a model inside, with its calls.

    Attributes:
        name: As the config has it, unique in its model.
        class_name: As Keras 3 calls it.
        module: Where Keras finds the class; empty where the config doesn't say.
        config: The arguments, in Keras 3's names, objects among them in the config's form.
        calls: In the order in which references count them.
        model: What is inside, if it is a model.
    """

    name: str
    class_name: str
    module: str
    config: Mapping[str, Plain]
    calls: tuple[Application, ...] = ()
    model: ImportedModel | None = None


@dataclass(frozen=True, slots=True)
class ImportedModel:
    """A model: its layers, what goes in and out, and how it was trained.

    `notes` are for the reader of the spec: what of the training isn't there.
    """

    name: str
    style: str
    layers: tuple[ImportedLayer, ...]
    inputs: Structure = None
    outputs: Structure = None
    trainable: bool = True
    dtype: Plain = None
    training: Mapping[str, Plain] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def refs(structure: Structure) -> Iterator[Ref]:
    """The references in a structure, in its order."""
    open_ = [structure]  # a generator for each level would cost three times as much
    while open_:
        item = open_.pop()
        if isinstance(item, Ref):
            yield item
        elif isinstance(item, list | tuple):
            open_.extend(reversed(item))
        elif isinstance(item, Mapping):
            open_.extend(reversed([*item.values()]))


def map_refs(structure: Structure, change: Callable[[Ref], Structure]) -> Structure:
    """A structure with each reference replaced."""
    if isinstance(structure, Ref):
        return change(structure)
    if isinstance(structure, list | tuple):
        return type(structure)(map_refs(item, change) for item in structure)
    if isinstance(structure, Mapping):
        return {key: map_refs(item, change) for key, item in structure.items()}
    return structure


def renamed(model: ImportedModel, names: Mapping[str, str]) -> ImportedModel:
    """The model with other names of layers, where they are read as well."""

    def change(ref: Ref) -> Ref:
        return replace(ref, layer=names.get(ref.layer, ref.layer))

    layers = tuple(
        replace(
            each,
            name=names.get(each.name, each.name),
            calls=tuple(
                Application(
                    tuple(map_refs(arg, change) for arg in call.args),
                    {key: map_refs(value, change) for key, value in call.kwargs.items()},
                )
                for call in each.calls
            ),
        )
        for each in model.layers
    )
    inputs, outputs = map_refs(model.inputs, change), map_refs(model.outputs, change)
    return replace(model, layers=layers, inputs=inputs, outputs=outputs)
