"""SavedModels as tf-keras writes them: a program, as `tf_keras_outputs` is.

`python saved_models.py FOLDER` writes folders `functional`, `sequential` and `subclassed`; `old_…`
of the first two, as TensorFlow 2.0 to 2.4 wrote them; and inputs and outputs in `arrays.npz`.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402 - warnings first
import tf_keras  # noqa: E402
from tensorflow.core.protobuf import saved_model_pb2  # noqa: E402
from tf_keras.protobuf import saved_metadata_pb2  # noqa: E402

layers = tf_keras.layers


class Block(layers.Layer):
    def __init__(self, n, **others):
        super().__init__(**others)
        self.n, self.dense = n, layers.Dense(n)

    def call(self, x):
        return self.dense(x)

    def get_config(self):
        return {**super().get_config(), "n": self.n}


class Mine(tf_keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(3)
        self.block = Block(3)
        self.many = [layers.Dense(3, activation="relu"), layers.BatchNormalization()]

    def call(self, x):
        x = self.block(self.first(x))
        for layer in self.many:
            x = layer(x)
        return x


def functional():
    x = tf_keras.Input((5, 4), name="x")
    y = layers.Conv1D(6, 3, padding="same", name="conv")(x)
    y = layers.Concatenate(name="both")([y, layers.BatchNormalization(name="norm")(x)])
    y = layers.GlobalAveragePooling1D(name="mean")(y * 2.0)
    return tf_keras.Model(x, layers.Dense(2, activation="softmax", name="head")(y), name="m")


def sequential():
    chain = [
        tf_keras.Input((5, 4)),
        layers.Bidirectional(layers.LSTM(3), name="ways"),
        layers.Dense(2, name="head"),
    ]
    return tf_keras.Sequential(chain, name="chain")


def as_old(folder: Path, target: Path) -> None:
    """With what describes the layers where TensorFlow 2.0 to 2.4 had it."""
    shutil.copytree(folder, target)
    described = saved_metadata_pb2.SavedMetadata()
    described.ParseFromString((target / "keras_metadata.pb").read_bytes())
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((target / "saved_model.pb").read_bytes())
    objects = saved.meta_graphs[0].object_graph_def.nodes
    for node in described.nodes:
        objects[node.node_id].user_object.identifier = node.identifier
        objects[node.node_id].user_object.metadata = node.metadata
    (target / "saved_model.pb").write_bytes(saved.SerializeToString())
    (target / "keras_metadata.pb").unlink()


def main(folder: Path) -> None:
    x = np.random.default_rng(1).normal(size=(2, 5, 4)).astype("float32")
    arrays = {"x": x}
    for make in (functional, sequential):
        model = make()
        for weight in model.weights:
            weight.assign(np.random.default_rng(2).uniform(0.1, 0.9, weight.shape))
        arrays[make.__name__] = model(x).numpy()
        model.save(folder / make.__name__, save_format="tf")
        as_old(folder / make.__name__, folder / f"old_{make.__name__}")
    mine = Mine()
    mine(x[0])
    mine.save(folder / "subclassed", save_format="tf")
    np.savez(folder / "arrays.npz", **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
