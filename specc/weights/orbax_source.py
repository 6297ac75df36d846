"""Orbax's checkpoints as sources, through the library that Orbax itself stores arrays with.

An item's `_METADATA` lists the leaves of a tree; an array lies under their names joined with dots,
as Zarr, in a database of the item's or in a folder of its own. Keras's `OrbaxCheckpoint` saves the
state of a model so: `trainable_variables`, … and below these the steps of each variable's path.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from specc.weights.arrays import aligned_copy
from specc.weights.dtypes import STRING, dtype_name
from specc.weights.extents import BaseSource
from specc.weights.files import open_file
from specc.weights.headers import parse_json
from specc.weights.limits import MAX_KEY_CHARACTERS, MAX_RANK, MAX_TENSORS, inflated_bytes
from specc.weights.orbax_folder import DATABASE, METADATA, find_item
from specc.weights.problems import refused, shown
from specc.weights.shards import check_beside
from specc.weights.source import Role, TensorInfo

if TYPE_CHECKING:
    import numpy as np

_TEXTS: Final = "_strings.json"
_ROLES: Final[dict[str, Role]] = {
    "trainable_variables": "variable",
    "non_trainable_variables": "variable",
    "optimizer_variables": "optimizer",
    "metrics_variables": "metric",
}
"""What Keras calls the parts of a model's state."""

_GENERATOR: Final = "seed_generator_state"


class OrbaxSource(BaseSource):
    """An open checkpoint.

    Args:
        path: The folder of an item, of a step, or of steps, of which the latest is meant.

    Raises:
        SpeccError: S950 if it has no item or several, S903 if it contradicts itself, S904 if a link
            leads out of it, S906 beyond a limit, S953 if the library isn't installed.
    """

    format = "orbax"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._item = find_item(path).resolve()
        about = self._json(METADATA)
        self._driver = "zarr3" if about.get("use_zarr3") else "zarr"
        self._whole = about.get("store_array_data_equal_to_fill_value") is True
        self._arrays: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._list(about)
        self._metadata["item"] = str(self._item)

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        """One tensor; see `Source`.

        Raises:
            KeyError: if there is none of that key.
            SpeccError: S903 if its data is damaged or missing.
        """
        import numpy as np

        if key in self._texts:
            return np.array(self._texts[key].encode(), object)
        array = self._arrays[key]
        self._check_size(key, array)
        try:
            return aligned_copy(array.read(order="C").result())
        except (ValueError, OSError) as error:  # what the library raises of any file
            raise refused("S903", self.path, shown(str(error)), key=key) from None

    def _list(self, about: dict[str, Any]) -> None:
        tree = about.get("tree_metadata")
        if not isinstance(tree, dict) or len(tree) > MAX_TENSORS:
            raise refused("S903", self._item / METADATA, "it lists no tree, or too large a one")
        leaves = {}
        for entry in tree.values():
            steps, kind = self._leaf(entry)
            if kind:
                leaves[".".join(steps)] = steps, kind
        self._texts = {key: "" for key, (_, kind) in leaves.items() if kind == STRING}
        if self._texts:
            texts = self._json(_TEXTS)
            self._texts = {key: str(texts.get(key, "")) for key in self._texts}
        self._arrays = self._opened([key for key in leaves if key not in self._texts])
        for key, (steps, _) in leaves.items():
            self._tensors[key] = self._info(key, steps)
        self._name_below_model()

    def _name_below_model(self) -> None:
        """Adds to Keras's paths what is left of them without the model's name, if all have one."""
        paths = {
            key: info.names["keras_path"].partition("/")
            for key, info in self._tensors.items()
            if info.role == "variable" and "keras_path" in info.names
        }
        if len({first for first, _, _ in paths.values()}) == 1:
            for key, (_, _, rest) in paths.items():
                info = self._tensors[key]
                self._tensors[key] = replace(info, names={**info.names, "model_path": rest})

    def _leaf(self, entry: Any) -> tuple[list[str], str]:
        """The steps to a leaf, and what it is; nothing for one that holds no value."""
        try:
            steps = [str(step["key"]) for step in entry["key_metadata"]]
            value = entry["value_metadata"]
            kind = "" if value["skip_deserialize"] else str(value["value_type"])
        except (KeyError, TypeError):
            raise refused("S903", self._item / METADATA, "an entry has not its form") from None
        if not steps or sum(map(len, steps)) > MAX_KEY_CHARACTERS:
            raise refused("S903", self._item / METADATA, "an entry has no name, or too long a one")
        return steps, kind

    def _info(self, key: str, steps: list[str]) -> TensorInfo:
        if key in self._texts:
            return TensorInfo(key, (), STRING, role="other")
        array = self._arrays[key]
        try:
            dtype = dtype_name(array.dtype.numpy_dtype)
        except KeyError:
            dtype = str(array.dtype.name)
        role = _ROLES.get(steps[0], "variable")
        names = {"keras_path": "/".join(steps[1:])} if steps[0] in _ROLES else {}
        if role == "variable" and steps[-1] == _GENERATOR:
            role = "generator"
        return TensorInfo(key, tuple(array.shape), dtype, names, role)

    def _opened(self, keys: list[str]) -> dict[str, Any]:
        """Handles of arrays: shape and dtype are read, values aren't."""
        store = _library(self.path)
        spec = {"driver": self._driver, "open": True, "fill_missing_data_reads": not self._whole}
        asked = {key: store.open({**spec, "kvstore": self._place(key)}, read=True) for key in keys}
        found = {}
        for key, future in asked.items():
            try:
                found[key] = future.result()
            except (ValueError, OSError) as error:
                raise refused("S903", self.path, shown(str(error)), key=key) from None
            if found[key].rank > MAX_RANK:
                raise refused("S906", self.path, f"it has {found[key].rank} dimensions", key=key)
        return found

    def _place(self, key: str) -> dict[str, object]:
        if (self._item / DATABASE).is_file():
            base = {"driver": "file", "path": f"{self._item}/"}
            return {"driver": "ocdbt", "base": base, "path": f"{key}/"}
        check_beside(self._item / key / ".", self._item / METADATA)
        return {"driver": "file", "path": f"{self._item / key}/"}

    def _check_size(self, key: str, array: Any) -> None:
        """Refuses to allocate far more than the files could hold.

        Raises:
            SpeccError: S906 if it would.
        """
        chunk = array.chunk_layout.read_chunk.shape or ()
        size = array.dtype.numpy_dtype.itemsize
        wanted = max(_product(array.shape), _product(chunk)) * size
        stored = sum(file.stat().st_size for file in self._item.rglob("*") if file.is_file())
        if wanted > inflated_bytes(stored):
            what = f"it takes {wanted:,} bytes, and all files of the checkpoint {stored:,}"
            raise refused("S906", self.path, what, key=key)

    def _json(self, name: str) -> dict[str, Any]:
        place = self._item / name
        check_beside(place, self._item / METADATA)
        with closing(open_file(place)) as file:
            return parse_json(bytes(file.read(0, file.size)), place, f"`{name}`")


def _product(sizes: Any) -> int:
    total = 1
    for size in sizes:
        total *= int(size or 1)
    return total


def _library(path: Path) -> Any:
    try:
        import tensorstore
    except ImportError:
        what = "Orbax's checkpoints are read with `tensorstore`, which isn't installed"
        raise refused("S953", path, what, help="pip install 'specc[orbax]'") from None
    return tensorstore
