"""Writes the checkpoints beside it with the Orbax that is installed: `python write.py`.

Not part of the tests: Orbax brings JAX, 550 MB. See README.md for what was installed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
os.environ["KERAS_BACKEND"] = "jax"

import jax
import numpy as np
import orbax.checkpoint as ocp
from trees import KERAS, SIMPLE, TREE

MARKER = "commit_success.txt"
"""Holds a path of the machine, and is for storage without renaming."""

FORMS: dict[str, dict[str, Any]] = {
    "database": {"use_ocdbt": True},
    "folders": {"use_ocdbt": False},
    "zarr3": {"use_ocdbt": True, "use_zarr3": True},
    "zarr3-folders": {"use_ocdbt": False, "use_zarr3": True},
}


def sharded(tree: Any) -> Any:
    """The same tree with matrices spread over four devices, two by two."""
    mesh = jax.sharding.Mesh(np.array(jax.devices()).reshape(2, 2), ("x", "y"))
    spread = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("x", "y"))
    whole = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())

    def put(leaf: Any) -> Any:
        if not isinstance(leaf, np.ndarray) or leaf.dtype.itemsize == 8:
            return leaf
        return jax.device_put(leaf, spread if leaf.shape == (4, 6) else whole)

    return jax.tree_util.tree_map(put, tree)


def write_forms(folder: Path, tree: Any) -> None:
    """An item in each form that the version can write, and ones of arrays in four pieces."""
    for name, options in FORMS.items():
        if tree is TREE or "zarr3" not in name:
            handler = ocp.PyTreeCheckpointHandler(**options)
            ocp.Checkpointer(handler).save(folder / name, tree)
            if "zarr3" not in name:
                ocp.Checkpointer(handler).save(folder / f"{name}-sharded", sharded(SIMPLE))


def write_without_metadata(folder: Path) -> None:
    """What versions before 0.4 wrote."""
    params = {name: SIMPLE["params"][name] for name in ("kernel", "bias")}
    ocp.PyTreeCheckpointer().save(folder / "item", {"params": params})


def write_steps(folder: Path) -> None:
    """What a manager keeps of a run."""
    with ocp.CheckpointManager(folder / "runs", item_names=("state", "about")) as manager:
        for step in (9, 10):
            state = ocp.args.StandardSave({"w": np.full(3, step)})
            about = ocp.args.JsonSave({"a": 1})
            manager.save(step, args=ocp.args.Composite(state=state, about=about))
        manager.wait_until_finished()


def write_keras(folder: Path) -> None:
    """What Keras's callback keeps, after a step of training, with known values."""
    import keras

    layers = keras.layers
    model = keras.Sequential([
        layers.Input((4,)), layers.Dense(3, name="hidden"), layers.BatchNormalization(name="norm"),
        layers.Dropout(0.5, name="drop"), layers.Dense(2, name="head"),
    ])  # fmt: skip
    model.compile("adam", "mse")
    model.fit(np.ones((4, 4)), np.ones((4, 2)), verbose=0)
    for name, array in KERAS.items():
        layer, _, attribute = name.partition(".")
        getattr(model.get_layer(layer), attribute).assign(array)
    saver = keras.callbacks.OrbaxCheckpoint(str(folder / "runs"), save_on_background=False)
    saver.set_model(model)
    saver.on_train_begin()
    saver.on_epoch_end(0)
    saver.on_train_end()


def write_dtypes(folder: Path) -> None:
    """An item of every dtype that Orbax can write."""
    from tests.keras_backend.test_dtypes import of_format

    ocp.PyTreeCheckpointer().save(folder / "item", of_format("orbax"))


def main() -> None:
    """Writes `orbax-VERSION.zip`; with `keras` Keras's, with `dtypes` one of every dtype."""
    version = metadata.version("orbax-checkpoint")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.argv[1:] == ["keras"]:
            import keras

            write_keras(folder)
            version = f"{version}-keras-{keras.__version__}"
        elif sys.argv[1:] == ["dtypes"]:
            write_dtypes(folder)
            version = f"{version}-dtypes"
        elif version.startswith("0.2."):
            write_without_metadata(folder)
        elif version.startswith("0.4."):
            write_forms(folder, SIMPLE)
        else:
            write_forms(folder, TREE)
            write_steps(folder)
        output = Path(__file__).parent / f"orbax-{version}.zip"
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.name != MARKER:
                    archive.write(path, path.relative_to(folder))


if __name__ == "__main__":
    main()
