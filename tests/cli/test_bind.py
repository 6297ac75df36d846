"""`specc plan`, `bind` and `weights save` as processes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import RunSpecc

SPEC = """\
specc: 1
model: small
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 3}, name: hidden}
  - {BatchNormalization: , name: norm}
  - {Dense: {units: 2}, name: head}
"""
SHAPES = {
    "hidden.kernel": (4, 3),
    "hidden.bias": (3,),
    **{f"norm.{name}": (3,) for name in ("gamma", "beta", "moving_mean", "moving_variance")},
    "head.kernel": (3, 2),
    "head.bias": (2,),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.yaml").write_text(SPEC, encoding="utf-8")
    values = {key: np.full(shape, 0.5, np.float32) for key, shape in SHAPES.items()}
    np.savez(tmp_path / "w.npz", **values)
    np.savez(tmp_path / "old.npz", **{f"net.{key}": value for key, value in values.items()})
    del values["norm.moving_mean"]
    values["extra.kernel"] = values.pop("head.kernel")
    np.savez(tmp_path / "part.npz", **values)
    return tmp_path


def test_a_plan_that_binds(run_specc: RunSpecc, folder: Path) -> None:
    done = run_specc("plan", "m.yaml", "-w", "w.npz", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "w.npz  npz, by specc keys: 8 bound" in done.stdout
    assert done.stdout.endswith("8 bound, 0 fresh: it would bind\n")


def test_a_plan_that_does_not(run_specc: RunSpecc, folder: Path) -> None:
    done = run_specc("plan", "m.yaml", "-w", "part.npz", "--format", "json", cwd=folder)
    plan = json.loads(done.stdout)
    assert (done.returncode, plan["ok"]) == (1, False)
    assert [each["key"] for each in plan["missing"]] == ["head.kernel", "norm.moving_mean"]
    assert [each["key"] for each in plan["unexpected"]] == ["extra.kernel"]


def test_rules_belong_to_the_file_before_them(run_specc: RunSpecc, folder: Path) -> None:
    done = run_specc("plan", "m.yaml", "-w", "w.npz", "--select", "hidden.**",
                     "-w", "old.npz", "--rename", r"^net\.=", "--ignore", "net.hidden",
                     cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "hidden.bias           hidden.bias (1)" in done.stdout
    assert "head.bias             net.head.bias (2)" in done.stdout


@pytest.mark.parametrize(
    ("args", "says"),
    {
        (): "required",
        ("--select", "a", "-w", "w.npz"): "it stands after `--weights`",
        ("-w", "w.npz", "--rename", "a"): "is not like `PATTERN=NAME`",
        ("-w", "w.npz", "--transpose", "a=x"): "is no order of axes",
        ("-w", "w.npz", "--non-trainable", "frsh"): "invalid choice",
    }.items(),
)
def test_wrong_usage(run_specc: RunSpecc, folder: Path, args: tuple[str, ...], says: str) -> None:
    done = run_specc("plan", "m.yaml", *args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_rules_that_are_none_are_problems(run_specc: RunSpecc, folder: Path) -> None:
    done = run_specc("plan", "m.yaml", "-w", "w.npz", "--match", "shape", cwd=folder)
    assert done.returncode == 1
    assert "error[S920]" in done.stderr


def test_bound_models_are_written_and_nothing_is_overwritten(
    run_specc: RunSpecc, folder: Path
) -> None:
    bind = ("bind", "m.yaml", "-w", "w.npz", "-o")
    for out in ("m.keras", "saved"):
        assert run_specc(*bind, out, cwd=folder).returncode == 0, out
    plan = run_specc("plan", "m.yaml", "-w", "saved", cwd=folder)
    assert plan.returncode == 0, plan.stdout
    again = run_specc(*bind, "m.keras", cwd=folder)
    assert (again.returncode, "S801" in again.stderr) == (1, True)
    assert run_specc(*bind, "saved", cwd=folder).returncode == 1
    assert run_specc(*bind, "saved", "--force", cwd=folder).returncode == 0
    wrong = run_specc(*bind, "m.txt", cwd=folder)
    assert (wrong.returncode, "ends in none of" in wrong.stderr) == (2, True)
    assert not list(folder.glob(".specc-*"))


def test_what_does_not_bind_writes_nothing(run_specc: RunSpecc, folder: Path) -> None:
    done = run_specc("bind", "m.yaml", "-w", "part.npz", "-o", "m.keras", cwd=folder)
    assert done.returncode == 1
    assert done.stderr.count("error[S92") == 3
    assert not (folder / "m.keras").exists()


def test_trainable_only(run_specc: RunSpecc, folder: Path) -> None:
    save = run_specc("weights", "save", "m.yaml", "-w", "w.npz", "--only", "trainable",
                     "-o", "t.safetensors", cwd=folder)  # fmt: skip
    assert save.returncode == 0, save.stderr
    alone = run_specc("plan", "m.yaml", "-w", "t.safetensors", cwd=folder)
    assert alone.returncode == 1
    assert "norm.moving_mean" in alone.stdout
    fresh = run_specc("plan", "m.yaml", "-w", "t.safetensors", "--non-trainable", "fresh",
                      cwd=folder)  # fmt: skip
    assert fresh.returncode == 0
    both = run_specc("plan", "m.yaml", "-w", "w.npz", "-w", "t.safetensors", cwd=folder)
    assert both.returncode == 0, both.stdout


def test_what_is_left_out_is_compared_with_the_base(run_specc: RunSpecc, folder: Path) -> None:
    with np.load(folder / "w.npz") as values:
        moved = np.ones(3, np.float32)
        np.savez(folder / "tuned.npz", **{**values, "norm.moving_mean": moved})
    save = ("weights", "save", "m.yaml", "-w", "tuned.npz", "--base", "w.npz", "-o", "t.npz")
    refused = run_specc(*save, "--only", "trainable", cwd=folder)
    assert refused.returncode == 1
    assert "error[S927]: `norm.moving_mean`: left out, though changed since w.npz" in refused.stderr
    assert run_specc(*save, "--only", "changed", cwd=folder).returncode == 0
    with np.load(folder / "t.npz") as written:
        assert set(written) - {"__specc__"} == {"norm.moving_mean"}


def test_a_plan_that_needs_tensorflow_is_quiet(run_specc: RunSpecc, folder: Path) -> None:
    text = f"{SPEC}training: {{optimizer: adam, loss: mse}}\n"
    (folder / "t.yaml").write_text(text, encoding="utf-8")
    done = run_specc("plan", "t.yaml", "-w", "w.npz", "--with", "training", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "optimizer.hidden.kernel.momentum" in done.stdout
