"""Weights saved, planned and bound with real models."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError

TEXT = """\
specc: 1
model: small
params: {classes: 3}
inputs: {x: {shape: [8, 8, 2]}}
define:
  entry:
    inputs: [x]
    body:
      - {Conv2D: {filters: 4, kernel_size: 3, use_bias: false}, name: conv}
      - {BatchNormalization: , name: bn}
body:
  - {entry: , name: stem}
  - {Dropout: {rate: 0.5}, name: drop}
  - {Flatten: , name: flat}
  - {Dense: {units: =classes}, name: head}
"""
RECURRENT = """\
specc: 1
model: recurrent
inputs: {x: {shape: [6, 4]}}
body:
  - {Bidirectional: {layer: {LSTM: {units: 3, return_sequences: true}}}, name: both}
  - {TimeDistributed: {layer: {Dense: {units: 4}}}, name: each}
  - {MultiHeadAttention: {num_heads: 2, key_dim: 3}, args: {query: _, value: _}, name: attention}
  - {GRU: {units: 2}, name: gru}
"""
STACKED = """\
specc: 1
model: stacked
inputs: {x: {shape: [6, 4]}}
body:
  - RNN: {cell: {StackedRNNCells: {cells: [{GRUCell: {units: 2}}, {GRUCell: {units: 3}}]}}}
    name: stack
