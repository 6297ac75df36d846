"""A compile config becomes `training`."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from specc.catalog import Kind
from specc.catalog.compiling import COMPILE_OBJECTS, COMPILE_VALUES
from specc.importing.objects import Objects
from specc.importing.parts import Plain

DEFAULTS: Mapping[str, Plain] = {
    "optimizer": "rmsprop",
    "run_eagerly": False,
    "steps_per_execution": 1,
    "jit_compile": "auto",
    "auto_scale_loss": True,
}


def training_of(config: Mapping[str, Plain], objects: Objects) -> dict[str, Plain]:
    """The arguments of `Model.compile` that differ from the defaults."""
    made: dict[str, Plain] = {}
    for key in (*COMPILE_OBJECTS, *COMPILE_VALUES):
        value = config.get(key)
        if (
            value is None
            or value in ([], {})
            or (key != "optimizer" and value == DEFAULTS.get(key))
        ):
            continue
        if key in COMPILE_OBJECTS:
            value = _objects(COMPILE_OBJECTS[key], _rounded(value), objects)
        made[key] = value
    if made.keys() == {"optimizer"} and config.get("loss") is None:
        return made
    return made


def _objects(kind: Kind, value: Plain, objects: Objects) -> Plain:
    if isinstance(value, list):
        return [_objects(kind, item, objects) for item in value]
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _objects(kind, item, objects) for key, item in value.items()}
    return None if value is None else objects.object(kind, value)


def _rounded(value: Plain) -> Plain:
    """Numbers that were float32 variables, as they were written: 0.001, not 0.0010000000474974513.

    An optimizer keeps its learning rate in one, so the model made of the text has the same.
    """
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return shortest_float32(value) if isinstance(value, float) else value


def shortest_float32(value: float) -> float:
    """The shortest number with the same float32, if the value is exactly one of those."""
    try:
        if struct.unpack("<f", struct.pack("<f", value))[0] != value:
            return value
    except OverflowError:
        return value
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", short))[0] == value:
            return short
    return value
