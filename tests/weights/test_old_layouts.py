"""Layouts of Keras 1, Theano and CuDNN: bound, and held against what those computed, in numpy."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from specc.weights.old_layouts import as_today
from specc.weights.opening import open_source

Weights = list[tuple[str, np.ndarray]]
RNG = np.random.default_rng(3)


def random(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype("float32")


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def write(path: Path, layer: str, weights: Weights, config: object = None, **attrs: str) -> Path:
    """A file as Keras 1 and 2 write it, of one layer."""
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if config else file
        if config:
            file.attrs["model_config"] = json.dumps(config)
        file.attrs.update(attrs)
        root.attrs["layer_names"] = [layer.encode()]
        group = root.create_group(layer)
        group.attrs["weight_names"] = [name.encode() for name, _ in weights]
        for name, array in weights:
            group[name] = array
    return path


def computed(what: str, path: Path, x: np.ndarray) -> np.ndarray:
    """What a model of one layer computes with a file's weights."""
    shape = [None if size == x.shape[1] and x.ndim == 3 else size for size in x.shape[1:]]
    text = f"specc: 1\nmodel: m\ninputs: {{x: {{shape: {json.dumps(shape)}}}}}\nbody:\n  - {what}\n"
    model = specc.bind(specc.loads(text), [str(path)])
    return np.asarray(model(x, training=False))


