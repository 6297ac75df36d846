"""Keras models become text, and the text the same models."""

from __future__ import annotations

import keras
import pytest
from keras import layers, ops
from round_trip import same_again

import specc


def test_operations_masks_and_states() -> None:
    tokens = keras.Input((6,), dtype="int32", name="tokens")
    embedded = layers.Embedding(10, 4, mask_zero=True)(tokens)
    whole, state, cell = layers.LSTM(4, return_state=True, return_sequences=True)(embedded)
    scaled = whole[:, 0, ...] * 2 + ops.relu(state)
    mean = ops.mean(whole, axis=1)
    left, right = ops.split(whole, 2, axis=-1)
    attended = layers.MultiHeadAttention(2, 2)(whole, whole)
    swapped = ops.concatenate([right, left], axis=-1)
    decoded = layers.LSTM(4)(attended, initial_state=[state, cell])
    outputs = {
        "scaled": scaled,
        "pair": [mean, swapped],
        "sum": ops.sum(attended, axis=(1, 2), keepdims=True),
        "product": ops.matmul(whole, ops.transpose(whole, [0, 2, 1])),
        "less": 1 - mean,
        "piece": whole[None, 0:-1:2],
        "flat": ops.reshape(whole, (-1, 24)),
        "half": ops.cast(mean, "float16"),
        "positive": ops.where(mean > 0, mean, 0.0),
        "decoded": decoded,
    }
    same_again(keras.Model(tokens, outputs, name="operations"))


def test_shared_nested_and_several() -> None:
    image = keras.Input((8, 8, 3), name="image")
    hidden = layers.Conv2D(4, 3, activation="relu", name="conv")(image)
    pooled = layers.GlobalAveragePooling2D(name="pool")(hidden)
    encoder = keras.Model(image, [pooled, hidden], name="encoder")
    head = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="d")], name="my-head")
    left, right = keras.Input((8, 8, 3), name="left"), keras.Input((8, 8, 3), name="right")
    one, deep = encoder(left)
    other, _ = encoder(right)
    joined = layers.Subtract(name="difference")([one, other])
    again = layers.Dense(4, name="project")
    outputs = [head(again(joined)), head(again(one)), deep]
    model = keras.Model([left, right], outputs, name="siamese")
    model.get_layer("encoder").trainable = False
    text = same_again(model).text
    assert "encoder_0(right)" in text


def test_wrappers_cells_and_policies() -> None:
    x = keras.Input((6, 4), name="x")
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(x)
    y = layers.TimeDistributed(layers.Dense(3, activation="gelu"), name="each")(y)
    cells = [layers.LSTMCell(3), layers.GRUCell(2)]
    y = layers.RNN(cells, return_sequences=True, name="stacked")(y)
    y = layers.Dense(4, name="half", dtype="mixed_bfloat16")(y)
    y = layers.LeakyReLU(negative_slope=0.5, trainable=False, name="leaky")(y)
    regularizer = keras.regularizers.L2(0.5)
    initializer = keras.initializers.TruncatedNormal(stddev=0.5)
    y = layers.Dense(
        2, kernel_regularizer=regularizer, kernel_initializer=initializer, name="last"
    )(y)
    same_again(keras.Model(x, y, name="wrapped"))


def test_sequential_and_training() -> None:
    model = keras.Sequential(
        [keras.Input((4,), name="x"), layers.Dense(3, "relu"), layers.Dropout(0.5)], name="chain"
    )
    model.compile(
        keras.optimizers.AdamW(1e-3), loss=["mse"], metrics=[keras.metrics.BinaryAccuracy()]
    )
    spec = same_again(model)
    again = specc.compile(spec)
    assert again.optimizer.get_config() == model.optimizer.get_config()
    assert "AdamW" in spec.text
    assert "learning_rate" not in spec.text


def test_names_that_are_no_identifiers() -> None:
    x = keras.Input((4,), name="in:put")
    y = layers.Dense(3, name="conv1.bn")(x)
    y = layers.Add(name="lambda")([y, layers.Dense(3, name="0_side")(x)])
    model = keras.Model(x, y, name="odd")
    again = specc.compile(specc.from_keras(model))
    assert [each.name for each in again.layers[1:]] == [each.name for each in model.layers[1:]]


@pytest.mark.parametrize("name", ["MobileNet", "ResNet50", "MobileNetV2"])
def test_an_application_is_equal(name: str) -> None:
    make = getattr(keras.applications, name)
    spec = same_again(make(weights=None, input_shape=(64, 64, 3), classes=10))
    layers_ = sum(line.startswith("  - ") for line in spec.text.splitlines())
    assert len(spec.text.splitlines()) < 2 * layers_


def test_single_objects() -> None:
    for made in (layers.Dense(3, activation="relu"), keras.optimizers.Adam(0.01)):
        spec = specc.from_keras(made)
        again = specc.compile(spec).get_config()
        assert {**again, "name": ""} == {**made.get_config(), "name": ""}


def test_what_is_no_keras_object_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="Keras object"):
        specc.from_keras(object())


