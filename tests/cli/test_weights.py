"""`specc weights`: looking into files, comparing and checking them, without TensorFlow."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from specc.weights import Provenance, write_npz, write_safetensors
from specc.weights.dtypes import numpy_dtype
from specc.weights.source import TensorInfo
from tests.cli.conftest import Specc
from tests.weights.tensorflow_bytes import plain, write_bundle

ARRAYS = {
    "body.kernel": np.arange(12, dtype="float32").reshape(3, 4),
    "body.bias": np.zeros(4, "float32"),
    "head.kernel": np.ones((4, 2), "float16"),
    "optimizer.step": np.array(7, "int64"),
}


def infos(arrays: dict[str, np.ndarray]) -> list[TensorInfo]:
    return [
        TensorInfo(
            key,
            array.shape,
            array.dtype.name,
            {"keras_path": key.replace(".", "/")},
            "optimizer" if key.startswith("optimizer") else "variable",
        )
        for key, array in arrays.items()
    ]


def write(path: Path, arrays: dict[str, np.ndarray], **facts: str) -> str:
    write_any = write_npz if path.suffix == ".npz" else write_safetensors
    about = Provenance(**facts)  # type: ignore[arg-type]
    return write_any(path, infos(arrays), arrays.__getitem__, about, force=True)


@pytest.fixture
def base(folder: Path) -> Path:
    path = folder / "base.safetensors"
    write(path, ARRAYS, architecture="arch1-sha256:ab", spec="m.yaml")
    return path


# --- ls ---


def test_ls_lists_tensors_and_sums_them_up(specc: Specc, base: Path) -> None:
    done = specc("weights", "ls", base.name)
    assert done == (0, EXPECTED, "")


EXPECTED = """\
base.safetensors  safetensors

key             shape  dtype        size  role
body.bias       4      float32  16 bytes  variable
body.kernel     3×4    float32  48 bytes  variable
head.kernel     4×2    float16  16 bytes  variable
optimizer.step  ()     int64     8 bytes  optimizer

