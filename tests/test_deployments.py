"""Deployments planned, digests of whole files, and files seen through mappings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError

SPEC = """\
specc: 1
model: small
params: {units: 3}
variants: {wide: {units: 5}}
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: =units}, name: hidden}
  - {BatchNormalization: , name: norm}
"""
DEPLOYMENT = """\
specc: 1
deployment: prod
model: ../specs/m.yaml
weights:
"""
MAPPING = """\
specc: 1
mapping: torch
rules:
  - {from: fc.weight, to: hidden.kernel, transpose: [1, 0]}
  - {from: fc.bias, to: hidden.bias}
  - {from: bn.weight, to: norm.gamma}
  - {from: nothing, to: head.bias}
ignore: bn.bias
"""
NORM = {f"norm.{name}": np.ones(3, np.float32) for name in (
    "gamma", "beta", "moving_mean", "moving_variance"
)}  # fmt: skip
HIDDEN = {
    "hidden.kernel": np.arange(12, dtype=np.float32).reshape(4, 3),
    "hidden.bias": np.ones(3, np.float32),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in whose root the process is: `specs`, `deploy`, `runs`."""
    for name in ("specs", "deploy", "runs"):
        (tmp_path / name).mkdir()
    (tmp_path / "specs" / "m.yaml").write_text(SPEC)
    np.savez(tmp_path / "runs" / "norm.npz", **NORM)
    np.savez(tmp_path / "runs" / "all.npz", **HIDDEN, **NORM)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def deployment(folder: Path, weights: str, more: str = "") -> Path:
    path = folder / "deploy" / "prod.yaml"
    path.write_text(DEPLOYMENT + weights + more)
    return path


def problems(call: Any) -> list[tuple[str, int]]:
    with pytest.raises(SpeccError) as caught:
        call()
    return [
        (each.code, each.span.begin[0] if each.span else 0) for each in caught.value.diagnostics
    ]


def test_a_deployment_says_model_files_and_rules(folder: Path) -> None:
    path = deployment(
        folder,
        "  - ../runs/all.npz\n"
        "  - {from: ../runs/norm.npz, select: norm.gamma}\n",
    )  # fmt: skip
    plan = specc.plan(path)
    assert plan.ok, str(plan)
    assert [each.path for each in plan.files] == ["runs/all.npz", "runs/norm.npz"]
    assert [each.slot for each in plan.bound if each.file == 1] == ["norm.gamma"]
    later = specc.plan(path, {"from": "runs/norm.npz", "select": "norm.*"})
    assert [len([each for each in later.bound if each.file == place]) for place in (1, 2)] == [0, 4]


def test_params_variant_and_state_of_a_deployment(folder: Path) -> None:
    np.savez(folder / "runs" / "wide.npz", **{
        "hidden.kernel": np.ones((4, 5), np.float32), "hidden.bias": np.ones(5, np.float32),
        "norm.gamma": np.ones(5, np.float32), "norm.beta": np.ones(5, np.float32),
    })  # fmt: skip
    for choice in ("variant: wide\n", "params: {units: 5}\n"):
        path = deployment(folder, "  ../runs/wide.npz\n", choice)
        assert len(specc.plan(path).missing) == 2
        path = deployment(folder, "  ../runs/wide.npz\n", choice + "non_trainable: fresh\n")
        assert specc.plan(path).ok


@pytest.mark.parametrize(
    ("weights", "more", "found"),
    [
        ("  - ../runs/all.npz\n  - {from: a.npz, selct: a}\n", "", [("S920", 6)]),
        ("  - {from: ../runs/all.npz, sha256: ab}\n", "", [("S920", 5)]),
        ("  - {from: ../runs/all.npz, mapping: 3}\n", "", [("S920", 5)]),
        ("  - ../runs/al.npz\n", "", [("S001", 0)]),
        ("  - ../runs/all.npz\n", "variant: wied\n", [("S126", 6)]),
        ("  - ../runs/all.npz\n", "non_trainable: frsh\n", [("S920", 6)]),
        ("  - ../runs/all.npz\n", "params: {units: x}\n", [("S124", 6)]),
        ("  []\n", "", [("S920", 0)]),
    ],
)
def test_deployments_that_are_wrong(
    folder: Path, weights: str, more: str, found: list[tuple[str, int]]
) -> None:
    path = deployment(folder, weights, more)
    assert problems(lambda: specc.plan(path)) == found


def test_digests_of_whole_files_are_compared_before_binding(
    keras: ModuleType, folder: Path
) -> None:
    digest = hashlib.sha256((folder / "runs" / "all.npz").read_bytes()).hexdigest()
    path = deployment(folder, f"  - {{from: ../runs/all.npz, sha256: {digest.upper()}}}\n")
    model = specc.bind(path)
    np.testing.assert_array_equal(model.get_layer("hidden").kernel, HIDDEN["hidden.kernel"])
    np.savez(folder / "runs" / "all.npz", **HIDDEN, **{**NORM, "norm.beta": np.zeros(3)})
    now = hashlib.sha256((folder / "runs" / "all.npz").read_bytes()).hexdigest()
    with pytest.raises(SpeccError, match=rf"all\.npz` has the SHA-256 {now}, and {digest} is") as e:
        specc.bind(path)
    assert [each.code for each in e.value.diagnostics] == ["S942"]
    folder_of = {"from": "runs", "sha256": digest}
    assert problems(lambda: specc.bind(folder / "specs" / "m.yaml", folder_of)) == [("S002", 0)]


