"""Every model of `keras.applications`: shapes, dtypes and variables, by the rules and by Keras."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from specc.catalog.rules import UNKNOWN, Inference, Specs, TensorSpec, leaves
from specc.diagnostics import Source, Span
from specc.ir import Operation, OperationKind
from specc.keras_backend.private import deferred_variables
from specc.keras_backend.slots import slots_of
from specc.passes.inference import infer_call

NOWHERE = Span(Source("<config>", ""), 0, 0)
SHORT = ("MobileNetV2", "ResNet50", "EfficientNetB0")


def names() -> list[str]:
    import keras

    found = vars(keras.applications).items()
    return sorted(n for n, f in found if inspect.isfunction(f) and n[0].isupper())


def operations(config: Mapping[str, Any]) -> Iterator[tuple[Operation, list[Any]]]:
    """The operations of a functional config, with their calls."""
    for layer in config["layers"]:
        own = dict(layer["config"])
        dtype = own.pop("dtype", None)
        dtype = dtype["config"]["name"] if isinstance(dtype, dict) else dtype
        kind = (
            OperationKind.OP if layer["module"].startswith("keras.src.ops") else OperationKind.LAYER
        )
        if layer["class_name"] == "InputLayer":
            kind = OperationKind.INPUT
            own = {"batch_shape": list(own["batch_shape"]), "dtype": dtype}
        if layer["class_name"] == "Sequential":
            own["layers"] = [{"name": each["config"]["name"], **each} for each in own["layers"]]
        for key in ("name", "trainable") if kind is not OperationKind.INPUT else ():
            own.pop(key, None)
        yield (
            Operation(
                kind, layer["name"], layer["class_name"], own, NOWHERE,
                layer["name"], layer["module"], dtype=dtype,
            ),
            layer.get("inbound_nodes", []),
        )  # fmt: skip


def resolve(value: Any, specs: Mapping[tuple[str, int, int], TensorSpec]) -> Specs:
    """A call's argument with specs for tensors."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return specs.get(tuple(value["config"]["keras_history"]), UNKNOWN)
    if isinstance(value, dict):
        return {key: resolve(item, specs) for key, item in value.items()}
    return [resolve(item, specs) for item in value] if isinstance(value, list) else value


def infer(operation: Operation, args: list[Any], kwargs: Mapping[str, Any]) -> Inference:
    """What an operation gives; the layers of a sequential model inside one after the other."""
    if operation.class_name != "Sequential":
        return infer_call(operation, args, kwargs, "float32", lambda *_: UNKNOWN)
    value, slots = args[0], []
    for inner, _ in operations(operation.arguments):
        if inner.kind is not OperationKind.INPUT:
            found = infer(inner, [value], {})
            value = found.outputs
            slots += [slot.below(inner.name) for slot in found.slots or ()]
    return Inference(value, tuple(slots))


def check(model: Any) -> tuple[int, list[str]]:
    """How many operations there are, and where the rules say something else than Keras."""
    wrong: list[str] = []
    specs: dict[tuple[str, int, int], TensorSpec] = {}
    count = 0
    made = {each.name: each for each in model.operations}
    for operation, nodes in operations(model.get_config()):
        count += 1
        layer = made[operation.name]
        for place, node in enumerate(nodes or [{"args": [], "kwargs": {}}]):
            args = [resolve(value, specs) for value in node["args"]]
            kwargs = {name: resolve(value, specs) for name, value in node["kwargs"].items()}
            found = infer(operation, args, kwargs)
            for index, spec in enumerate(leaves(found.outputs)):
                specs[operation.name, place, index] = spec
        shape = specs[operation.name, 0, 0].shape
        if shape != tuple(layer.output.shape):
            wrong.append(f"{operation.name}: {shape} is {tuple(layer.output.shape)}")
        if operation.kind is not OperationKind.LAYER:
            continue
        real = {
            (slot.key.partition(".")[2], tuple(slot.variable.shape), slot.trains)
            for slot in slots_of(layer, "layer")
        }
        told = None if found.slots is None else {
            (slot.path, slot.shape, slot.trainable) for slot in found.slots
        }  # fmt: skip
        if told != real:
            wrong.append(f"{operation.name} ({operation.class_name}): {told} is {real}")
    return count, wrong


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in SHORT else [pytest.mark.long]) for name in names()],
)
def test_rules_and_keras_agree_on_every_layer(keras: Any, name: str) -> None:
    with deferred_variables():
        model = getattr(keras.applications, name)(weights=None)
        count, wrong = check(model)
    assert count > 20
    assert not wrong, "\n".join(wrong[:10])
