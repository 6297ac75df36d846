"""Files that leave variables out, and what becomes of it when these change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from specc.weights import open_source, provenance

TEXT = """\
specc: 1
model: small
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 3}, name: hidden}
  - {BatchNormalization: {momentum: 0.5}, name: norm}
  - {Dense: {units: 2}, name: head}
training: {optimizer: {SGD: {learning_rate: 0.1}}, loss: mse}
"""
STATE = ["norm.moving_mean", "norm.moving_variance"]
Files = Callable[[str], Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Paths in a folder; in it is the base, `base.safetensors`."""
    specc.save_weights(specc.compile(specc.loads(TEXT), seed=1), tmp_path / "base.safetensors")
    return lambda name: tmp_path / name


def fit(model: Any) -> Any:
    generator = np.random.default_rng(0)
    model.train_on_batch(generator.random((8, 4)), generator.random((8, 2)))
    return model


def tuned(files: Files, text: str = TEXT, base: str = "base.safetensors") -> Any:
    return fit(specc.bind(specc.loads(text), files(base)))


def codes(caught: pytest.ExceptionInfo[SpeccError]) -> set[str]:
    return {each.code for each in caught.value.diagnostics}


def keys(path: Path) -> list[str]:
    with open_source(path) as source:
        return sorted(source.tensors())


def same(first: Any, second: Any) -> bool:
    pairs = zip(first.get_weights(), second.get_weights(), strict=True)
    return all(np.array_equal(*pair) for pair in pairs)


def test_state_that_moved_is_not_left_out_in_silence(keras: ModuleType, files: Files) -> None:
    model = tuned(files)
    with pytest.raises(SpeccError) as caught:
        specc.save_weights(model, files("t.safetensors"), only="trainable")
    assert codes(caught) == {"S927"}
    assert all(key in str(caught.value) for key in STATE)
    assert "base.safetensors" in str(caught.value)
    assert not files("t.safetensors").exists()


def test_what_changed_is_the_trained_and_the_moved(keras: ModuleType, files: Files) -> None:
    model = tuned(files, TEXT + "freeze: [hidden]\n")
    specc.save_weights(model, files("t.safetensors"), only="changed")
    trained = ["head.bias", "head.kernel", "norm.beta", "norm.gamma"]
    assert keys(files("t.safetensors")) == sorted([*trained, *STATE])
    again = specc.bind(specc.loads(TEXT), [files("base.safetensors"), files("t.safetensors")])
    assert same(model, again)


def test_what_did_not_change_is_not_saved_as_changed(keras: ModuleType, files: Files) -> None:
    model = specc.bind(specc.loads(TEXT), files("base.safetensors"))
    model.get_layer("head").bias.assign(np.ones(2))
    specc.save_weights(model, files("t.npz"), only="changed")
    assert keys(files("t.npz")) == ["head.bias"]


@pytest.mark.parametrize("base", ["base.safetensors", "base.weights.h5"])
def test_left_on_purpose_it_is_noticed_at_binding(
    keras: ModuleType, files: Files, base: str
) -> None:
    """Of files with digests by the plan; of others when they are read."""
    specc.bind(specc.loads(TEXT), files("base.safetensors")).save_weights(files("base.weights.h5"))
    model = tuned(files, base=base)
    with pytest.raises(SpeccError, match="left out, though changed"):
        specc.save_weights(model, files("t.npz"), only="trainable")
    specc.save_weights(model, files("t.npz"), only="trainable", leave_changed=True)
    assert not set(keys(files("t.npz"))) & set(STATE)
    given: list[Any] = [files(base), files("t.npz")]
    assert specc.plan(specc.loads(TEXT), given).ok == (base == "base.weights.h5")
    for target in (specc.loads(TEXT), specc.compile(specc.loads(TEXT), seed=3)):
        with pytest.raises(
            SpeccError, match=r"norm\.moving_mean.* when `.*t\.npz` was written"
        ) as e:
            specc.bind(target, given)
        assert codes(e) == {"S926"}
    bound = specc.bind(specc.loads(TEXT), [given[0], {"from": given[1], "any_base": True}])
    np.testing.assert_array_equal(bound.get_layer("norm").moving_mean, np.zeros(3))