"""


def spec_of(text: str = TEXT, **params: object) -> specc.Spec:
    return specc.loads(text, params=params)


def values(model: Any) -> dict[str, np.ndarray]:
    return {each.path: each.numpy() for each in model.weights if "seed" not in each.path}


def assert_equal(first: Any, second: Any) -> None:
    for path, value in values(first).items():
        np.testing.assert_array_equal(value, values(second)[path], path)


def trained(keras: ModuleType, text: str = TEXT) -> Any:
    """A model all of whose variables hold something else than what initializers make."""
    keras.utils.set_random_seed(1)
    model = specc.compile(spec_of(text), seed=1)
    for variable in model.weights:
        if "seed" not in variable.path:
            variable.assign(keras.random.uniform(variable.shape, 0.5, 1.0, variable.dtype))
    return model


@pytest.mark.parametrize("text", [TEXT, RECURRENT], ids=["convolutions", "layers in layers"])
@pytest.mark.parametrize(
    ("suffix", "strategy"),
    {
        ".safetensors": "specc keys",
        ".npz": "specc keys",
        ".weights.h5": "layer names in the file",
        ".keras": "layer names in the file",
        ".ckpt": "TensorFlow object names",
        "": "TensorFlow object names",
    }.items(),
)
def test_every_form_of_file_binds(
    keras: ModuleType, tmp_path: Path, suffix: str, strategy: str, text: str
) -> None:
    import tensorflow as tf

    model = trained(keras, text)
    path = tmp_path / f"model{suffix}"
    match suffix:
        case ".weights.h5":
            model.save_weights(path)
        case ".keras":
            model.save(path)
        case ".ckpt":
            tf.train.Checkpoint(model=model).write(str(path))
        case "":
            model.export(path, verbose=False)
        case _:
            specc.save_weights(model, path)
    plan = specc.plan(spec_of(text), path)
    assert plan.ok, str(plan)
    assert plan.files[0].strategy == strategy
    bound = specc.bind(spec_of(text), path, seed=5)
    assert_equal(model, bound)
    example = np.random.default_rng(0).random((2, *model.inputs[0].shape[1:]), np.float32)
    np.testing.assert_array_equal(model(example), bound(example))


@pytest.mark.parametrize("text", [TEXT, RECURRENT, STACKED])
def test_archives_of_older_keras_bind_by_their_config(
    keras: ModuleType, tmp_path: Path, text: str
) -> None:
    from tests.weights.test_keras3 import without_names

    model = trained(keras, text)
    model.save(tmp_path / "new.keras")
    plan = specc.plan(spec_of(text), without_names(tmp_path / "new.keras"))
    assert plan.ok, str(plan)
    assert_equal(model, specc.bind(spec_of(text), tmp_path / "old.keras"))
    with zipfile.ZipFile(tmp_path / "old.keras") as archive:
        archive.extract("model.weights.h5", tmp_path)
    with pytest.raises(SpeccError) as caught:  # by classes and positions, Keras would guess
        specc.bind(spec_of(text), tmp_path / "model.weights.h5")
    assert "bind the `.keras`" in caught.value.diagnostics[-1].help


def test_what_is_bound_trains_and_saves_over_its_file(keras: ModuleType, tmp_path: Path) -> None:
    """Mapped variables are changed in place, and their file is replaced, without harm."""
    path = tmp_path / "w.safetensors"
    specc.save_weights(trained(keras), path)
    before = path.read_bytes()
    model = specc.bind(spec_of(), path, mmap=True)
    model.compile("sgd", "mse")
    x, y = np.ones((4, 8, 8, 2), np.float32), np.ones((4, 3), np.float32)
    model.fit(x, y, epochs=2, verbose=0)
    for variable in model.trainable_variables:
        variable.assign_add(keras.ops.ones(variable.shape))
    assert path.read_bytes() == before
    changed = values(model)
    path.chmod(0o600)
    specc.save_weights(model, path, force=True)
    assert path.read_bytes() != before
    again = specc.bind(spec_of(), path, mmap=True)
    for name, value in values(again).items():
        np.testing.assert_array_equal(value, changed[name])


def test_fresh_weights_are_never_computed_for_what_a_file_has(
    keras: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.safetensors"
    specc.save_weights(trained(keras), path)
    called = []
    real = keras.initializers.GlorotUniform.__call__

    def watched(self: Any, shape: Any, *args: Any, **kwargs: Any) -> Any:
        called.append(tuple(shape))
        return real(self, shape, *args, **kwargs)

    monkeypatch.setattr(keras.initializers.GlorotUniform, "__call__", watched)
    specc.bind(spec_of(), path)
    assert called == []
    specc.bind(spec_of(), path, fresh=["head.kernel"])
    assert called == [(144, 3)]


def test_a_new_head_has_the_values_of_its_seed(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    specc.save_weights(trained(keras), path)
    wider = spec_of(classes=7)
    with pytest.raises(SpeccError) as caught:
        specc.bind(wider, path)
    assert {each.code for each in caught.value.diagnostics} == {"S923"}
    model = specc.bind(wider, path, seed=9, fresh=["head.**"])
    fresh = values(specc.compile(wider, seed=9))
    np.testing.assert_array_equal(values(model)["head/kernel"], fresh["head/kernel"])


def test_lists_of_layers_bind_from_h5(keras: ModuleType, tmp_path: Path) -> None:
    """TensorFlow's checkpoints of Keras 3 don't have them at all."""
    model = trained(keras, STACKED)
    model.save_weights(tmp_path / "w.weights.h5")
    assert_equal(model, specc.bind(spec_of(STACKED), tmp_path / "w.weights.h5"))


# --- trainable only ---


def test_trainable_only_files_say_what_they_leave_out(keras: ModuleType, tmp_path: Path) -> None:
    base, tuned = tmp_path / "base.safetensors", tmp_path / "tuned.safetensors"
    content = specc.save_weights(trained(keras), base)
    model = specc.bind(spec_of(), base)
    model.get_layer("head").kernel.assign_add(keras.ops.ones((144, 3)))
    specc.save_weights(model, tuned, only="trainable")
    from specc.weights import open_source, provenance

    with open_source(tuned) as source:
        assert sorted(source.tensors()) == [
            *("head.bias", "head.kernel", "stem.bn.beta", "stem.bn.gamma", "stem.conv.kernel")
        ]
        about = provenance(source)
    assert about is not None
    assert about.only == "trainable"
    assert sorted(about.left_out) == ["stem.bn.moving_mean", "stem.bn.moving_variance"]
    assert about.base == content
    assert about.architecture == spec_of().digest
    assert about.slots == spec_of().slot_digest
    with pytest.raises(SpeccError) as caught:
        specc.bind(spec_of(), tuned)
    assert {each.code for each in caught.value.diagnostics} == {"S921", "S925"}
    assert_equal(model, specc.bind(spec_of(), [base, tuned]))


def test_left_out_state_may_be_asked_to_be_fresh(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "t.safetensors"
    specc.save_weights(trained(keras), path, only="trainable")
    with pytest.raises(SpeccError, match="moving_mean"):
        specc.bind(spec_of(), path)
    model = specc.bind(spec_of(), path, non_trainable="fresh")
    np.testing.assert_array_equal(values(model)["stem.bn/moving_mean"], np.zeros(4))


def test_the_wrong_base_is_refused(keras: ModuleType, tmp_path: Path) -> None:
    names = ("base", "other", "tuned")
    base, other, tuned = (tmp_path / f"{name}.safetensors" for name in names)
    specc.save_weights(trained(keras), base)
    specc.save_weights(specc.compile(spec_of(), seed=1), other)
    specc.save_weights(specc.bind(spec_of(), base), tuned, only="trainable")
    assert specc.plan(spec_of(), [base, tuned]).ok
    with pytest.raises(SpeccError, match="completes the file"):
        specc.bind(spec_of(), [other, tuned])


# --- live models ---


def test_a_live_model_is_bound_in_place(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    source = trained(keras)
    specc.save_weights(source, path)
    model = specc.compile(spec_of(), seed=2)
    assert specc.bind(model, path) is model
    assert_equal(source, model)


def test_a_model_of_plain_keras_is_saved_and_bound(keras: ModuleType, tmp_path: Path) -> None:
    def build() -> Any:
        layers = [keras.Input((4,)), keras.layers.Dense(3, name="a"), keras.layers.Dense(2)]
        return keras.Sequential(layers)

    first, second = build(), build()
    specc.save_weights(first, tmp_path / "w.safetensors")
    assert not specc.plan(second, tmp_path / "w.safetensors").ok  # `dense`, then `dense_1`
    rename = {r"^dense_\d+|^dense": second.layers[1].name}
    specc.bind(second, {"from": tmp_path / "w.safetensors", "rename": rename})
    np.testing.assert_array_equal(first.get_weights()[2], second.get_weights()[2])


def test_an_apply_that_fails_leaves_the_model_untouched(
    keras: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even half way through the assignments."""
    path = tmp_path / "w.safetensors"
    specc.save_weights(trained(keras), path)
    model = specc.compile(spec_of(), seed=2)
    before = values(model)
    real = keras.Variable.assign
    count = []

    def failing(self: Any, value: Any) -> Any:
        count.append(1)
        if len(count) == 3:
            raise KeyboardInterrupt
        return real(self, value)

    monkeypatch.setattr(keras.Variable, "assign", failing)
    with pytest.raises(KeyboardInterrupt):
        specc.bind(model, path)
    for name, value in values(model).items():
        np.testing.assert_array_equal(value, before[name])