def test_files_are_seen_through_mappings(keras: ModuleType, folder: Path) -> None:
    torch = {"fc.weight": HIDDEN["hidden.kernel"].T, "fc.bias": HIDDEN["hidden.bias"]}
    np.savez(folder / "runs" / "torch.npz", **torch, **{
        "bn.weight": np.full(3, 2, np.float32), "bn.bias": np.zeros(3, np.float32),
    })  # fmt: skip
    (folder / "deploy" / "torch.yaml").write_text(MAPPING)
    path = deployment(
        folder, "  - ../runs/norm.npz\n  - {from: ../runs/torch.npz, mapping: torch.yaml}\n"
    )
    plan = specc.plan(path)
    assert plan.ok, str(plan)
    assert [each.code for each in plan.warnings] == ["S938"]
    assert "warning: " in str(plan)
    model = specc.bind(path)
    np.testing.assert_array_equal(model.get_layer("hidden").kernel, HIDDEN["hidden.kernel"])
    np.testing.assert_array_equal(model.get_layer("norm").gamma, np.full(3, 2))
    entry = {"from": "runs/torch.npz", "mapping": "specs/m.yaml"}
    assert problems(lambda: specc.plan(folder / "specs" / "m.yaml", entry)) == [("S931", 1)]
    (folder / "deploy" / "torch.yaml").write_text(MAPPING.replace("ignore: bn.bias\n", ""))
    assert [code for code, _ in problems(lambda: specc.plan(path))] == ["S933", "S938"]


# --- `moved` ---


def test_moved_of_globs_and_of_layers_without_names(folder: Path) -> None:
    text = (
        SPEC
        + """\
moved:
  - {from: enc.*.dense, to: h*}
  - {from: dense_0, to: hidden}
  - {from: "old.*", to: "norm.*"}
"""
    )
    old = {f"old.{key.removeprefix('norm.')}": value for key, value in NORM.items()}
    np.savez("old.npz", **{f"dense_0.{key[7:]}": each for key, each in HIDDEN.items()}, **old)
    plan = specc.plan(specc.loads(text), "old.npz")
    assert plan.ok, str(plan)
    np.savez("older.npz", **{f"enc.idden.dense.{k[7:]}": each for k, each in HIDDEN.items()}, **old)
    plan = specc.plan(specc.loads(text), "older.npz")
    assert plan.ok, str(plan)


# --- globs that mean nothing ---


def test_globs_that_cover_no_variable_are_refused(folder: Path) -> None:
    spec = folder / "specs" / "m.yaml"
    for rules, near in (
        ({"fresh": "hiden.**"}, "hidden.**"),
        ({"select": ["norm.**", "hidden.kernal"]}, "hidden.kernel"),
        ({"transpose": {"hiden.kernel": [0, 1]}}, "hidden.kernel"),
        ({"cast": "nrom"}, "norm"),
        ({"select": "!hiden.*"}, "!hidden.*"),
    ):
        plan = specc.plan(spec, {"from": "runs/all.npz", **rules})
        found = [each for each in plan.diagnostics if each.code == "S941"]
        assert [each.help for each in found] == [f"did you mean `{near}`?"], rules
        assert not plan.ok
    plan = specc.plan(spec, "runs/all.npz", fresh=["hiden"])
    assert [each.code for each in plan.diagnostics] == ["S941"]


def test_rules_over_names_that_change_nothing_are_told_if_it_does_not_bind(folder: Path) -> None:
    spec = folder / "specs" / "m.yaml"
    rules: dict[str, object] = {"rename": {"^net": "", "^hidden": "hiden"}, "ignore": ["x", "norm"]}
    plan = specc.plan(spec, {"from": "runs/all.npz", **rules})
    warned = [each.message for each in plan.warnings]
    assert warned == [
        "`runs/all.npz`: `ignore` has `x`, which is for none of its tensors",
        "`runs/all.npz`: `rename` has `^net`, which is for none of its tensors",
    ]
    assert "S938" in {each.code for each in plan.diagnostics}
    assert not specc.plan(spec, {"from": "runs/all.npz", "ignore": "x"}).warnings


def test_select_may_take_back_from_everything(folder: Path) -> None:
    files = ["runs/all.npz", {"from": "runs/norm.npz", "select": "!norm.moving_*"}]
    plan = specc.plan(folder / "specs" / "m.yaml", files)
    assert [each.slot for each in plan.bound if each.file == 1] == ["norm.beta", "norm.gamma"]


# --- the command line ---


def test_plan_of_a_deployment(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from specc.cli.main import main

    path = deployment(folder, "  - ../runs/all.npz\n")
    assert main(["plan", str(path)]) == 0
    assert capsys.readouterr().out.endswith("6 bound, 0 fresh: it would bind\n")
    assert main(["plan", "specs/m.yaml"]) == 2
    assert "required" in capsys.readouterr().err
    (folder / "map.yaml").write_text(MAPPING)
    argv = ["plan", "specs/m.yaml", "-w", "runs/norm.npz", "-w", "runs/all.npz"]
    assert main([*argv, "--mapping", "map.yaml"]) == 1
    assert "error[S933]" in capsys.readouterr().err