def close(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def gate_weights(prefix: str, gates: str, size: int, units: int, end: str = "") -> Weights:
    shapes = (("W", (size, units)), ("U", (units, units)), ("b", (units,)))
    return [(f"{prefix}_{w}_{g}{end}", random(*shape)) for g in gates for w, shape in shapes]


def keras1_lstm(x: np.ndarray, weights: Weights) -> np.ndarray:
    """The last output; `step` of Keras 1.2's LSTM."""
    named = {name.removesuffix(":0").partition("_")[2]: array for name, array in weights}
    h = c = np.zeros((len(x), weights[1][1].shape[0]))
    for t in range(x.shape[1]):
        i, f, new, o = (
            x[:, t] @ named[f"W_{g}"] + h @ named[f"U_{g}"] + named[f"b_{g}"] for g in "ifco"
        )
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
        h = sigmoid(o) * np.tanh(c)
    return h


def keras1_gru(x: np.ndarray, weights: Weights) -> np.ndarray:
    """The last output; `step` of Keras 1.2's GRU."""
    named = {name.removesuffix(":0").partition("_")[2]: array for name, array in weights}
    h = np.zeros((len(x), weights[1][1].shape[0]))
    for t in range(x.shape[1]):
        z, r = (
            sigmoid(x[:, t] @ named[f"W_{g}"] + h @ named[f"U_{g}"] + named[f"b_{g}"]) for g in "zr"
        )
        new = np.tanh(x[:, t] @ named["W_h"] + (r * h) @ named["U_h"] + named["b_h"])
        h = z * h + (1 - z) * new
    return h


@pytest.mark.parametrize("end", [":0", ""], ids=["tensorflow", "theano"])
def test_the_twelve_arrays_of_an_lstm(keras: ModuleType, tmp_path: Path, end: str) -> None:
    weights, x = gate_weights("r", "icfo", 2, 3, end), random(2, 4, 2)
    path = write(tmp_path / "w.h5", "r", weights, keras_version="1.2.2")
    close(computed("{LSTM: {units: 3}, name: r}", path, x), keras1_lstm(x, weights))


def test_the_nine_arrays_of_a_gru(keras: ModuleType, tmp_path: Path) -> None:
    weights, x = gate_weights("r", "zrh", 2, 3), random(2, 4, 2)
    path = write(tmp_path / "w.h5", "r", weights, keras_version="1.2.2")
    what = "{GRU: {units: 3, reset_after: false}, name: r}"
    close(computed(what, path, x), keras1_gru(x, weights))


def test_the_twenty_four_arrays_of_both_directions(keras: ModuleType, tmp_path: Path) -> None:
    there, back = (gate_weights(name, "icfo", 2, 3) for name in ("there", "back"))
    path = write(tmp_path / "w.h5", "both", [*there, *back], keras_version="1.2.2")
    x = random(2, 4, 2)
    expected = np.concatenate([keras1_lstm(x, there), keras1_lstm(x[:, ::-1], back)], -1)
    close(computed("{Bidirectional: {layer: {LSTM: {units: 3}}}, name: both}", path, x), expected)


def correlated(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A convolution as Keras 3 has it, of images whose channels are last, in plain sums."""
    rows, columns = (size - k + 1 for size, k in zip(x.shape[1:3], kernel.shape[:2], strict=True))
    made = np.zeros((len(x), rows, columns, kernel.shape[-1]))
    for i in range(rows):
        for j in range(columns):
            patch = x[:, i : i + kernel.shape[0], j : j + kernel.shape[1]]
            made[:, i, j] = np.einsum("brcs,rcsf->bf", patch, kernel)
    return made


def layer_config(class_name: str, **more: object) -> dict[str, object]:
    layer = {"class_name": class_name, "config": {"name": "c", **more}}
    return {"class_name": "Sequential", "config": [layer]}


CONV = "{Conv2D: {filters: 4, kernel_size: [2, 3]}, name: c}"


@pytest.mark.parametrize("config", [None, layer_config("Convolution2D", dim_ordering="th")])
def test_kernels_with_channels_first(keras: ModuleType, tmp_path: Path, config: object) -> None:
    """Told by the file's config, or by the bias that is as long as the first axis."""
    kernel, bias, x = random(4, 5, 2, 3), random(4), random(1, 4, 4, 5)
    weights = [("c_W:0", kernel), ("c_b:0", bias)]
    path = write(tmp_path / "w.h5", "c", weights, config, keras_version="1.2.2")
    close(computed(CONV, path, x), correlated(x, kernel.transpose(2, 3, 1, 0)) + bias)


@pytest.mark.parametrize(
    ("names", "attrs"),
    [
        (("c_W", "c_b"), {"keras_version": "1.2.2"}),
        (("c/kernel", "c/bias"), {"keras_version": "2.1.3", "backend": "theano"}),
    ],
)
def test_theanos_kernels_point_the_other_way(
    keras: ModuleType, tmp_path: Path, names: tuple[str, str], attrs: dict[str, str]
) -> None:
    kernel, bias, x = random(2, 3, 5, 4), random(4), random(1, 4, 4, 5)
    path = write(tmp_path / "w.h5", "c", list(zip(names, (kernel, bias), strict=True)), **attrs)
    close(computed(CONV, path, x), correlated(x, kernel[::-1, ::-1]) + bias)


def test_theanos_kernels_with_channels_first(keras: ModuleType, tmp_path: Path) -> None:
    kernel, bias, x = random(4, 5, 2, 3), random(4), random(1, 4, 4, 5)
    path = write(tmp_path / "w.h5", "c", [("c_W", kernel), ("c_b", bias)], keras_version="1.2.2")
    plain = kernel.transpose(2, 3, 1, 0)[::-1, ::-1]
    close(computed(CONV, path, x), correlated(x, plain) + bias)


@pytest.mark.parametrize("shape", [(3, 1, 5, 4), (4, 5, 3, 1)], ids=["1.2", "1.1"])
def test_kernels_of_one_dimension_had_two(
    keras: ModuleType, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    kernel, x = random(*shape), random(1, 6, 5)
    weights = [("c_W:0", kernel), ("c_b:0", bias := random(4))]
    config = layer_config("Convolution1D")
    path = write(tmp_path / "w.h5", "c", weights, config, keras_version="1.2.2")
    plain = kernel if shape[1] == 1 else kernel.transpose(2, 3, 1, 0)
    expected = correlated(x[:, :, None], plain.reshape(3, 1, 5, 4))[:, :, 0] + bias
    close(computed("{Conv1D: {filters: 4, kernel_size: 3}, name: c}", path, x), expected)


@pytest.mark.parametrize(("ordering", "axes"), [("tf", (0, 1, 3, 2)), ("th", (2, 3, 0, 1))])
def test_kernels_of_deconvolutions(
    keras: ModuleType, tmp_path: Path, ordering: str, axes: tuple[int, ...]
) -> None:
    kernel = random(2, 2, 5, 4) if ordering == "tf" else random(4, 5, 2, 2)
    config = layer_config("Deconvolution2D", dim_ordering=ordering)
    path = write(tmp_path / "w.h5", "c", [("c_W:0", kernel)], config, keras_version="1.2.2")
    with as_today(open_source(path)) as source:
        [key] = source.tensors()
        assert (source.read(key) == kernel.transpose(axes)).all()
        assert source.tensors()[key].shape == (2, 2, 4, 5)


def cudnn_gates(kernel: np.ndarray, gates: int) -> list[np.ndarray]:
    """CuDNN reads each gate's part of a kernel, as its bytes lie, as `(units, size)`."""
    return [part.copy().reshape(part.shape[::-1]) for part in np.split(kernel, gates, 1)]


def test_a_cudnn_lstm(keras: ModuleType, tmp_path: Path) -> None:
    kernel, recurrent, bias, x = random(2, 12), random(3, 12), random(24), random(2, 4, 2)
    weights = [("r/kernel:0", kernel), ("r/recurrent_kernel:0", recurrent), ("r/bias:0", bias)]
    path = write(tmp_path / "w.h5", "r", weights, keras_version="2.2.4", backend="tensorflow")
    ws, us = cudnn_gates(kernel, 4), cudnn_gates(recurrent, 4)
    b = np.split(bias, 8)
    h = c = np.zeros((2, 3))
    for t in range(4):
        i, f, new, o = (x[:, t] @ ws[g].T + b[g] + h @ us[g].T + b[4 + g] for g in range(4))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
        h = sigmoid(o) * np.tanh(c)
    close(computed("{LSTM: {units: 3}, name: r}", path, x), h)


def test_a_cudnn_gru(keras: ModuleType, tmp_path: Path) -> None:
    kernel, recurrent, bias, x = random(2, 9), random(3, 9), random(18), random(2, 4, 2)
    weights = [("r/kernel:0", kernel), ("r/recurrent_kernel:0", recurrent), ("r/bias:0", bias)]
    path = write(tmp_path / "w.h5", "r", weights, keras_version="2.2.4", backend="tensorflow")
    ws, us = cudnn_gates(kernel, 3), cudnn_gates(recurrent, 3)
    b = np.split(bias, 6)
    h = np.zeros((2, 3))
    for t in range(4):
        given = [x[:, t] @ ws[g].T + b[g] for g in range(3)]
        kept = [h @ us[g].T + b[3 + g] for g in range(3)]
        z, r = sigmoid(given[0] + kept[0]), sigmoid(given[1] + kept[1])
        h = z * h + (1 - z) * np.tanh(given[2] + r * kept[2])
    close(computed("{GRU: {units: 3}, name: r}", path, x), h)


def test_what_is_as_today_stays(tmp_path: Path) -> None:
    weights = [("c/kernel:0", random(2, 3, 5, 4)), ("c/bias:0", random(4))]
    path = write(tmp_path / "w.h5", "c", weights, keras_version="2.2.4", backend="tensorflow")
    with open_source(path) as source:
        assert as_today(source) is source


def test_gates_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    weights = gate_weights("r", "icfo", 2, 3)
    weights[3] = (weights[3][0], random(5, 3))
    path = write(tmp_path / "w.h5", "r", weights, keras_version="1.2.2")
    with open_source(path) as source, pytest.raises(SpeccError, match=r"S903.*r_W_i"):
        as_today(source)


@pytest.mark.parametrize(
    "weights",
    [
        [("c_W", np.ones(()))],
        [("c_W", np.ones((0, 0, 0, 0)))],
        [
            ("r/kernel", np.ones((1, 4))),
            ("r/recurrent_kernel", np.ones((0, 4))),
            ("r/bias", np.ones(8)),
        ],
        [("r/kernel", np.ones(4)), ("r/recurrent_kernel", np.ones((1, 4))), ("r/bias", np.ones(8))],
        [
            ("r_W_i", np.ones(())),
            ("r_W_c", np.ones(())),
            ("r_W_f", np.ones(())),
            ("r_W_o", np.ones(())),
        ],
    ],
)
def test_strange_shapes_are_left_or_refused(tmp_path: Path, weights: Weights) -> None:
    path = write(tmp_path / "w.h5", "r", weights, keras_version="1.2.2")
    with open_source(path) as source:
        try:
            today = as_today(source)
            assert all(today.read(key).shape == i.shape for key, i in today.tensors().items())
        except SpeccError as error:
            assert "S903" in str(error)
