"""`specc weights merge` and `convert`: nothing is left out, added or overwritten unasked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from specc.weights import digests, open_source, provenance
from tests.cli.conftest import Specc
from tests.cli.test_weights import ARRAYS, base, write  # noqa: F401 - `base` is a fixture
from tests.structure.tree import ROOT

pytestmark = pytest.mark.usefixtures("base")

HEAD = {"head.kernel": np.full((4, 2), 7, "float16")}
MAPPING = """\
specc: 1
mapping: small
rules:
  - {from: body.weight, to: body.kernel, transpose: [1, 0]}
  - {from: body.bias, to: body.bias}
ignore: lm_head
"""


def read(path: Path) -> dict[str, np.ndarray]:
    with open_source(path) as source:
        return {key: source.read(key) for key in source.tensors()}


def facts(path: Path) -> object:
    with open_source(path) as source:
        return provenance(source)


# --- convert ---


@pytest.mark.parametrize("name", ["out.npz", "out.safetensors", "out.safetensors.index.json"])
def test_convert_keeps_all(specc: Specc, folder: Path, name: str) -> None:
    done = specc("weights", "convert", "base.safetensors", "-o", name)
    assert done == (0, "", f"wrote {name}: 4 tensors\n")
    assert specc("weights", "diff", "base.safetensors", name).code == 0
    assert facts(folder / name) == facts(folder / "base.safetensors")
    assert specc("weights", "verify", name).code == 0


def test_convert_overwrites_only_by_force(specc: Specc, folder: Path) -> None:
    (folder / "out.npz").write_text("mine")
    done = specc("weights", "convert", "base.safetensors", "-o", "out.npz")
    assert (done.code, (folder / "out.npz").read_text()) == (1, "mine")
    assert "S801" in done.err
    assert specc("weights", "convert", "base.safetensors", "-o", "out.npz", "--force").code == 0


def test_convert_in_place(specc: Specc, folder: Path) -> None:
    argv = ("weights", "convert", "base.safetensors", "-o", "base.safetensors", "--force")
    assert specc(*argv, "--select", "head").code == 0
    assert list(read(folder / "base.safetensors")) == ["head.kernel"]


def test_convert_selects_and_says_what_is_left_out(specc: Specc, folder: Path) -> None:
    done = specc("weights", "convert", "base.safetensors", "-o", "o.npz", "--select", "body.**")
    assert "left out: head.kernel, optimizer.step\n" in done.err.replace(
        "optimizer.step, head.kernel", "head.kernel, optimizer.step"
    )
    about = facts(folder / "o.npz")
    assert set(about.left_out) == {"head.kernel", "optimizer.step"}  # type: ignore[attr-defined]


def test_convert_renames(specc: Specc, folder: Path) -> None:
    argv = ("weights", "convert", "base.safetensors", "-o", "o.npz", "--rename")
    assert specc(*argv, "body.*=trunk.b_*").code == 0
    found = read(folder / "o.npz")
    assert sorted(found) == ["head.kernel", "optimizer.step", "trunk.b_bias", "trunk.b_kernel"]
    assert np.array_equal(found["trunk.b_kernel"], ARRAYS["body.kernel"])
    assert facts(folder / "o.npz").architecture == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("rename", "code", "words"),
    [
        ("bdoy.*=x.*", 1, "S937"),
        ("body.*=x", 1, "the same wildcards"),
        ("body.[a]=x", 1, "is no rename"),
        ("body.*=head.*", 1, "would both be called `head.kernel`"),
        ("body", 2, "is not like"),
    ],
)
def test_convert_refuses_renames(
    specc: Specc, folder: Path, rename: str, code: int, words: str
) -> None:
    done = specc("weights", "convert", "base.safetensors", "-o", "o.npz", "--rename", rename)
    assert done.code == code
    assert words in done.err
    assert not (folder / "o.npz").exists()


def test_convert_to_a_suffix_that_is_none(specc: Specc, folder: Path) -> None:
    done = specc("weights", "convert", "base.safetensors", "-o", "out.pt")
    assert done.code == 1
    assert "S805" in done.err
    assert not (folder / "out.pt").exists()


def test_convert_by_a_mapping_and_back(specc: Specc, folder: Path) -> None:
    arrays = {
        "body.weight": np.arange(6, dtype="float32").reshape(2, 3),
        "body.bias": np.ones(2, "float32"),
        "lm_head.weight": np.ones(2, "float32"),
    }
    save_file(arrays, folder / "torch.safetensors")
    (folder / "map.yaml").write_text(MAPPING)
    assert specc("check", "map.yaml").code == 0
    argv = ("--mapping", "map.yaml")
    done = specc("weights", "convert", "torch.safetensors", "-o", "here.safetensors", *argv)
    assert done.err == "left out: lm_head.weight\nwrote here.safetensors: 2 tensors\n"
    assert read(folder / "here.safetensors")["body.kernel"].shape == (3, 2)
    done = specc(
        "weights", "convert", "here.safetensors", "-o", "b.safetensors", *argv, "--reverse"
    )
    assert done.code == 0
    back = load_file(folder / "b.safetensors")
    assert sorted(back) == ["body.bias", "body.weight"]
    assert all(np.array_equal(back[key], arrays[key]) for key in back)


def test_convert_shows_the_rule_that_is_wrong(specc: Specc, folder: Path) -> None:
    (folder / "map.yaml").write_text(MAPPING.replace("body.weight", "body.wieght"))
    save_file({"body.weight": np.ones((2, 3), "float32")}, folder / "torch.safetensors")
    argv = ("-o", "o.npz", "--mapping", "map.yaml")
    done = specc("weights", "convert", "torch.safetensors", *argv)
    assert done.code == 1
    assert "error[S933]: no rule of `small` is for `body.weight`" in done.err
    assert "--> map.yaml:2:10" in done.err
    (folder / "map.yaml").write_text(MAPPING.replace("[1, 0]", "[1, 1]"))
    assert "--> map.yaml:4:53" in specc("weights", "convert", "torch.safetensors", *argv).err
    done = specc(
        "weights", "convert", "torch.safetensors", "-o", "o.npz", "--mapping", "digits.yaml"
    )
    assert "this is no `mapping` document" in done.err


def test_reverse_needs_a_mapping(specc: Specc) -> None:
    done = specc("weights", "convert", "base.safetensors", "-o", "o.npz", "--reverse")
    assert done.code == 2


def test_compile_of_a_mapping(specc: Specc, folder: Path) -> None:
    (folder / "map.yaml").write_text(MAPPING)
    done = specc("show", "map.yaml")
    assert done.code == 1
    assert "`small` is a mapping, not a model" in done.err


# --- merge ---


def test_merge_replaces_by_key(specc: Specc, folder: Path) -> None:
    write(folder / "head.npz", HEAD)
    done = specc("weights", "merge", "base.safetensors", "head.npz", "-o", "all.safetensors")
    assert done == (0, "", "wrote all.safetensors: 4 tensors, 1 replaced, 0 added\n")
    found = read(folder / "all.safetensors")
    assert np.array_equal(found["head.kernel"], HEAD["head.kernel"])
    assert np.array_equal(found["body.kernel"], ARRAYS["body.kernel"])
    about = facts(folder / "all.safetensors")
    assert (about.architecture, about.spec) == ("arch1-sha256:ab", "m.yaml")  # type: ignore[attr-defined]


def test_merge_by_names_keeps_the_bases_keys(specc: Specc, folder: Path) -> None:
    save_file({"head/kernel": HEAD["head.kernel"]}, folder / "head.safetensors")
    done = specc("weights", "merge", "base.safetensors", "head.safetensors", "-o", "all.npz")
    assert done.code == 0
    assert np.array_equal(read(folder / "all.npz")["head.kernel"], HEAD["head.kernel"])


def test_merge_adds_only_if_asked(specc: Specc, folder: Path) -> None:
    write(folder / "new.npz", {"lora.a": np.ones(2, "float32")})
    argv = ("weights", "merge", "base.safetensors", "new.npz", "-o", "all.npz")
    done = specc(*argv)
    assert done.code == 1
    assert "S940" in done.err
    assert not (folder / "all.npz").exists()
    assert specc(*argv, "--add").err == "wrote all.npz: 5 tensors, 0 replaced, 1 added\n"


def test_merge_of_another_shape(specc: Specc, folder: Path) -> None:
    write(folder / "head.npz", {"head.kernel": np.ones((4, 9), "float16")})
    argv = ("weights", "merge", "base.safetensors", "head.npz", "-o", "all.npz")
    done = specc(*argv)
    assert done.code == 1
    assert "it is float16 4×9, and in the base float16 4×2" in done.err
    done = specc(*argv, "--drop", "head.**", "--add")
    assert done.err == "wrote all.npz: 4 tensors, 0 replaced, 1 added, 1 dropped\n"
    assert specc(*argv, "--drop", "haed").code == 1


def test_merge_asks_for_the_base_that_a_delta_names(specc: Specc, folder: Path) -> None:
    digest = write(folder / "base.safetensors", ARRAYS)
    write(folder / "delta.npz", HEAD, base=digest, only="trainable")
    other = {**ARRAYS, "body.bias": np.ones(4, "float32")}
    write(folder / "other.safetensors", other)
    save_file(ARRAYS, folder / "plain.safetensors")
    argv = ("delta.npz", "-o", "all.npz", "--force")
    assert specc("weights", "merge", "base.safetensors", *argv).code == 0
    assert facts(folder / "all.npz").only == "all"  # type: ignore[attr-defined]
    assert specc("weights", "merge", "plain.safetensors", *argv).code == 0, "by reading it"
    done = specc("weights", "merge", "other.safetensors", *argv)
    assert done.code == 1
    assert "S925" in done.err
    assert specc("weights", "merge", "other.safetensors", *argv, "--any-base").code == 0


def test_merge_asks_for_what_a_delta_was_saved_with(specc: Specc, folder: Path) -> None:
    with open_source(folder / "base.safetensors") as source:
        recorded = digests(source)["body.bias"]
    argv = ("weights", "merge", "base.safetensors", "d.npz", "-o", "all.npz", "--force")
    write(folder / "d.npz", HEAD, left_out={"body.bias": recorded, "elsewhere": "ab"})
    assert specc(*argv).code == 0
    write(folder / "d.npz", HEAD, left_out={"body.bias": "ab"})
    done = specc(*argv)
    assert done.code == 1
    assert "error[S926]: `body.bias`: it was something else when `d.npz` was written" in done.err
    assert specc(*argv, "--any-base").code == 0


def test_merge_takes_a_delta_of_what_was_merged_before(specc: Specc, folder: Path) -> None:
    write(folder / "one.npz", HEAD)
    specc("weights", "merge", "base.safetensors", "one.npz", "-o", "merged.npz")
    digest = facts(folder / "merged.npz").content  # type: ignore[attr-defined]
    write(folder / "two.npz", {"body.bias": np.ones(4, "float32")}, base=digest)
    argv = ("-o", "all.npz")
    assert specc("weights", "merge", "base.safetensors", "one.npz", "two.npz", *argv).code == 0
    assert specc("weights", "merge", "base.safetensors", "two.npz", "-o", "x.npz").code == 1


def test_merge_of_two_architectures_claims_none(specc: Specc, folder: Path) -> None:
    write(folder / "head.npz", HEAD, architecture="arch1-sha256:cd", spec="m.yaml")
    specc("weights", "merge", "base.safetensors", "head.npz", "-o", "all.npz")
    about = facts(folder / "all.npz")
    assert (about.architecture, about.spec) == ("", "m.yaml")  # type: ignore[attr-defined]


def test_in_a_process_of_its_own(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "specc", "weights", "merge", "base.safetensors", "base.safetensors",
         "-o", "all.npz"],
        cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "wrote all.npz: 4 tensors, 4 replaced, 0 added\n"


# --- convert --spec ---

SPEC = """\
specc: 1
model: small
inputs: {x: {shape: [4]}}
body:
  - {Dense: {units: 3}, name: hidden}