4 tensors, 24 numbers in variables, 88 bytes
"""


def test_ls_selects_by_globs(specc: Specc, base: Path) -> None:
    done = specc("weights", "ls", base.name, "--select", "!optimizer.**", "--select", "!**.bias")
    assert "body.kernel" in done.out
    assert "head.kernel" in done.out
    assert "body.bias" not in done.out
    assert "2 of 4 tensors" in done.out
    assert "optimizer" not in done.out
    by_name = specc("weights", "ls", base.name, "--select", "head/*")
    assert "1 of 4 tensors" in by_name.out


def test_ls_refuses_a_glob_that_covers_nothing(specc: Specc, base: Path) -> None:
    done = specc("weights", "ls", base.name, "--select", "haed.**")
    assert (done.code, done.out) == (1, "")
    assert "S937" in done.err
    assert "did you mean `head.**`?" in done.err


def test_ls_verbose_tells_names_and_provenance(specc: Specc, base: Path) -> None:
    out = specc("weights", "ls", base.name, "-v").out
    assert "keras_path=body/kernel" in out
    assert "architecture: arch1-sha256:ab\n" in out
    assert "spec: m.yaml\n" in out


def test_ls_as_json(specc: Specc, base: Path, folder: Path) -> None:
    save_file({"w": np.ones((2, 3), "float32")}, folder / "x.safetensors", {"format": "pt"})
    done = specc("weights", "ls", base.name, "x.safetensors", "--format", "json")
    ours, others = json.loads(done.out)["files"]
    assert ours["total"] == {"tensors": 4, "parameters": 24, "bytes": 88}
    assert ours["provenance"]["spec"] == "m.yaml"
    assert all(len(tensor["blake3"]) == 64 for tensor in ours["tensors"])
    assert others["metadata"] == {"format": "pt"}
    assert others["provenance"] == {}
    assert others["tensors"] == [
        {
            "key": "w",
            "shape": [2, 3],
            "dtype": "float32",
            "bytes": 24,
            "role": "variable",
            "names": {},
            "blake3": None,
        }
    ]


def test_ls_of_what_is_no_weight_file(specc: Specc) -> None:
    done = specc("weights", "ls", "digits.yaml")
    assert (done.code, done.out) == (1, "")
    assert "S901" in done.err


# --- diff ---


def test_diff_of_the_same_in_two_formats(specc: Specc, base: Path, folder: Path) -> None:
    write(folder / "same.npz", ARRAYS)
    done = specc("weights", "diff", base.name, "same.npz")
    assert (done.code, done.out) == (0, "4 equal, 0 changed, 0 removed, 0 added\n")


def test_diff_tells_what_differs(specc: Specc, base: Path, folder: Path) -> None:
    other = {
        "body.kernel": ARRAYS["body.kernel"] + np.eye(3, 4, dtype="float32") / 2,
        "body.bias": np.zeros(5, "float32"),
        "head.kernel": ARRAYS["head.kernel"].astype("float32"),
        "new.kernel": np.ones(1, "float32"),
    }
    write(folder / "other.safetensors", other)
    done = specc("weights", "diff", base.name, "other.safetensors")
    assert done.code == 1
    assert sorted(done.out.splitlines()) == sorted(
        [
            "- optimizer.step  only in base.safetensors",
            "+ new.kernel  only in other.safetensors",
            "~ body.kernel  3 values differ, by at most 0.5",
            "~ body.bias  shape: 4 → 5",
            "~ head.kernel  dtype: float16 → float32",
            "",
            "0 equal, 3 changed, 1 removed, 1 added",
        ]
    )
    done = specc("weights", "diff", base.name, "other.safetensors", "--format", "json")
    found = json.loads(done.out)
    assert (done.code, found["same"]) == (1, False)
    assert found["first_only"] == ["optimizer.step"]
    assert {"key": "body.kernel", "largest": 0.5, "differing": 3}.items() <= (
        next(change for change in found["changed"] if change["what"] == "values").items()
    )


def test_diff_without_values_reads_none(specc: Specc, base: Path, folder: Path) -> None:
    write(folder / "other.npz", {key: array + array.dtype.type(1) for key, array in ARRAYS.items()})
    assert specc("weights", "diff", base.name, "other.npz").code == 1
    done = specc("weights", "diff", base.name, "other.npz", "--no-values")
    assert done.code == 0
    assert done.out.startswith("4 of the same shape and dtype")


def test_diff_pairs_by_names(specc: Specc, base: Path, folder: Path) -> None:
    save_file({key.replace(".", "/"): array for key, array in ARRAYS.items()}, folder / "k.st")
    done = specc("weights", "diff", base.name, "k.st")
    assert (done.code, done.out) == (
        0,
        "4 equal, 0 changed, 0 removed, 0 added, 4 under another key\n",
    )


def test_diff_sees_nan_and_signs_of_zero(specc: Specc, folder: Path) -> None:
    one = {"w": np.array([np.nan, 0.0, 1.0, 2.0], "float32")}
    two = {"w": np.array([np.nan, -0.0, 1.0, np.nan], "float32")}
    write(folder / "one.npz", one)
    write(folder / "two.npz", two)
    assert specc("weights", "diff", "one.npz", "one.npz").code == 0
    done = specc("weights", "diff", "one.npz", "two.npz")
    assert done.out.startswith("~ w  2 values differ\n")


def test_diff_of_only_what_is_selected(specc: Specc, base: Path, folder: Path) -> None:
    write(folder / "head.npz", {"head.kernel": ARRAYS["head.kernel"]})
    assert specc("weights", "diff", base.name, "head.npz").code == 1
    assert specc("weights", "diff", base.name, "head.npz", "--select", "head").code == 0


SPEC = """\
specc: 1
model: m
inputs: {x: {shape: [3]}}
body:
  - {Dense: {units: 4}, name: body}
