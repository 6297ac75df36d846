"""A file of Keras 1 or 2 seen with what each tensor of its optimizer is today.

Such tensors have the names `state`, and `of`, the variable's key in the file; in a `.keras`, where
they are a list, `place`. `metadata` has `old_optimizer`, the optimizer that they are of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from specc.weights.extents import BaseSource
from specc.weights.headers import parse_json
from specc.weights.old_training.optimizers import STATES, OldOptimizer, old_optimizer
from specc.weights.old_training.states import (
    ITERATION,
    LEARNING_RATE,
    State,
    full_name,
    states_by_name,
    states_in_order,
)
from specc.weights.source import Source, TensorInfo
from specc.weights.tensorflow.checkpoint_dir import SAVED_MODEL
from specc.weights.tensorflow.saved_layers import saved_layers

if TYPE_CHECKING:
    import numpy as np

OLD_OPTIMIZER: Final = "old_optimizer"
"""The name of an entry of `metadata`."""

LAYERS: Final = "layer_paths"
"""The name of an entry of the `metadata` of a `.keras`: its layers, in the model's order."""

OPTIMIZER: Final = "optimizer"
"""The same of a `.keras`: the optimizer's config."""

TRAINING: Final = "training_config"
RATE_KEY: Final = f"{TRAINING}/{LEARNING_RATE}"
_FORMATS: Final = ("keras2-h5", "tf2-checkpoint", "saved-model", "keras")


def with_state(source: Source) -> Source:
    """A source whose optimizer's tensors say what they are; itself if Keras 2 wrote none of it.

    Raises:
        SpeccError: what it says of its training is damaged.
    """
    infos = list(source.tensors().values())
    if source.format not in _FORMATS or not any(info.role == "optimizer" for info in infos):
        return source
    optimizer = _described(source) or _guessed(infos)
    if optimizer is None:
        return source
    if source.format == "keras":
        return ListedStates(source, optimizer)
    states = states_by_name(infos, optimizer)
    if source.format == "keras2-h5" and not any(state.of for state in states.values()):
        states = states_in_order(_in_order(infos, "optimizer"), _layers(source), optimizer)
    if source.format != "keras2-h5" and not _is_old(infos, states):
        return source
    return OldStates(source, optimizer, states)


class OldStates(BaseSource):
    """The tensors of a source, those of the optimizer with what they are."""

    def __init__(
        self, source: Source, optimizer: OldOptimizer, states: Mapping[str, State]
    ) -> None:
        super().__init__(source.path)
        self.format = source.format
        self._source = source
        self._metadata = {**source.metadata(), OLD_OPTIMIZER: optimizer}
        self._tensors |= {
            key: _with_names(info, states.get(key)) if info.role == "optimizer" else info
            for key, info in source.tensors().items()
        }
        rate = optimizer.learning_rate
        self._rate = rate if isinstance(rate, int | float) and not optimizer.decay else None
        if self._rate is not None and LEARNING_RATE not in {s.name for s in states.values()}:
            names = {"state": LEARNING_RATE}
            self._tensors[RATE_KEY] = TensorInfo(RATE_KEY, (), "float32", names, "optimizer")

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor, as `Source.read` says."""
        if key in self._source.tensors():
            array = self._source.read(key, mmap=mmap)
            return array.astype(self._tensors[key].dtype, copy=False)
        import numpy as np

        return np.array(self._rate, "float32")

    def close(self) -> None:
        """Lets go of the file."""
        self._source.close()


class ListedStates(OldStates):
    """The tensors of a `.keras` of Keras 2, whose optimizer's are a list without names.

    The count of steps is the first; then come those of the variables, in the order in which the
    model was trained, as its config has the layers.
    """

    def __init__(self, source: Source, optimizer: OldOptimizer) -> None:
        super().__init__(source, optimizer, {})
        layers: Any = source.metadata().get(LAYERS, ())
        places = {path: place for place, path in enumerate(layers)}
        for key, info in source.tensors().items():
            if info.role == "optimizer" and info.names.get("index", "").isdigit():
                first = info.names["index"] == "0"
                names = {"state": ITERATION} if first else {"place": info.names["index"]}
                self._tensors[key] = replace(info, names={"state": "", **names})
            elif info.role == "variable":
                place = _place(info.names.get("object_path", ""), places)
                names = {**info.names, "layer_place": str(place)}
                self._tensors[key] = replace(info, names=names)


def _place(path: str, places: Mapping[str, int]) -> int:
    """The place of the innermost layer that leads to a variable."""
    while path and path not in places:
        path = path.rpartition("/")[0]
    return places.get(path, -1)


def _with_names(info: TensorInfo, state: State | None) -> TensorInfo:
    names = {"state": state.name if state else ""}
    if state and state.of:
        names["of"] = state.of
    dtype = info.dtype
    if state and state.name == ITERATION:
        dtype = "int64"  # Keras 2.0 counted in float32
    return replace(info, names=names, dtype=dtype)


def _described(source: Source) -> OldOptimizer | None:
    """The optimizer, where the file tells of it."""
    found: Any = source.metadata().get(TRAINING)
    if isinstance(found, str):
        found = parse_json(found.encode(), source.path, f"`{TRAINING}`")
    if source.format == "keras":
        version = str(source.metadata().get("keras_version"))
        return old_optimizer(source.metadata().get(OPTIMIZER)) if version.startswith("2.") else None
    if source.format == "saved-model" and (Path(source.path) / SAVED_MODEL).is_file():
        layers = saved_layers(Path(source.path))
        found = layers[0].metadata.get(TRAINING) if layers and not layers[0].path else None
    return old_optimizer(found.get("optimizer_config")) if isinstance(found, Mapping) else None


def _guessed(infos: list[TensorInfo]) -> OldOptimizer | None:
    """The optimizer of a checkpoint, by its variables' names: `SGD/m/a/kernel`, `SGD/a/kernel/m`.

    Those of before Keras 2.11 hold what they are told, such as their `decay`, in variables.
    """
    names = [full_name(info) for info in infos if info.role == "optimizer"]
    found = {name.partition("/")[0] for name in names} & STATES.keys()
    if len(found) != 1:
        return None
    [name] = found
    legacy = any(each.startswith(f"{name}/iter") for each in names)
    kept = any(full_name(info).endswith("/momentum") and info.shape for info in infos)
    return OldOptimizer(name, {"momentum": 1.0} if kept else {}, legacy)


def _is_old(infos: list[TensorInfo], states: Mapping[str, State]) -> bool:
    """Whether Keras 2 wrote a checkpoint: Keras 3 calls its count of steps `adam/iteration`."""
    if any(state.of for state in states.values()):
        return True
    counts = [info for info in infos if info.key in states and states[info.key].name == ITERATION]
    return any(
        full_name(info) == "iteration" or full_name(info).endswith("/iter") for info in counts
    )


def _in_order(infos: list[TensorInfo], role: str) -> list[TensorInfo]:
    found = [info for info in infos if info.role == role]
    return sorted(found, key=lambda info: int(info.names["index"]))


def _layers(source: Source) -> list[TensorInfo]:
    """The variables in the order of the layers."""
    infos = [info for info in source.tensors().values() if info.role == "variable"]
    names: Any = source.metadata().get("layer_names", ())
    place = {name: index for index, name in enumerate(names)}
    return sorted(
        infos,
        key=lambda info: (place.get(info.names["layer_name"], 0), int(info.names["index"])),
    )
