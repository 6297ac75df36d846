"""A file of Keras 1 or 2 seen with its weights as Keras 3 lays them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specc.weights.arrays import aligned_copy
from specc.weights.extents import BaseSource
from specc.weights.headers import parse_json
from specc.weights.mapping.misfit import Misfit
from specc.weights.old_layouts.changes import HalvesAdded
from specc.weights.old_layouts.parts import Layer, Part, part_of
from specc.weights.old_layouts.rules import RULES
from specc.weights.old_training import with_state
from specc.weights.problems import refused
from specc.weights.source import Source, TensorInfo

if TYPE_CHECKING:
    import numpy as np

ORDERINGS = {"th": True, "channels_first": True, "tf": False, "channels_last": False}


def as_today(source: Source) -> Source:
    """A source whose tensors have today's layouts; itself if they have already.

    Raises:
        SpeccError: S903 if a layer's tensors don't fit each other.
    """
    source = with_state(source)
    if source.format != "keras2-h5":
        return source
    parts = [part for layer in _layers(source) for part in _after_rules(source, layer)]
    changed = [part for part in parts if part.changes]
    return OldLayouts(source, parts, list(_states(source, changed))) if changed else source


class OldLayouts(BaseSource):
    """The tensors of a source, some of them changed when they are read."""

    def __init__(self, source: Source, parts: list[Part], states: list[Part]) -> None:
        """Takes the model's variables, and what an optimizer keeps of those that change."""
        super().__init__(source.path)
        self.format = source.format
        self._source = source
        self._metadata = dict(source.metadata())
        self._changed: dict[str, Part] = {}
        taken = {info.key for part in (*parts, *states) for info in part.infos}
        for part in (*parts, *states):
            info = _today(part) if part.changes else part.infos[0]
            self._tensors[info.key] = info
            if part.changes:
                self._changed[info.key] = part
        self._tensors |= {key: info for key, info in source.tensors().items() if key not in taken}

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says; mapped only if it is as it stands in the file."""
        part = self._changed.get(key)
        if part is None:
            return self._source.read(key, mmap=mmap)
        arrays = [self._source.read(info.key) for info in part.infos]
        for change in part.changes:
            arrays = list(change.arrays(arrays))
        return aligned_copy(arrays[0])

    def close(self) -> None:
        """Lets go of the file."""
        self._source.close()


def _states(source: Source, changed: list[Part]) -> Iterator[Part]:
    """What an optimizer keeps of variables that change, which changes with them.

    Where values are added, what it keeps of their sum isn't known.
    """
    kept: dict[tuple[str, str], TensorInfo] = {
        (info.names["state"], info.names["of"]): info
        for info in source.tensors().values()
        if "of" in info.names
    }
    for part in changed:
        today = _today(part).key
        for state in dict.fromkeys(name for name, of in kept if of == part.infos[0].key):
            infos = [kept.get((state, info.key)) for info in part.infos]
            found = [replace(info, names={"state": state, "of": today}) for info in infos if info]
            if len(found) == len(infos) and HalvesAdded() not in part.changes:
                yield Part(f"{part.name}/{state}", tuple(found), part.changes)
            elif found:
                yield from (Part("", (replace(i, names={"state": ""}),)) for i in found)


def _today(part: Part) -> TensorInfo:
    first = part.infos[0]
    if len(part.infos) == 1:
        return replace(first, shape=part.shape)
    key = f"{first.key.rpartition('/')[0]}/{part.name}"
    own = {} if "state" in first.names else {"weight_name": part.name}
    return replace(first, key=key, shape=part.shape, names={**first.names, **own})


def _after_rules(source: Source, layer: Layer) -> tuple[Part, ...]:
    try:
        for rule in RULES:
            layer = rule(layer)
        _ = [part.shape for part in layer.parts]
    except Misfit as error:
        key = layer.parts[0].infos[0].key
        raise refused(
            "S903", source.path, f"its layer's weights don't fit: {error}", key=key
        ) from None
    return layer.parts


def _layers(source: Source) -> Iterator[Layer]:
    """The layers of a file, with what it tells of them."""
    infos: dict[str, list[TensorInfo]] = {}
    for info in source.tensors().values():
        if info.role == "variable":
            infos.setdefault(info.names["layer_name"], []).append(info)
    metadata = source.metadata()
    keras1 = _is_keras1(metadata, infos)
    theano = _is_theano(metadata, infos, keras1)
    configs = _configs(source) if keras1 else {}
    for name, found in infos.items():
        class_name, first = configs.get(name, ("", None))
        found.sort(key=lambda info: int(info.names["index"]))
        parts = tuple(map(part_of, found))
        yield Layer(parts, class_name, first, keras1, theano)


def _is_keras1(metadata: Mapping[str, object], infos: Mapping[str, list[TensorInfo]]) -> bool:
    """Files of Keras 1.0 don't say their version; their weights are called `dense_1_W`."""
    version = metadata.get("keras_version")
    if isinstance(version, str):
        return version.startswith("1.")
    names = [part_of(info).name for found in infos.values() for info in found]
    return any(name.endswith(("_W", "_W_i", "_W_z")) for name in names)


def _is_theano(
    metadata: Mapping[str, object], infos: Mapping[str, list[TensorInfo]], keras1: bool
) -> bool:
    """Keras 1 didn't write its backend; but TensorFlow calls its variables `x:0`, Theano `x`."""
    backend = metadata.get("backend")
    if isinstance(backend, str):
        return backend == "theano"
    names = [info.names["weight_name"] for found in infos.values() for info in found]
    return keras1 and not any(name.endswith(":0") for name in names)


def _configs(source: Source) -> dict[str, tuple[str, bool | None]]:
    """Class and order of images of each layer, where the file has the model's config."""
    text = source.metadata().get("model_config")
    if not isinstance(text, str):
        return {}
    found: dict[str, tuple[str, bool | None]] = {}
    left: list[Any] = [parse_json(text.encode(), source.path, "`model_config`")]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            left += value.values()
            _note(value, found)
    return found


def _note(value: Mapping[str, Any], found: dict[str, tuple[str, bool | None]]) -> None:
    config = value.get("config")
    if not isinstance(config, dict) or not isinstance(config.get("name"), str):
        return
    ordering = config.get("dim_ordering", config.get("data_format"))
    first = ORDERINGS.get(ordering) if isinstance(ordering, str) else None
    inner = config.get("layer")
    if isinstance(inner, dict):  # the wrapper's weights are those of what it wraps
        _note({**inner, "config": {**_dict(inner.get("config")), "name": config["name"]}}, found)
    else:
        found.setdefault(config["name"], (str(value.get("class_name")), first))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
