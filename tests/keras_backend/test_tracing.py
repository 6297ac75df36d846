"""What a model knows of where its variables are from."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.api.weight_files import verify_file
from specc.errors import SpeccError
from specc.keras_backend.records import Origin
from specc.keras_backend.tracing import MEMBER
from specc.weights import digests, open_source

TEXT = """\
specc: 1
model: small
separator: _
inputs: {x: {shape: [4]}}
define:
  entry:
    inputs: [x]
    body:
      - {Dense: {units: 3}, name: dense}
      - {BatchNormalization: , name: norm}
body:
  - {entry: , name: stem}
  - {Dense: {units: 2}, name: head}
"""


@pytest.fixture
def base(keras: ModuleType, tmp_path: Path) -> Path:
    specc.save_weights(specc.compile(specc.loads(TEXT), seed=7), tmp_path / "base.safetensors")
    return tmp_path / "base.safetensors"


def test_fresh_variables_have_their_seed(keras: ModuleType) -> None:
    found = specc.provenance(specc.compile(specc.loads(TEXT), seed=7))
    assert len(found) == 8
    assert {each.how for each in found.values()} == {"seed 7"}
    assert {each.how for each in specc.provenance(specc.compile(specc.loads(TEXT))).values()} == {
        "fresh"
    }


def test_bound_variables_have_their_files(base: Path, tmp_path: Path) -> None:
    turned = tmp_path / "head.npz"
    np.savez(turned, **{"head.kernel": np.ones((2, 3)), "head.bias": np.ones(2, np.float32)})
    rules = {"from": turned, "transpose": {"head.kernel": [1, 0]}, "cast": True}
    model = specc.bind(specc.loads(TEXT), [base, rules], fresh=["stem.dense.bias"], seed=3)
    found = specc.provenance(model)
    with open_source(base) as source:
        recorded = digests(source)["stem.dense.kernel"]
    kernel = found["stem.dense.kernel"]
    assert (kernel.file, kernel.key, kernel.digest, kernel.how, kernel.unchanged) == (
        *(str(base), "stem.dense.kernel", recorded, "", None),
    )
    assert found["head.kernel"].how == "transposed [1, 0], cast from float64"
    assert (found["head.kernel"].file, found["head.kernel"].digest) == (str(turned), "")
    assert (found["stem.dense.bias"].file, found["stem.dense.bias"].how) == ("", "seed 3")


def test_on_request_variables_are_compared(base: Path) -> None:
    model = specc.bind(specc.loads(TEXT), base, fresh=["head.bias"])
    model.get_layer("stem_dense").bias.assign(np.ones(3))
    found = specc.provenance(model, check=True)
    assert not found["stem.dense.bias"].unchanged
    assert found["head.bias"].unchanged is None
    others = found.keys() - {"stem.dense.bias", "head.bias"}
    assert all(found[key].unchanged for key in others)


def test_archives_that_specc_wrote_say_where_theirs_are_from(
    base: Path, tmp_path: Path, keras: ModuleType
) -> None:
    from specc.api.weights import write_bound

    spec, path = specc.loads(TEXT), tmp_path / "m.keras"
    write_bound(spec, specc.bind(spec, base), path)
    model = specc.load_model(path)
    found = specc.provenance(model, check=True)
    assert {(each.file, each.unchanged) for each in found.values()} == {(str(path), True)}
    kernel = found["stem.dense.kernel"]
    assert kernel.key == "stem.dense.kernel"
    assert kernel.before is not None
    assert (kernel.before.file, kernel.before.key) == (str(base), "stem.dense.kernel")
    model.get_layer("stem_norm").moving_mean.assign(np.ones(3))
    with pytest.raises(SpeccError, match="changed since"):
        specc.save_weights(model, tmp_path / "t.npz", only="trainable")
    keras.models.load_model(path)  # which knows nothing of it


@pytest.mark.parametrize("style", ["separator: _", "style: sequential", ""])
def test_loaded_models_have_the_keys_of_their_spec(
    keras: ModuleType, tmp_path: Path, style: str
) -> None:
    from specc.api.weights import write_bound

    text = TEXT.replace("separator: _", style or "separator: .")
    text = text.replace("name: head}", "name: head, keras_name: predictions}")
    if style == "style: sequential":
        text = text.replace("{entry: , name: stem}", "{Dense: {units: 3}, name: stem}")
    spec, path = specc.loads(text), tmp_path / "m.keras"
    model = specc.compile(spec, seed=1)
    write_bound(spec, model, path)
    specc.save_weights(model, tmp_path / "first.npz")
    loaded = specc.load_model(path)
    origins = specc.provenance(loaded, check=True)
    assert {key: each.key for key, each in origins.items()} == {key: key for key in origins}
    assert {each.unchanged for each in origins.values()} == {True}
    specc.save_weights(loaded, tmp_path / "again.npz")
    with open_source(tmp_path / "first.npz") as one, open_source(tmp_path / "again.npz") as two:
        assert two.tensors().keys() == one.tensors().keys()
        assert digests(two) == digests(one)
        assert "head.kernel" in one.tensors()


def test_archives_of_saved_weights_say_so_too(base: Path, tmp_path: Path) -> None:
    specc.save_weights(specc.bind(specc.loads(TEXT), base), tmp_path / "m.keras")
    found = specc.provenance(specc.load_model(tmp_path / "m.keras"), check=True)
    assert {each.unchanged for each in found.values()} == {True}
    assert {each.before.file for each in found.values() if each.before} == {str(base)}


def test_of_others_nothing_is_claimed(keras: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="d")])
    assert set(specc.provenance(model, check=True).values()) == {Origin()}
    model.save(path)
    found = specc.provenance(specc.load_model(path), check=True)
    assert {(each.file, each.key, each.unchanged) for each in found.values()} == {
        (str(path), "", None)
    }


@pytest.mark.parametrize(
    ("text", "code"),
    {
        "[": "S903",
        '{"version": 1}': "S608",
        '{"version": 1, "about": {}, "variables": {"a": {"slot": 1}}}': "S608",
        '{"version": 1, "about": {}, "layers": [["a", "b"]], "variables": {}}': "S608",
        '{"version": 1, "about": {}, "layers": [["a", ["x"]]], "variables": {}}': "",
        '{"version": 1, "about": {"params": 3}, "variables": {}}': "S903",
        '{"version": 2}': "",
    }.items(),
)
def test_archives_that_say_something_else(
    keras: ModuleType, tmp_path: Path, text: str, code: str
) -> None:
    path = tmp_path / "m.keras"
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="d")]).save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(MEMBER, text)
    if not code:
        assert specc.load_model(path) is not None
        return
    with pytest.raises(SpeccError) as caught:
        specc.load_model(path)
    assert [each.code for each in caught.value.diagnostics] == [code]


def test_the_report_of_a_binding(base: Path, tmp_path: Path, capsys: Any) -> None:
    from specc.cli.main import main

    (tmp_path / "m.yaml").write_text(TEXT, encoding="utf-8")
    out = tmp_path / "m.npz"
    argv = ["bind", str(tmp_path / "m.yaml"), "-w", str(base), "-o", str(out), "--format", "json"]
    assert main(argv) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["version"], report["output"]) == (1, str(out))
    bias = report["variables"]["head.bias"]
    assert (bias["file"], bias["key"], bias["digest"]) == (str(base), "head.bias", bias["value"])


def test_archives_are_verified_by_the_digests_in_them(keras: ModuleType, tmp_path: Path) -> None:
    model = specc.compile(specc.loads(TEXT), seed=1)
    path = tmp_path / "m.keras"
    specc.save_weights(model, path)
    found = verify_file(path)
    assert (found.checked, found.unknown, found.problems) == (len(model.weights), (), ())
    data = path.read_bytes()
    kernel = max((weight.numpy() for weight in model.weights), key=lambda array: array.size)
    assert data.count(kernel.tobytes()) == 1
    path.write_bytes(data.replace(kernel.tobytes(), (kernel + 1).tobytes()))
    assert [each.code for each in verify_file(path).problems] == ["S907"]
    path.write_bytes(data)
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as other, zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = b'{"version": 1, "variables": {"a": 3, "b": {"blake3": "x", "tensors": 4}}}'
            other.writestr(name, text if name == "specc.weights.json" else archive.read(name))
    assert [e.code for e in verify_file(tmp_path / "other.keras").problems] == ["S930"]