"""


def test_diff_by_the_variables_of_a_spec(specc: Specc, folder: Path) -> None:
    (folder / "m.yaml").write_text(SPEC)
    kernel, bias = np.arange(12, dtype="float32").reshape(3, 4), np.zeros(4, "float32")
    write(folder / "ours.safetensors", {"body.kernel": kernel, "body.bias": bias})
    save_file({"dense.w": kernel + 1, "dense.b": bias}, folder / "theirs.st")
    names = {"dense.w": "body/kernel", "dense.b": "body/bias"}
    write_npz(
        folder / "theirs.npz",
        [TensorInfo(k, v.shape, "float32", {"keras_path": names[k]})
         for k, v in (("dense.w", kernel + 1), ("dense.b", bias))],
        {"dense.w": kernel + 1, "dense.b": bias}.__getitem__,
        Provenance(),
    )  # fmt: skip
    done = specc("weights", "diff", "ours.safetensors", "theirs.npz", "--spec", "m.yaml")
    assert (done.code, done.out) == (
        1,
        "~ body.kernel  12 values differ, by at most 1\n\n1 equal, 1 changed, 0 removed, 0 added\n",
    )
    done = specc("weights", "diff", "ours.safetensors", "theirs.st", "--spec", "m.yaml")
    assert (done.code, done.out) == (1, "")
    assert "nothing in `theirs.st` is for a variable of `m`" in done.err
    done = specc("weights", "diff", "ours.safetensors", "theirs.st")
    assert "they share no name" in done.err
    done = specc("weights", "diff", "ours.safetensors", "theirs.st", "--set", "a=1")
    assert done.code == 2


# --- verify ---


def test_verify_of_a_whole_file(specc: Specc, base: Path) -> None:
    assert specc("weights", "verify", base.name) == (
        0,
        "",
        "base.safetensors: 4 tensors as recorded\n",
    )


def test_verify_finds_a_changed_bit_in_one_of_two(specc: Specc, base: Path, folder: Path) -> None:
    write(folder / "good.npz", ARRAYS)
    data = bytearray(base.read_bytes())
    data[-1] ^= 1
    base.write_bytes(data)
    done = specc("weights", "verify", base.name, "good.npz")
    assert done.code == 1
    assert "S907" in done.out
    assert "good.npz: 4 tensors as recorded" in done.err


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float8_e4m3fn", "float16", "complex64"])
@pytest.mark.parametrize("name", ["w.safetensors", "w.npz"])
def test_verify_reports_values_that_are_not_finite(
    specc: Specc, folder: Path, name: str, dtype: str
) -> None:
    """As a warning: a table may hold infinity on purpose."""
    values = np.array([1, 2, np.nan]).astype(numpy_dtype(dtype))
    write(folder / name, {"a": values, "b": np.zeros(3, "int8")})
    done = specc("weights", "verify", name)
    assert done.code == 0
    assert f"warning[S929]: `{name}`, tensor `a`: of its 3 values 1 NaN" in done.out


def test_verify_reports_values_of_files_of_others(specc: Specc, folder: Path) -> None:
    save_file({"a": np.array([np.inf, -np.inf, np.nan], "float32")}, folder / "w.safetensors")
    done = specc("weights", "verify", "w.safetensors")
    assert done.code == 1  # it has no digests
    assert "tensor `a`: of its 3 values 1 NaN and 2 infinite" in done.out


def test_verify_finds_a_changed_name(specc: Specc, base: Path) -> None:
    data = base.read_bytes()
    base.write_bytes(data.replace(b"body.bias", b"body.bios"))
    done = specc("weights", "verify", base.name)
    assert done.code == 1
    assert "the names, dtypes or shapes" in done.out


def test_verify_needs_something_to_compare_with(specc: Specc, folder: Path) -> None:
    save_file({"w": np.ones(3, "float32")}, folder / "x.safetensors")
    done = specc("weights", "verify", "x.safetensors")
    assert done.code == 1
    assert "S930" in done.out


def test_verify_of_a_checkpoint_by_its_checksums(specc: Specc, folder: Path) -> None:
    array = np.arange(4, dtype="float32")
    write_bundle(folder / "ckpt", {"w": plain(array)}, array.tobytes())
    assert specc("weights", "verify", "ckpt").err == "ckpt: 1 tensor as recorded\n"
    write_bundle(folder / "ckpt", {"w": plain(array)}, bytes(array.nbytes))
    done = specc("weights", "verify", "ckpt")
    assert done.code == 1
    assert "S952" in done.out


def test_verify_as_json_is_a_list_of_diagnostics(specc: Specc, base: Path) -> None:
    done = specc("weights", "verify", base.name, "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["diagnostics"] == []


# --- usage ---


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), "VERB"),
        (("lss",), "lss"),
        (("ls",), "FILE"),
        (("ls", "x", "--selct", "y"), "did you mean `--select`?"),
    ],
)
def test_wrong_usage(specc: Specc, argv: tuple[str, ...], words: str) -> None:
    done = specc("weights", *argv)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


# --- progress ---


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only(
    specc: Specc, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "%" not in specc("weights", "verify", base.name).err
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    specc("weights", "verify", base.name)
    assert "reading base.safetensors … 50%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[Kbase.safetensors: 4 tensors as recorded\n")
