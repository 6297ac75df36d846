"""`specc check` of deployments: all that can be known without Keras, at its line."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import specc
from tests.test_deployments import DEPLOYMENT, HIDDEN, MAPPING, NORM, SPEC


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("specs", "deploy", "runs"):
        (tmp_path / name).mkdir()
    (tmp_path / "specs" / "m.yaml").write_text(SPEC)
    (tmp_path / "deploy" / "torch.yaml").write_text(MAPPING)
    np.savez(tmp_path / "runs" / "all.npz", **HIDDEN, **NORM)
    np.savez(tmp_path / "runs" / "norm.npz", **NORM)
    (tmp_path / "runs" / "page.npz").write_text("<html>404</html>")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(folder: Path, text: str) -> list[str]:
    """Each problem: its line and column, code, and near names."""
    path = folder / "deploy" / "prod.yaml"
    path.write_text(text)
    return [
        f"{each.span.begin[0]}:{each.span.begin[1]} {each.code} {each.label or each.help}".strip()
        if each.span
        else f"{each.code} {each}"
        for each in specc.check(path)
    ]


ALL = "  - ../runs/all.npz\n"
MAPPED = "  - ../runs/norm.npz\n  - {{from: ../runs/all.npz, mapping: {}}}\n"


@pytest.mark.parametrize(
    ("weights", "more", "problems"),
    [
        (ALL, "", []),
        (
            ALL,
            "export: [keras]\nverify: {samples: 3}\n",
            [f"{line}:1 S436 `specc bind` writes the model itself" for line in (6, 7)],
        ),
        ("  - ../runs/al.npz\n", "", ["5:5 S001 did you mean `all.npz`?"]),
        ("  - {from: ../runs/page.npz}\n", "", ["5:12 S901"]),
        (ALL, "variant: wied\n", ["6:10 S126 did you mean `wide`?"]),
        (ALL, "params: {unit: 3}\n", ["6:10 S121 did you mean `units`?"]),
        (ALL, "params: {units: x}\n", ["6:17 S124"]),
        (ALL, "non_trainable: frsh\n", ["6:16 S920 did you mean `fresh`?"]),
        (
            "  - {from: ../runs/all.npz, sha256: 9f, selct: [a]}\n"
            "  - {from: ../runs/all.npz, rename: {'(': a}}\n",
            "",
            ["5:37 S920", "5:48 S920 did you mean `select`?", "6:37 S920"],
        ),
        (
            "  - {from: ../runs/all.npz, select: [norm.*, hiden.*],\n"
            "     transpose: {hiden.kernel: [1, 0]}}\n",
            "",
            ["5:46 S941 did you mean `hidden.*`?", "6:18 S941 did you mean `hidden.kernel`?"],
        ),
        ("  - {from: ../runs/all.npz, fresh: hiden}\n", "", ["5:36 S941 did you mean `hidden`?"]),
        ("  - ../runs/norm.npz\n", "", ["4:1 S921", "4:1 S921"]),
        (ALL, "variant: wide\n", ["5:5 S923"]),
        (
            "  - ../runs/norm.npz\n  - {from: ../runs/all.npz, mapping: torch.yml}\n",
            "",
            ["6:12 S001 did you mean `torch.yaml`?"],
        ),
        (
            "  - ../runs/norm.npz\n  - {from: ../runs/all.npz, mapping: torch.yaml}\n",
            "",
            ["2:10 S933 hidden.kernel"],
        ),
    ],
)
def test_each_problem_at_its_place(
    folder: Path, weights: str, more: str, problems: list[str]
) -> None:
    told = found(folder, DEPLOYMENT + weights + more)
    assert len(told) >= len(problems)
    assert bool(told) == bool(problems)
    assert [each[: len(wanted)] for each, wanted in zip(told, problems, strict=False)] == problems


def test_the_spec_of_a_deployment_is_checked(folder: Path) -> None:
    text = (DEPLOYMENT + ALL).replace("m.yaml", "n.yaml")
    assert found(folder, text) == ["3:8 S001 did you mean `m.yaml`?"]
    (folder / "specs" / "m.yaml").write_text(SPEC.replace("Dense:", "Dens:"))
    assert found(folder, DEPLOYMENT + ALL) == ["7:6 S201 did you mean `Dense`?"]
    (folder / "specs" / "m.yaml").write_text("specc: 1\nlibrary: l\n")
    assert found(folder, DEPLOYMENT + ALL) == ["3:8 S803"]


def test_files_are_hashed_only_if_asked_for(folder: Path) -> None:
    from specc.cli.main import main

    right = hashlib.sha256((folder / "runs" / "all.npz").read_bytes()).hexdigest()
    for digest, code in ((right, 0), ("f" * 64, 1)):
        text = DEPLOYMENT + f"  - {{from: ../runs/all.npz, sha256: {digest}}}\n"
        assert found(folder, text) == []
        assert main(["check", "deploy/prod.yaml", "--digests"]) == code


def test_it_takes_no_tensorflow(folder: Path) -> None:
    (folder / "deploy" / "prod.yaml").write_text(DEPLOYMENT + ALL)
    code = (
        "import sys; from specc.cli.main import main; assert main(['check', 'deploy']) == 0; "
        "assert not {'tensorflow', 'keras'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