def test_damage_found_while_reading_leaves_the_model_untouched(
    keras: ModuleType, tmp_path: Path
) -> None:
    import tensorflow as tf

    model = trained(keras)
    prefix = str(tmp_path / "ckpt")
    tf.train.Checkpoint(model=model).write(prefix)
    Path(f"{prefix}.data-00000-of-00001").write_bytes(b"")
    live = specc.compile(spec_of(), seed=2)
    before = values(live)
    with pytest.raises(SpeccError):
        specc.bind(live, prefix)
    for name, value in values(live).items():
        np.testing.assert_array_equal(value, before[name])


def test_copies_of_a_slot_must_be_equal(keras: ModuleType, tmp_path: Path) -> None:
    model = trained(keras)
    arrays = {path.replace("/", "."): value for path, value in values(model).items()}
    same, other = tmp_path / "same.npz", tmp_path / "other.npz"
    np.savez(same, **arrays, **{"copy.kernel": arrays["head.kernel"]})
    np.savez(other, **arrays, **{"copy.kernel": arrays["head.kernel"] + 1})
    rename = {"^copy": "head"}
    assert_equal(model, specc.bind(spec_of(), {"from": same, "rename": rename}))
    with pytest.raises(SpeccError) as caught:
        specc.bind(spec_of(), {"from": other, "rename": rename})
    assert caught.value.diagnostics[0].code == "S924"


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float8_e4m3fn"])
def test_casts_are_asked_for_and_made(keras: ModuleType, tmp_path: Path, dtype: str) -> None:
    import ml_dtypes

    kind = np.dtype(getattr(ml_dtypes, dtype, dtype))
    model = trained(keras)
    path = tmp_path / "w.safetensors"
    from specc.weights import TensorInfo, write_safetensors

    arrays = {k.replace("/", "."): v.astype(kind) for k, v in values(model).items()}
    infos = [TensorInfo(key, value.shape, dtype) for key, value in arrays.items()]
    write_safetensors(path, infos, arrays.__getitem__)
    with pytest.raises(SpeccError, match="float32"):
        specc.bind(spec_of(), path)
    bound = values(specc.bind(spec_of(), {"from": path, "cast": True}))
    for key, value in bound.items():
        np.testing.assert_array_equal(value, arrays[key.replace("/", ".")].astype(np.float32))