"""
SHAPES = {"hidden.kernel": (4, 3), "hidden.bias": (3,)}


@pytest.fixture
def small(folder: Path) -> Path:
    (folder / "small.yaml").write_text(SPEC, encoding="utf-8")
    arrays = {key: np.full(shape, 0.5, np.float32) for key, shape in SHAPES.items()}
    save_file(arrays, folder / "small.safetensors")
    return folder


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", ["out.weights.h5", "out.keras", "out.ckpt", "out.npz"])
def test_convert_for_a_spec(specc: Specc, small: Path, name: str) -> None:
    import specc as api

    done = specc("weights", "convert", "small.safetensors", "-o", name, "--spec", "small.yaml")
    assert (done.code, done.out, done.err) == (0, "", f"wrote {name}\n")
    plan = api.plan(small / "small.yaml", small / name)
    assert plan.ok, str(plan)
    model = api.bind(small / "small.yaml", small / name)
    assert [float(each.numpy().mean()) for each in model.weights] == [0.5, 0.5]


@pytest.mark.usefixtures("keras")
def test_convert_for_a_spec_through_a_mapping(specc: Specc, small: Path) -> None:
    rules = "{from: fc.w, to: hidden.kernel, transpose: [1, 0]}, {from: fc.b, to: hidden.bias}"
    text = f"specc: 1\nmapping: fc\nrules: [{rules}]\n"
    (small / "fc.yaml").write_text(text, encoding="utf-8")
    kernel = np.arange(12, dtype="float32").reshape(3, 4)
    save_file({"fc.w": kernel, "fc.b": np.ones(3, "float32")}, small / "torch.safetensors")
    flags = ("-o", "out.npz", "--spec", "small.yaml", "--mapping", "fc.yaml")
    assert specc("weights", "convert", "torch.safetensors", *flags).code == 0
    assert (read(small / "out.npz")["hidden.kernel"] == kernel.T).all()


def test_convert_asks_for_the_spec_where_it_needs_one(specc: Specc, small: Path) -> None:
    done = specc("weights", "convert", "small.safetensors", "-o", "out.weights.h5")
    assert done.code == 1
    assert "`out.weights.h5` ends in none of" in done.err
    assert "give its spec, `--spec`" in done.err
    for flags in (["--variant", "x"], ["--spec", "small.yaml", "--rename", "a=b"]):
        done = specc("weights", "convert", "small.safetensors", "-o", "out.npz", *flags)
        assert (done.code, f"`{flags[-2]}`" in done.err) == (2, True)
    assert not list(small.glob("out*"))


@pytest.mark.parametrize(
    ("pair", "keys"),
    {
        "net.**=**": ["block_1.kernel", "block_1.gamma"],
        "net.block_*.**=net.blocks.*.**": ["net.blocks.1.kernel", "net.blocks.1.gamma"],
        "**.gamma=**.scale": ["net.block_1.kernel", "net.block_1.scale"],
    }.items(),
)
def test_renames_of_the_page(specc: Specc, folder: Path, pair: str, keys: list[str]) -> None:
    one = np.ones(2, "float32")
    save_file({"net.block_1.kernel": one, "net.block_1.gamma": one}, folder / "n.safetensors")
    done = specc("weights", "convert", "n.safetensors", "-o", "o.npz", "--rename", pair)
    assert done.code == 0, done.err
    assert sorted(read(folder / "o.npz")) == sorted(keys)
    wrong = r"^net\.(.*)=\1"
    done = specc("weights", "convert", "n.safetensors", "-o", "p.npz", "--rename", wrong)
    assert (done.code, "regular expressions" in done.err) == (1, True)
