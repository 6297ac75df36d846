"""What goes wrong in a declared layer is told whole, and at its line of the YAML."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc

PICK = """specc: 1
model: m
style: subclassed
inputs: {x: {shape: [4]}, scale: {shape: [null]}}
define:
  Pick:
    inputs: [x, scale]
    weights: {w: {shape: [4, 4]}}
    body:
      - expr: x * 2
      - expr:
          product: matmul(_, w)
          scaled: product * scale
body:
  - {Pick: , in: [x, scale], name: pick}
methods:
  half:
    inputs: [x]
    body: x * v
weights: {v: {shape: [4]}}
"""
OPTIONAL = """specc: 1
model: m
inputs: {x: {shape: [4]}}
define:
  Mix:
    inputs: {x: {}, context: {optional: true}}
    body:
      - if: context is None
        then: x
        else: [{Dense: {units: 4}, in: context, name: extra}]
body: [{Mix: , name: mix}]
"""
X = np.ones((2, 4), np.float32)


@pytest.fixture(scope="module")
def pick(keras: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("pick") / "pick.yaml"
    path.write_text(PICK)
    return specc.compile(specc.load(path))


def lines_of(call: Callable[[], Any]) -> tuple[BaseException, list[tuple[str, int | None]]]:
    with pytest.raises(Exception) as caught:
        call()
    frames = traceback.extract_tb(caught.value.__traceback__)
    return caught.value, [(Path(each.filename).name, each.lineno) for each in frames]


@pytest.mark.parametrize("mode", ["eager", "predict", "symbolic"])
def test_a_traceback_shows_the_line_of_the_yaml(keras: Any, pick: Any, mode: str) -> None:
    wrong = {"x": X, "scale": np.ones((2, 3), np.float32)}
    symbols = {"x": keras.Input((4,)), "scale": keras.Input((3,))}
    calls: dict[str, Callable[[], Any]] = {
        "eager": lambda: pick(wrong),
        "predict": lambda: pick.predict(wrong, verbose=0),
        "symbolic": lambda: pick(symbols),
    }
    error, lines = lines_of(calls[mode])
    assert ("pick.yaml", 13) in lines
    assert "Pick" in str(error)


def test_a_method_too(pick: Any) -> None:
    with pytest.raises(specc.SpeccError, match=r"pick.yaml:19:11: error\[S220\]"):
        pick.half(np.ones((2, 5), np.float32))


def test_a_graph_of_the_user_keeps_the_diagnostics(
    keras: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """AutoGraph leaves the classes alone, and what they raise as it is."""
    import tensorflow as tf

    layer = specc.compile(specc.loads(OPTIONAL)).get_layer("mix")

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no types
    def call(x: Any) -> Any:
        return layer(x, x)

    with pytest.raises(specc.SpeccError, match="S467") as caught:
        call(X)
    assert [each.code for each in caught.value.diagnostics] == ["S467"]
    assert "AutoGraph" not in capfd.readouterr().err


def test_a_symbolic_call_keeps_them(keras: Any) -> None:
    layer = specc.compile(specc.loads(OPTIONAL)).get_layer("mix")
    x = keras.Input((4,))
    with pytest.raises(specc.SpeccError) as caught:
        layer(x, x)
    assert [each.code for each in caught.value.diagnostics] == ["S467"]


WRONG = {
    "a tensor": (X, "a dict of x, scale; it got a "),
    "not all": ({"x": X}, "a dict of x, scale; it got one of x"),
    "a list": ([X, X], "a dict of x, scale; it got a list"),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_model_says_what_it_takes(pick: Any, given: Any, said: str) -> None:
    with pytest.raises(specc.SpeccError, match="S468") as caught:
        pick(given)
    assert said in str(caught.value)


def test_a_model_of_a_list_says_what_it_takes(keras: Any) -> None:
    text = """specc: 1
model: m
style: subclassed
inputs: [{name: a, shape: [4]}, {name: b, shape: [4]}]
body: a + b
"""
    model = specc.compile(specc.loads(text))
    np.testing.assert_array_equal(model([X, X]), X + X)
    for wrong in ([X], X, {"a": X, "b": X}):
        with pytest.raises(specc.SpeccError, match="takes a list of 2: a, b"):
            model(wrong)