def test_bfloat16_models_come_back_bit_for_bit(keras: ModuleType, tmp_path: Path) -> None:
    text = TEXT.replace("model: small", "model: small\ndtype: bfloat16")
    model = trained(keras, text)
    path = tmp_path / "w.safetensors"
    specc.save_weights(model, path)
    bound = specc.bind(spec_of(text), path, mmap=True)
    for name, value in values(model).items():
        assert values(bound)[name].tobytes() == value.tobytes()


def test_frozen_layers_are_bound_and_stay_frozen(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    source = trained(keras)
    specc.save_weights(source, path)
    frozen = spec_of(TEXT + 'freeze: ["stem.**"]\n')
    model = specc.bind(frozen, path)
    assert_equal(source, model)
    assert [each.path for each in model.trainable_variables] == ["head/kernel", "head/bias"]
    model.get_layer("stem.conv").trainable = True
    model.compile("sgd", "mse")
    before = values(model)["stem.conv/kernel"]
    model.fit(np.ones((4, 8, 8, 2)), np.ones((4, 3)), verbose=0)
    assert (values(model)["stem.conv/kernel"] != before).any()


def test_adapters_are_kept_apart_and_need_their_base(keras: ModuleType, tmp_path: Path) -> None:
    base, adapter = tmp_path / "base.safetensors", tmp_path / "adapter.safetensors"
    specc.save_weights(trained(keras), base)
    lora = spec_of(TEXT + "freeze: ['**']\nlora: {rank: 2, targets: head}\n")
    model = specc.bind(lora, base, seed=1, fresh=["head.lora_*"])
    model.get_layer("head").lora_kernel_b.assign(np.ones((2, 3)))
    specc.save_weights(model, adapter, only="trainable")
    from specc.weights import open_source

    with open_source(adapter) as source:
        assert "head.lora_kernel_a" in source.tensors()
        assert "head.kernel" not in source.tensors()
    again = specc.bind(lora, [base, adapter])
    x = np.ones((1, 8, 8, 2), np.float32)
    np.testing.assert_array_equal(model(x), again(x))


@pytest.mark.parametrize("live", [False, True])
def test_what_normalization_learned_is_computed_with(
    live: bool, keras: ModuleType, tmp_path: Path
) -> None:
    """It makes constants of its variables, which assigning these doesn't change."""
    text = "specc: 1\nmodel: m\ninputs: {x: {shape: [4]}}\nbody: [{Normalization: , name: n}]\n"
    spec = specc.loads(text)
    model = specc.compile(spec)
    x = np.arange(8, dtype="float32").reshape(2, 4) ** 2
    model.get_layer("n").adapt(x)
    specc.save_weights(model, tmp_path / "w.safetensors")
    target = specc.compile(spec) if live else spec
    bound = specc.bind(target, tmp_path / "w.safetensors")
    np.testing.assert_array_equal(bound(x), model(x))
    assert abs(float(np.asarray(bound(x)).mean())) < 1e-5