def test_a_model_in_python_is_refused() -> None:
    class Mine(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(specc.SpeccError, match="S520"):
        specc.from_keras(Mine())


def test_what_expressions_call_constants_is_no_name() -> None:
    given = [keras.Input((4,), name=name) for name in ("true", "other", "null")]
    made = [layers.Dense(4, name="false")(given[0] + given[1]), given[2] * 2]
    again = specc.compile(specc.from_keras(keras.Model(given, made, name="constants")))
    values = [keras.ops.full((1, 4), float(value)) for value in (1, 2, 4)]
    assert again(values)[1].numpy().tolist() == [[8.0] * 4]
    assert again.get_layer("false").units == 4


def test_operations_of_several_outputs_of_which_one_is_read() -> None:
    x = keras.Input((4, 4), name="x")
    made = {
        "top": ops.top_k(x, 2)[0],
        "left": ops.split(x, [1, 3], axis=1)[0],
        "row": ops.unstack(x, axis=-2)[0],
        "grid": ops.meshgrid(x[0, 0], x[0, 1], x[0, 2])[0],
        "real": ops.rfft(x)[0],
        "first": ops.hsplit(x, 2)[0],
        "triangle": ops.qr(x)[1],
    }
    same_again(keras.Model(x, made, name="several"))


def test_infinite_constants(tmp_path) -> None:
    x = keras.Input((4,), name="x")
    y = ops.where(x > 4, x, float("-inf"))
    model = keras.Model(x, y * 2, name="cut")
    same_again(model)
    model.save(tmp_path / "model.keras")
    assert specc.import_model(tmp_path / "model.keras").text == specc.from_keras(model).text


def test_a_model_inside_that_takes_several_inputs() -> None:
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    as_list = keras.Model([a, b], layers.Subtract(name="less")([a, b]), name="as_list")
    as_mapping = keras.Model({"a": a, "b": b}, layers.Add(name="more")([a, b]), name="mapped")
    x, y = keras.Input((3,), name="x"), keras.Input((3,), name="y")
    made = [as_list([x, y]), as_mapping({"a": x, "b": y}), as_list([y, x])]
    same_again(keras.Model([x, y], made, name="several"))


def test_models_inside_of_wrappers() -> None:
    frame = keras.Sequential([keras.Input((4, 4, 2)), layers.Conv2D(2, 3, name="c")], name="frame")
    a = keras.Input((4, 4, 2), name="a")
    dense = layers.Dense(2, name="d", trainable=False)
    other = keras.Model(a, dense(layers.Flatten(name="f")(a)), name="other-1")
    x = keras.Input((3, 4, 4, 2), name="x")
    made = [layers.TimeDistributed(frame, name="one")(x), layers.TimeDistributed(other)(x)]
    text = same_again(keras.Model(x, made, name="video")).text
    assert "{TimeDistributed: {layer: Frame}, name: one}" in text
    assert "layer: {Other1: null, name: other-1}" in text


def test_a_layer_that_two_models_share_is_refused(tmp_path) -> None:
    a, x = keras.Input((3,), name="a"), keras.Input((3,), name="x")
    shared, plain = layers.Dense(3, name="shared"), layers.ReLU(name="plain")
    inner = keras.Model(a, plain(shared(a)) * 2, name="inner")
    model = keras.Model(x, [inner(x), plain(shared(x))])
    with pytest.raises(specc.SpeccError, match=r"S525.*`shared` is in two models or wrappers"):
        specc.from_keras(model)
    sequence = keras.Input((2, 3), name="sequence")
    each = layers.TimeDistributed(shared)(sequence)
    with pytest.raises(specc.SpeccError, match=r"S525.*`shared` is in two models or wrappers"):
        specc.from_keras(keras.Model([sequence, x], [each, shared(x)]))
    model.save(tmp_path / "m.keras")
    with pytest.raises(specc.SpeccError, match=r"S525.*layer `shared`: two models share it"):
        specc.import_model(tmp_path / "m.keras")


def test_arrays_among_tensors() -> None:
    x = keras.Input((3,), name="x")
    row = ops.convert_to_numpy(ops.array([1.0, 2.0, 3.0]))
    made = [x + row, ops.maximum(x, row), ops.take(x, ops.convert_to_numpy([2, 0]), axis=1)]
    model = keras.Model(x, made, name="arrays")
    spec = specc.from_keras(model)
    assert "expr: x + array([1.0, 2.0, 3.0])" in spec.text
    given = ops.ones((2, 3))
    for one, other in zip(specc.compile(spec)(given), model(given), strict=True):
        assert (one.numpy() == other.numpy()).all()


def test_what_operations_cast_to_is_no_policy() -> None:
    x = keras.Input((3,), name="x")
    model = keras.Model(x, ops.cast(ops.cast(x, "float16"), "int32"), name="casts")
    assert "dtype: int32" not in same_again(model).text


@pytest.mark.filterwarnings("ignore:When providing `inputs` as a dict")
def test_inputs_are_called_by_the_keys_of_their_mapping() -> None:
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b-1")
    model = keras.Model({"first": a, "second": b}, a - b, name="keyed")
    given = {"first": ops.ones((1, 3)), "second": ops.zeros((1, 3))}
    again = specc.compile(specc.from_keras(model))
    assert again(given).numpy().tolist() == model(given).numpy().tolist() == [[1.0, 1.0, 1.0]]


def test_inputs_in_inputs_are_refused() -> None:
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    model = keras.Model([a, {"b": b}], a + b)
    with pytest.raises(specc.SpeccError, match=r"S525.*inputs that are lists or mappings"):
        specc.from_keras(model)


def test_bins_that_were_learned() -> None:
    binned = layers.Discretization(num_bins=3)
    binned.adapt([0.0, 1.0, 2.0, 3.0, 5.0, 9.0])
    x = keras.Input((4,), name="x")
    model = keras.Model(x, binned(x))
    given = keras.ops.arange(8.0).numpy().reshape(2, 4)
    again = specc.compile(specc.from_keras(model))
    assert again(given).numpy().tolist() == model(given).numpy().tolist()
