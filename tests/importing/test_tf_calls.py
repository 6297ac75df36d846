"""Calls of TensorFlow among Keras 2's layers: what becomes of them, and what can't."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from specc.importing import spec_text, tf_ops

FOLDER = Path(__file__).parent


def layer(name: str, class_name: str, config: dict[str, Any], *nodes: object) -> dict[str, Any]:
    config = {"name": name, "trainable": True, "dtype": "float32", **config}
    return {"class_name": class_name, "config": config, "name": name, "inbound_nodes": [*nodes]}


def model(*layers: dict[str, Any], output: str = "") -> dict[str, Any]:
    shape = {"batch_input_shape": [None, 4, 6]}
    inputs = [layer(name, "InputLayer", shape) for name in ("x", "y")]
    return {
        "class_name": "Functional",
        "keras_version": "2.9.0",
        "config": {
            "name": "m",
            "layers": [*inputs, *layers],
            "input_layers": [["x", 0, 0], ["y", 0, 0]],
            "output_layers": [[output or layers[-1]["name"], 0, 0]],
        },
    }


def called(function: str, *node: object, class_name: str = "TFOpLambda") -> dict[str, Any]:
    return layer(f"tf.{function}", class_name, {"function": function}, [*node])


def steps(config: dict[str, Any]) -> list[str]:
    text = spec_text(config, "old.json")
    body = text.partition("body:\n")[2].partition("outputs:")[0]
    return [each.strip().replace("\n    ", "\n") for each in body.split("  - ")[1:]]


SLICES = [{"start": None, "stop": None, "step": None}, None, {"start": 1, "stop": 3, "step": 2}]
TEXTS = [
    (called("math.multiply", ["x", 0, 0, {"y": 2.0, "name": None}]), "expr: x * 2.0"),
    (called("math.multiply", ["x", 0, 0, {"y": -2.0}]), "expr: x * (-2.0)"),
    (called("__operators__.add", ["x", 0, 0, {"y": ["y", 0, 0]}]), "expr: x + y"),
    (called("reshape", ["x", 0, 0, {"shape": {"class_name": "__tuple__", "items": [-1, 8]}}]),
     "expr: reshape(x, [-1, 8])"),
    (called("__operators__.ne", ["x", 0, 0, {"other": ["y", 0, 0]}]), "expr: x != y"),
    (called("math.subtract", ["_CONSTANT_VALUE", -1, 2.0, {"y": ["x", 0, 0]}]), "expr: 2.0 - x"),
    (called("math.add", ["_CONSTANT_VALUE", -1, [1, 2], {"y": ["x", 0, 0]}]),
     "expr: array([1, 2]) + x"),
    (called("math.reduce_mean", ["x", 0, 0, {"axis": None, "keepdims": False}]), "expr: mean(x)"),
    (called("math.reduce_sum", ["x", 0, 0, {"axis": [1], "keepdims": True}]),
     "expr: sum(x, axis=[1], keepdims=True)"),
    (called("math.argmax", ["x", 0, 0, {}]), "expr: argmax(x, axis=0)"),
    (called("concat", [["x", 0, 0, {"axis": -1}], ["y", 0, 0, {"axis": -1}]]),
     "expr: concatenate([x, y], axis=-1)"),
    (called("linalg.matmul", ["x", 0, 0, {"b": ["y", 0, 0], "transpose_b": True}]),
     "expr: x @ swapaxes(y, -2, -1)"),
    (called("split", ["x", 0, 0, {"num_or_size_splits": [1, 2, 3], "axis": 2}]),
     "expr: split(x, [1, 3], axis=2)\nas: [tf_split_0, _, _]"),
    (called("__operators__.getitem", ["x", 0, 0, {"slice_spec": SLICES}],
            class_name="SlicingOpLambda"), "expr: x[:, None, 1:3:2]"),
    (called("image.resize", ["x", 0, 0, {"size": [8, 3]}]),
     "{Resizing: {height: 8, width: 3}, in: x}"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), TEXTS)
def test_a_call_becomes_an_expression(call: dict[str, Any], expected: str) -> None:
    assert steps(model(call)) == [expected]


def test_a_shape_is_named_where_it_is_used() -> None:
    shape = called("compat.v1.shape", ["x", 0, 0, {}])
    size = called(
        "__operators__.getitem", ["tf.compat.v1.shape", 0, 0, {"slice_spec": 0}],
        class_name="SlicingOpLambda",
    )  # fmt: skip
    made = called("reshape", ["y", 0, 0, {"shape": [["tf.__operators__.getitem", 0, 0], 24]}])
    assert steps(model(shape, size, made)) == ["expr: reshape(y, [x.shape[0], 24])"]


def node(op: str, inputs: list[object], constants: dict[str, object], **attr: object) -> Any:
    config = {"node_def": {"name": "n", "op": op, "attr": attr}, "constants": constants}
    config["name"] = "n"
    return layer("tf_op_layer_n", "TensorFlowOpLayer", config, inputs)


X, Y = ["x", 0, 0, {}], ["y", 0, 0, {}]
MASKS = {"begin_mask": {"i": "1"}, "end_mask": {"i": "3"}, "shrink_axis_mask": {"i": "4"}}
NODES = [
    (node("Transpose", [X], {"1": [0, 2, 1]}), "expr: transpose(x, [0, 2, 1])"),
    (node("AddV2", [X, Y], {}), "expr: x + y"),
    (node("Sub", [X], {"0": 2.0}), "expr: 2.0 - x"),
    (node("Mean", [X], {"1": [1]}, keep_dims={"b": True}),
     "expr: mean(x, axis=[1], keepdims=True)"),
    (node("ConcatV2", [X, Y], {"2": -1}), "expr: concatenate([x, y], axis=-1)"),
    (node("Cast", [X], {}, DstT={"type": "DT_FLOAT"}), 'expr: cast(x, "float32")'),
    (node("Pack", [X, Y], {}, axis={"i": "1"}), "expr: stack([x, y], axis=1)"),
    (node("Squeeze", [X], {}, squeeze_dims={"list": {"i": ["1"]}}), "expr: squeeze(x, axis=[1])"),
    (node("StridedSlice", [X], {"1": [0, 0, 1], "2": [0, 0, 2], "3": [1, 2, 1]}, **MASKS),
     "expr: x[:, ::2, 1]"),
    (node("BatchMatMulV2", [X, Y], {}, adj_y={"b": True}), "expr: x @ swapaxes(y, -2, -1)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), NODES)
def test_a_node_becomes_an_expression(call: dict[str, Any], expected: str) -> None:
    assert steps(model(call)) == [expected]


AS_BYTES = [
    ("\n\x06matmul\x12\x06MatMul\x1a\x01x\x1a\x01y*\x07\n\x01T\x12\x020\x01"
     "*\x11\n\x0btranspose_b\x12\x02(\x01", [X, Y], "expr: x @ swapaxes(y, -2, -1)"),
    ("\n\x07squeeze\x12\x07Squeeze\x1a\x01x*\x07\n\x01T\x12\x020\x01"
     "*\x15\n\x0csqueeze_dims\x12\x05\n\x03\x1a\x01\x01", [X], "expr: squeeze(x, axis=[1])"),
    ("\n\x04cast\x12\x04Cast\x1a\x01x*\n\n\x04DstT\x12\x020\x13*\n\n\x04SrcT\x12\x020\x01",
     [X], 'expr: cast(x, "float16")'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "inputs", "expected"), AS_BYTES)
def test_a_node_may_be_written_as_its_bytes(written: str, inputs: list[Any], expected: str) -> None:
    """As TensorFlow 2.0 and 2.1 did."""
    call = node("", inputs, {})
    call["config"]["node_def"] = written
    assert steps(model(call)) == [expected]


@pytest.mark.parametrize("written", ["", "no node", "\n\xff", "\n\x01a\n\x01b", 7])
def test_bytes_that_are_no_node_are_refused(written: object) -> None:
    call = node("", [X], {})
    call["config"]["node_def"] = written
    with pytest.raises(SpeccError, match="S525"):
        steps(model(call))


def test_a_node_is_read_by_either_of_its_names() -> None:
    relu = layer("r", "Activation", {"activation": "relu"}, [["n", 0, 0, {}]])
    assert len(steps(model(node("AddV2", [X, Y], {}), relu))) == 2


REFUSED = {
    "no such function": (called("linalg.svd", X), "`tf.linalg.svd`"),
    "an argument without an equal": (
        called("math.cumsum", ["x", 0, 0, {"axis": 1, "reverse": True}]), "`reverse`"),
    "tensors that the config lost": (
        called("einsum", ["_CONSTANT_VALUE", -1, "abc,adc->abd", {}]), "`tf.einsum`"),
    "an operand that the config lost": (called("math.equal", X), "`==`"),
    "an operand of an operator": (called("__operators__.ne", X), "only one operand"),
    "a node without an equal": (node("FFT", [X], {}), "`FFT`"),
    "a node as bytes": (
        layer("n", "TensorFlowOpLayer", {"node_def": "\n\x01", "constants": {}}, [X]),
        "TensorFlowOpLayer"),
    "a method": (layer("n", "ClassMethod", {"cls_symbol": "RaggedTensor"}, [X]), "ClassMethod"),
    "a property": (layer("n", "InstanceProperty", {"attr_name": "values"}, [X]), "`tf.values`"),
    "a size that is computed": (called("slice", ["x", 0, 0, {"begin": Y, "size": [1]}]), "begin"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_equal_is_named_with_its_layer(what: str) -> None:
    call, part = REFUSED[what]
    with pytest.raises(SpeccError) as raised:
        steps(model(call))
    [problem] = raised.value.diagnostics
    assert problem.code == "S525"
    assert call["name"] in problem.message
    assert part in problem.message


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tf_keras", reason="the extra `dev` has it")
    folder = tmp_path_factory.mktemp("tf_functions")
    program = str(FOLDER / "tf_functions.py")
    subprocess.run([sys.executable, program, str(folder)], check=True, capture_output=True)
    return folder


@pytest.mark.long
def test_every_function_computes_the_same(keras: ModuleType, computed: Path) -> None:
    wrong = []
    with np.load(computed / "arrays.npz") as arrays:
        given = [arrays["x"], arrays["y"]]
        for path in sorted(computed.glob("*.json")):
            expected = arrays[f"out {path.stem}"]
            try:
                made = specc.compile(specc.import_model(path))
                found = np.asarray(made(given))
            except SpeccError as error:
                wrong.append(f"{path.stem}: {error}")
                continue
            if found.shape != expected.shape or not np.allclose(found, expected, 1e-5, 1e-5):
                wrong.append(f"{path.stem}: it differs")
    assert not wrong, "\n".join(wrong)


RANDOM = {"random.normal", "random.uniform"}


@pytest.mark.long
def test_every_function_of_the_table_is_among_these(computed: Path) -> None:
    seen = set()
    for path in computed.glob("*.json"):
        for each in json.loads(path.read_text())["config"]["layers"]:
            name = each["config"].get("function")
            seen.add(tf_ops.ALIASES.get(name, name))
    table = {*tf_ops.INFIX, *tf_ops.CALLS, *tf_ops.PARAMETERS}
    assert table - seen == RANDOM
