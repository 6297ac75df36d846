"""Nothing in a config of a declared layer runs code, takes long, or ends but in an error."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

import specc

GOOD = "specc: 1\nlibrary: L\ndefine:\n  L:\n    params: {n: 2}\n    inputs: [x]\n    body: x * n\n"
BOMB = "a: &a [1,1,1,1,1,1,1,1]\n" + "\n".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]" for i in range(9)
)


def spec(text: Any = GOOD, layer: Any = "L", params: Any = None) -> dict[str, Any]:
    return {"layer": layer, "spec": {"spec.yaml": text}, "params": params or {}}


HOSTILE: dict[str, Any] = {
    "no YAML": spec("{[ a: : }"),
    "a tag": spec("specc: 1\nlibrary: !!python/object/apply:os.system [id]\n"),
    "an alias bomb": spec("specc: 1\nlibrary: L\n" + BOMB),
    "a deep text": spec("specc: 1\nlibrary: " + "[" * 100_000),
    "another name": spec(layer="M"),
    "a document of another kind": spec("specc: 1\nkeras: {Dense: {units: 2}}\n"),
    "code": spec(GOOD.replace("x * n", "x.__class__.__mro__")),
    "a call": spec(GOOD.replace("x * n", "open(x)")),
    "a long expression": spec(GOOD.replace("x * n", "x" + " + x" * 250_000)),
    "a comprehension": spec(
        GOOD.replace("x * n", "x * sum([i for i in range(90000) for j in range(90000)])")
    ),
    "reserved names": spec(GOOD.replace("body:", "weights: {__class__: {shape: []}}\n    body:")),
    "Keras's names": spec(GOOD.replace("body:", "weights: {call: {shape: []}}\n    body:")),
    "an import": spec(GOOD.replace("define:", "imports: {F: 'python:os:system'}\ndefine:")),
    "a file": spec(GOOD.replace("define:", "imports: {F: '../../etc/passwd'}\ndefine:")),
    "a Lambda": spec(GOOD.replace("x * n", "[{Lambda: {function: {config: {code: AAAA}}}}]")),
    "unknown params": spec(params={"m": 3}),
    "params of another type": spec(params={"n": "=__import__('os')"}),
    "huge params": spec(params={"n": 10**3000}),
    "params that are no mapping": {**spec(), "params": [1, 2]},
    "a layer that is no text": {**spec(), "layer": {"a": 1}},
    "a spec that is no mapping": {**spec(), "spec": GOOD},
    "a spec of numbers": {**spec(), "spec": {"spec.yaml": 7}},
    "no spec": {"layer": "L", "params": {}},
    "nothing": {},
    "an unknown key": {**spec(), "module": "os"},
    "a huge layer": spec(
        GOOD.replace("x * n", "[{repeat: 1000000000, body: [{Dense: {units: 4}}]}]")
    ),
}
SECONDS = 20


def archive(path: Path, config: Any, good: Path) -> Path:
    """The archive of a good model, whose declared layer has another config."""
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "config.json":
                whole = json.loads(data)
                for layer in whole["config"]["layers"]:
                    if layer["class_name"] == "L":
                        layer["config"] = {"name": "l", "trainable": True, **config}
                data = json.dumps(whole).encode()
            target.writestr(name, data)
    return path


@pytest.fixture(scope="module")
def good(keras: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.keras"
    text = GOOD.replace("library: L", "model: m\ninputs: {x: {shape: [4]}}")
    specc.compile(specc.loads(text + "body: [{L: , name: l}]\n")).save(path)
    return path


@pytest.mark.parametrize("how", ["keras", "specc"])
@pytest.mark.parametrize("config", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused(keras: Any, good: Path, tmp_path: Path, config: Any, how: str) -> None:
    path = archive(tmp_path / "m.keras", config, good)
    start = time.monotonic()
    if how == "specc":
        with pytest.raises(specc.SpeccError):
            specc.load_model(path)
    else:
        with pytest.raises((specc.SpeccError, ValueError, TypeError)):
            keras.models.load_model(path)
    assert time.monotonic() - start < SECONDS


def test_the_good_one_is_loaded(good: Path, tmp_path: Path) -> None:
    path = archive(tmp_path / "m.keras", spec(params={"n": 3}), good)
    assert specc.load_model(path).get_layer("l").get_config()["params"] == {"n": 3}
