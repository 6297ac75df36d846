"""What tf-keras computes with models in files: a program, since it can't live beside Keras 3.

`python tf_keras_outputs.py FOLDER < JSON`, an object of names and paths. Into FOLDER it writes of
each model `NAME.npz` with inputs and outputs, of a config alone `NAME.h5` with weights, too, and
`NAME.txt` of what failed. Models of Keras 1, which tf-keras can't read, are built of its layers.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import h5py  # noqa: E402 - warnings first
import numpy as np  # noqa: E402
import tf_keras  # noqa: E402
from tf_keras.src.saving.legacy import hdf5_format  # noqa: E402

ROWS = 2
layers = tf_keras.layers


def conv(config):
    return {
        "filters": config["nb_filter"],
        "padding": config["border_mode"],
        "activation": config["activation"],
        "use_bias": config["bias"],
    }


def images(config):
    th = config["dim_ordering"] == "th"
    return {"data_format": "channels_first" if th else "channels_last"}


def recurrent(config):
    names = {"activation": "activation", "inner_activation": "recurrent_activation"}
    made = {new: config[old] for old, new in names.items()}
    kept = {key: config[key] for key in ("return_sequences", "go_backwards")}
    return {"units": config["output_dim"], **made, **kept}


def wrapped(config):
    inner = layer_of(config["layer"])
    return layers.Bidirectional(inner, merge_mode=config["merge_mode"], name=config["name"])


# What Keras 1's layers are, by its own documentation.
KERAS1 = {
    "Activation": lambda c: layers.Activation(c["activation"]),
    "BatchNormalization": lambda c: layers.BatchNormalization(
        axis=c["axis"], epsilon=c["epsilon"], momentum=c["momentum"]
    ),
    "Bidirectional": wrapped,
    "Convolution1D": lambda c: layers.Conv1D(
        **conv(c), kernel_size=c["filter_length"], strides=c["subsample_length"]
    ),
    "Convolution2D": lambda c: layers.Conv2D(
        **conv(c), **images(c), kernel_size=(c["nb_row"], c["nb_col"]), strides=c["subsample"]
    ),
    "Dense": lambda c: layers.Dense(c["output_dim"], c["activation"], use_bias=c["bias"]),
    "Dropout": lambda c: layers.Dropout(c["p"]),
    "Embedding": lambda c: layers.Embedding(c["input_dim"], c["output_dim"]),
    "Flatten": lambda c: layers.Flatten(),
    "LSTM": lambda c: layers.LSTM(**recurrent(c)),
    "LeakyReLU": lambda c: layers.LeakyReLU(c["alpha"]),
    "MaxPooling2D": lambda c: layers.MaxPooling2D(
        c["pool_size"], c["strides"], c["border_mode"], **images(c)
    ),
    "Reshape": lambda c: layers.Reshape(c["target_shape"]),
}


def layer_of(described):
    config = described["config"]
    layer = KERAS1[described["class_name"]](config)
    layer._name = config["name"]
    return layer


def keras1_model(config):
    described = config["config"]
    shape = described[0]["config"]["batch_input_shape"]
    first = tf_keras.Input(batch_shape=shape)
    return tf_keras.Sequential([first, *map(layer_of, described)])


def load_keras1_weights(model, path):
    """As Keras 2 did it, which also turned Theano's kernels; Theano's names end in no `:0`."""
    with h5py.File(path) as file:
        for layer in model.layers:
            group = file["model_weights"][layer.name]
            names = [name.decode() for name in group.attrs["weight_names"]]
            arrays = [group[name][()] for name in names]
            made = hdf5_format.preprocess_weights_for_loading(layer, arrays, "1")
            if names and not names[0].endswith(":0") and "Conv" in type(layer).__name__:
                made[0] = made[0][tuple(slice(None, None, -1) for _ in layer.kernel_size)]
            layer.set_weights(made)


def config_of(path: Path):
    if path.suffix in (".h5", ".hdf5"):
        with h5py.File(path) as file:
            text, version = file.attrs["model_config"], file.attrs.get("keras_version", "")
        return json.loads(text), str(version)
    config = json.loads(path.read_text())
    config = json.loads(config) if isinstance(config, str) else config
    return config, config.get("keras_version", "")


def without_merge(config):
    """`Merge`, which Keras 2 had until 2.0.8, as the layer that took its place."""
    for layer in (
        config["config"] if isinstance(config["config"], list) else config["config"]["layers"]
    ):
        if layer["class_name"] == "Merge" and layer["config"]["mode"] == "concat":
            layer["class_name"] = "Concatenate"
            layer["config"] = {"name": layer["config"]["name"], "axis": -1}
    return config


def model_of(path: Path):
    config, version = config_of(path)
    if version.startswith("1."):
        model = keras1_model(config)
        if path.suffix != ".json":
            load_keras1_weights(model, path)
        return model
    if path.suffix != ".json":
        return tf_keras.models.load_model(path, compile=False)
    return tf_keras.models.model_from_json(json.dumps(without_merge(config)))


def inputs_of(model) -> list[np.ndarray]:
    """Random inputs; whole numbers where an embedding looks them up."""
    generator = np.random.default_rng(1)
    looked_up = [layer.input_dim for layer in model.layers if isinstance(layer, layers.Embedding)]
    found = []
    for tensor in model.inputs:
        shape = (tensor.shape[0] or ROWS, *(size or 16 for size in tensor.shape[1:]))
        whole = generator.integers(0, min(looked_up), shape) if looked_up else None
        values = generator.normal(size=shape) if whole is None else whole
        found.append(values.astype("float32"))
    return found


def write(path: Path, stem: Path) -> None:
    model = model_of(path)
    if path.suffix == ".json":
        for weight in model.weights:  # zeros and ones would hide what is swapped
            spread = 0.2 * np.random.default_rng(2).random(weight.shape)
            weight.assign(weight + spread.astype("float32"))
        model.save_weights(f"{stem}.h5")
    given = inputs_of(model)
    found = model(given if len(given) > 1 else given[0], training=False)
    arrays = {f"in{i}": value for i, value in enumerate(given)}
    outputs = found if isinstance(found, list | tuple) else [found]
    arrays |= {f"out{i}": np.asarray(value) for i, value in enumerate(outputs)}
    np.savez(f"{stem}.npz", **arrays)


def main(folder: Path, files: dict[str, str]) -> None:
    for name, path in files.items():
        tf_keras.backend.clear_session()
        try:
            write(Path(path), folder / name)
        except Exception as error:  # whatever it is, the test of this file says so
            (folder / f"{name}.txt").write_text(f"{type(error).__name__}: {error}"[:500])


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.load(sys.stdin))
