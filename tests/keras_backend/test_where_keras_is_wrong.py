"""What Keras does with weights today, and what specc does instead: a test for each.

Each first shows that Keras binds wrongly or says nothing; if a release of Keras mends that, the
test says so by failing there.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError

HEAD = "specc: 1\nmodel: m\ninputs: {x: {shape: [8]}}\nbody:\n"


def spec_of(*names: str, units: int = 8) -> specc.Spec:
    steps = (f"  - {{Dense: {{units: {units}}}, name: {name}}}\n" for name in names)
    return specc.loads(HEAD + "".join(steps))


def kernel(model: Any, name: str) -> np.ndarray:
    array: np.ndarray = model.get_layer(name).kernel.numpy()
    return array


@pytest.fixture
def abc(keras: ModuleType, tmp_path: Path) -> tuple[Any, Path]:
    """A model of layers a, b and c, and its weights as Keras writes them."""
    model = specc.compile(spec_of("a", "b", "c"), seed=1)
    path = tmp_path / "abc.weights.h5"
    model.save_weights(path)
    return model, path


def test_layers_are_matched_by_name_and_not_by_position(abc: tuple[Any, Path]) -> None:
    model, path = abc
    other = spec_of("new", "a", "b")
    wrong = specc.compile(other, seed=2)
    wrong.load_weights(path)  # a success, without a warning
    np.testing.assert_array_equal(kernel(wrong, "a"), kernel(model, "b"))
    plan = specc.plan(other, path)
    assert [each.key for each in plan.missing] == ["new.bias", "new.kernel"]
    assert [each.key for each in plan.unexpected] == [
        "layers/dense_2/vars/0",
        "layers/dense_2/vars/1",
    ]
    right = specc.bind(other, {"from": path, "select": ["a", "b"]}, fresh=["new"])
    np.testing.assert_array_equal(kernel(right, "a"), kernel(model, "a"))


def test_swapped_layers_get_their_own(abc: tuple[Any, Path]) -> None:
    model, path = abc
    wrong = specc.compile(spec_of("b", "a", "c"))
    wrong.load_weights(path)
    np.testing.assert_array_equal(kernel(wrong, "a"), kernel(model, "b"))
    right = specc.bind(spec_of("b", "a", "c"), path)
    np.testing.assert_array_equal(kernel(right, "a"), kernel(model, "a"))


def test_renamed_layers_are_noticed_and_can_be_said(abc: tuple[Any, Path]) -> None:
    model, path = abc
    renamed = spec_of("a", "b", "z")
    specc.compile(renamed).load_weights(path)  # silently
    with pytest.raises(SpeccError) as caught:
        specc.bind(renamed, path)
    assert {each.code for each in caught.value.diagnostics} == {"S921", "S922"}
    moved = specc.loads(renamed.text + "moved: [{from: c, to: z}]\n")
    np.testing.assert_array_equal(kernel(specc.bind(moved, path), "z"), kernel(model, "c"))


def test_layers_that_only_the_file_has_are_mentioned(abc: tuple[Any, Path]) -> None:
    _, path = abc
    fewer = spec_of("a", "b")
    try:
        specc.compile(fewer).load_weights(path)
        told = ""
    except ValueError as error:
        told = str(error)
    assert "c" not in told.split()  # which layer it is, Keras doesn't say
    assert [each.near for each in specc.plan(fewer, path).unexpected] == ["", ""]
    with pytest.raises(SpeccError, match="dense_2"):
        specc.bind(fewer, path)


def test_a_shape_mismatch_names_both_shapes_and_changes_nothing(abc: tuple[Any, Path]) -> None:
    _, path = abc
    text = spec_of("a", "b").text + "  - {Dense: {units: 5}, name: c}\n"
    live = specc.compile(specc.loads(text), seed=3)
    before = [each.numpy() for each in live.weights]
    with pytest.raises(SpeccError, match=r"\[8, 5\], and .* is \[8, 8\]"):
        specc.bind(live, path)
    for old, variable in zip(before, live.weights, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())
    with pytest.raises(ValueError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        live.load_weights(path)
    assert any((a != b.numpy()).any() for a, b in zip(before, live.weights, strict=True))


def test_freezing_does_not_move_weights(keras: ModuleType, tmp_path: Path) -> None:
    """The order of `model.weights` changes; keys don't."""
    text = HEAD + "  - {Dense: {units: 8}, name: a}\n  - {BatchNormalization: , name: n}\n"
    plain, frozen = specc.loads(text), specc.loads(text + "freeze: [a]\n")
    model = specc.compile(plain, seed=1)
    np.savez(tmp_path / "w.npz", *[each.numpy() for each in model.weights])
    specc.save_weights(model, tmp_path / "w.safetensors")
    bound = specc.bind(frozen, tmp_path / "w.safetensors")
    by_path = {each.path: each.numpy() for each in bound.weights}
    for variable in model.weights:
        np.testing.assert_array_equal(variable.numpy(), by_path[variable.path])


@pytest.mark.parametrize("name", ["ckpt", "w.safetensors"])
def test_files_that_keras_does_not_read(keras: ModuleType, tmp_path: Path, name: str) -> None:
    import tensorflow as tf

    model = specc.compile(spec_of("a"), seed=1)
    path = tmp_path / name
    if name == "ckpt":
        tf.train.Checkpoint(model=model).write(str(path))
    else:
        specc.save_weights(model, path)
    other = specc.compile(spec_of("a"), seed=2)
    with pytest.raises(ValueError, match=r"\.h5|\.keras|supported|format"):
        other.load_weights(path)
    np.testing.assert_array_equal(kernel(specc.bind(other, path), "a"), kernel(model, "a"))


def test_trainable_variables_alone(keras: ModuleType, tmp_path: Path) -> None:
    """`save_weights` of Keras has no way to."""
    text = HEAD + "  - {Dense: {units: 8}, name: a}\n  - {BatchNormalization: , name: n}\n"
    specc.save_weights(
        specc.compile(specc.loads(text)), tmp_path / "t.safetensors", only="trainable"
    )
    from specc.weights import open_source

    with open_source(tmp_path / "t.safetensors") as source:
        assert sorted(source.tensors()) == ["a.bias", "a.kernel", "n.beta", "n.gamma"]


def test_dtypes_are_not_changed_in_silence(keras: ModuleType, tmp_path: Path) -> None:
    half = specc.compile(specc.loads(spec_of("a").text + "dtype: float16\n"))
    half.save_weights(tmp_path / "w.weights.h5")
    full = specc.compile(spec_of("a"))
    full.load_weights(tmp_path / "w.weights.h5")  # rounded values, no word
    with pytest.raises(SpeccError, match=r"float32, and .* is float16"):
        specc.bind(spec_of("a"), tmp_path / "w.weights.h5")
    specc.bind(spec_of("a"), {"from": tmp_path / "w.weights.h5", "cast": True})