def test_state_that_a_later_file_provides_is_not_compared(keras: ModuleType, files: Files) -> None:
    model = tuned(files)
    specc.save_weights(model, files("t.npz"), only="trainable", leave_changed=True)
    np.savez(files("state.npz"), **{key: np.full(3, 2, np.float32) for key in STATE})
    names = ("base.safetensors", "t.npz", "state.npz")
    assert specc.plan(specc.loads(TEXT), [files(name) for name in names]).ok


def test_an_unchanged_base_under_another_digest_will_do(keras: ModuleType, files: Files) -> None:
    """What the file leaves out is what counts; the rest of its base is replaced."""
    model = specc.bind(specc.loads(TEXT), files("base.safetensors"))
    specc.save_weights(model, files("t.npz"), only="trainable")
    model.get_layer("head").bias.assign(np.ones(2))
    specc.save_weights(model, files("other.safetensors"))
    assert specc.plan(specc.loads(TEXT), [files("other.safetensors"), files("t.npz")]).ok
    model.get_layer("norm").moving_mean.assign(np.ones(3))
    specc.save_weights(model, files("third.safetensors"))
    with pytest.raises(SpeccError) as caught:
        specc.bind(specc.loads(TEXT), [files("third.safetensors"), files("t.npz")])
    assert codes(caught) == {"S925"}


def test_frozen_weights_that_changed_are_noticed_too(keras: ModuleType, files: Files) -> None:
    model = tuned(files)
    model.get_layer("hidden").trainable = False
    with pytest.raises(SpeccError, match=r"hidden\.kernel"):
        specc.save_weights(model, files("t.npz"), only="trainable")


def test_a_whole_save_is_the_base_from_then_on(keras: ModuleType, files: Files) -> None:
    model = tuned(files)
    content = specc.save_weights(model, files("full.safetensors"))
    specc.save_weights(model, files("t.npz"), only="trainable")
    with open_source(files("t.npz")) as source:
        about = provenance(source)
    assert about is not None
    assert about.base == content
    given = [files("full.safetensors"), files("t.npz")]
    assert same(model, specc.bind(specc.loads(TEXT), given))
    specc.save_weights(fit(model), files("full.safetensors"), force=True)
    specc.save_weights(model, files("t.npz"), only="trainable", force=True)
    assert same(model, specc.bind(specc.loads(TEXT), given))


@pytest.mark.parametrize("name", ["whole.weights.h5", "whole.keras", "whole.ckpt"])
def test_so_is_one_in_a_format_without_digests(keras: ModuleType, files: Files, name: str) -> None:
    model = tuned(files)
    specc.save_weights(model, files(name))
    model.get_layer("head").bias.assign([1, 2])
    specc.save_weights(model, files("trained.npz"), only="trainable")
    specc.save_weights(model, files("changed.npz"), only="changed")
    assert keys(files("changed.npz")) == ["head.bias"]
    for delta in ("trained.npz", "changed.npz"):
        assert same(specc.bind(specc.loads(TEXT), [files(name), files(delta)]), model)
        with pytest.raises(SpeccError) as caught:
            specc.bind(specc.loads(TEXT), [files("base.safetensors"), files(delta)])
        assert codes(caught) <= {"S925", "S926"}
    with pytest.raises(SpeccError) as caught:
        specc.save_weights(fit(model), files("more.npz"), only="trainable")
    assert codes(caught) == {"S927"}
    specc.save_weights(model, files("whole.safetensors"))
    specc.save_weights(model, files("none.npz"), only="changed")
    assert keys(files("none.npz")) == []


def test_a_base_may_be_named(keras: ModuleType, files: Files) -> None:
    """For models that know of none: loaded by Keras, or bound with files that were tuned."""
    model = tuned(files)
    model.save(files("tuned.keras"))
    loaded = keras.models.load_model(files("tuned.keras"))
    specc.save_weights(loaded, files("a.npz"), only="trainable")
    base = files("base.safetensors")
    with pytest.raises(SpeccError) as caught:
        specc.save_weights(loaded, files("b.npz"), only="trainable", base=base)
    assert codes(caught) == {"S927"}
    specc.save_weights(loaded, files("b.npz"), only="changed", base=base)
    assert same(model, specc.bind(specc.loads(TEXT), [base, files("b.npz")]))
    assert not specc.plan(specc.loads(TEXT), [base, files("a.npz")]).ok


def test_only_is_one_of_three(keras: ModuleType, files: Files) -> None:
    with pytest.raises(ValueError, match="`changed`"):
        specc.save_weights(specc.compile(specc.loads(TEXT)), files("t.npz"), only="trained")
