"""`specc show`: its facts against Keras's own, and how they look."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import specc as api
from specc.cli.console import Console
from specc.cli.table import Header, as_text, size_text
from specc.ir.summary import Row, Summary, Weights, flat
from specc.passes.summary import bits
from tests.cli.conftest import DIGITS, Specc
from tests.structure.tree import ROOT

NESTED = """\
specc: 1
model: pair
define:
  Encoder:
    style: functional
    inputs: {x: {shape: [6]}}
    body:
      - {Dense: {units: 3}, name: dense}
      - {BatchNormalization: , name: norm}
inputs:
  left: {shape: [6]}
  right: {shape: [6]}
body:
  - {Encoder: , name: encoder, in: left}
  - {expr: encoder(right), as: other}
  - {LSTM: {units: 2, return_state: true}, in: right, name: lstm, as: [a, b, c]}
  - {expr: encoder - other, as: difference}
  - {Dense: {units: 1}, name: head, in: difference, trainable: false}
outputs: head
""".replace("{LSTM: {units: 2, return_state: true}, in: right", "{Identity: , in: left").replace(
    ", as: [a, b, c]", ""
)


@pytest.mark.parametrize("name", ["digits", "siamese", "bilstm_text", "mobilenet_v2", "detector"])
def test_counts_are_those_of_keras(specc_with_keras: Specc, name: str) -> None:
    path = ROOT / f"specs/{name}.yaml"
    shown = json.loads(specc_with_keras("show", path, "--format", "json").out)
    model = api.compile(path)
    count = sum(weight.count for weight in map(_Count, model.trainable_weights))
    assert shown["total"]["trainable"] == count
    assert shown["total"]["trainable"] + shown["total"]["non_trainable"] == model.count_params()
    assert sum(shown["total"]["bytes"].values()) == 4 * model.count_params()


class _Count:
    def __init__(self, weight: object) -> None:
        self.count = int(weight.numpy().size)  # type: ignore[attr-defined]  # a Keras variable


def test_shapes_are_those_of_keras(specc_with_keras: Specc) -> None:
    shown = json.loads(specc_with_keras("show", "digits.yaml", "--format", "json").out)
    model = api.compile("digits.yaml")
    shapes = {layer.name: [list(layer.output.shape)] for layer in model.layers}
    assert {row["key"]: row["outputs"] for row in shown["rows"]} == shapes


def test_nested_shared_and_frozen(specc_with_keras: Specc, folder: Path) -> None:
    (folder / "pair.yaml").write_text(NESTED)
    done = specc_with_keras("show", "pair.yaml", "--format", "json")
    assert done.code == 0, done.err
    rows = {row["key"]: row for row in json.loads(done.out)["rows"]}
    encoder = rows["encoder"]
    assert encoder["calls"] == 2
    assert [row["key"] for row in encoder["rows"]][-2:] == ["encoder.dense", "encoder.norm"]
    assert (encoder["trainable"], encoder["non_trainable"]) == (21 + 6, 6)
    assert (rows["head"]["trainable"], rows["head"]["non_trainable"]) == (0, 4)


def test_parameters_of_flags(specc_with_keras: Specc) -> None:
    def units(*flags: str) -> int:
        done = specc_with_keras("show", "digits.yaml", "--format", "json", *flags)
        shape: list[int] = json.loads(done.out)["rows"][1]["outputs"][0]
        return shape[-1]

    assert [units(), units("--variant", "large"), units("--set", "width=3")] == [4, 8, 3]
    assert units("--variant", "large", "--set", "width=3") == 3


def test_text(specc_with_keras: Specc) -> None:
    done = specc_with_keras("show", "digits.yaml", "--variant", "large")
    assert done.code == 0
    assert done.err == ""
    assert "variant large · width=8 · act=relu" in done.out
    assert "conv      Conv2D              ?×6×6×8 " in done.out
    assert "3,002 parameters: 2,986 trainable, 16 not\n" in done.out


@pytest.mark.parametrize("text", [DIGITS, NESTED], ids=["digits", "nested"])
def test_rules_and_keras_agree(specc_with_keras: Specc, folder: Path, text: str) -> None:
    (folder / "spec.yaml").write_text(text)
    by_rules, by_keras = (specc_with_keras("show", "spec.yaml", *f) for f in ([], ["--keras"]))
    assert by_rules == by_keras
    assert by_rules.code == 0


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("more/blocks.yaml", "`blocks` is a library, not a model"),
        ("more/adamw.yml", "is a single Keras object, not a model"),
        ("broken.yaml", "S204"),
        ("misfit.yaml", "S602"),
        ("digts.yaml", "did you mean `digits.yaml`?"),
    ],
)
def test_what_cannot_be_shown(specc_with_keras: Specc, spec: str, words: str) -> None:
    done = specc_with_keras("show", spec)
    assert (done.code, done.out) == (1, "")
    assert words in done.err


# --- rendering, without Keras ---

ROWS = (
    Row("image", "InputLayer", ((None, 28, 28, 1),), Weights()),
    Row("stage0.conv", "Conv2D", ((None, 26, 26, 32),), Weights(320, 0, {"float32": 1280}), 2),
    Row("stage0.norm", "BatchNormalization", ((None, 26),), Weights(64, 64, {"float32": 512})),
    Row(
        "inner", "Inner", ((None, 4), (None, 2)), Weights(8, 0, {"bfloat16": 16}), 1,
        (Row("inner.a.dense", "Dense", ((),), Weights(8, 0, {"bfloat16": 16})),),
    ),
)  # fmt: skip
SUMMARY = Summary("net", "functional", ROWS)
HEADER = Header("big", {"width": 32, "table": list(range(99))}, "A \x1b[2J net.")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def rendered(
    monkeypatch: pytest.MonkeyPatch, columns: int, terminal: bool, summary: Summary = SUMMARY
) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    console = Console()
    console.out = Terminal() if terminal else io.StringIO()
    return as_text(summary, HEADER, console)


def test_a_pipe_gets_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = rendered(monkeypatch, 20, terminal=False).splitlines()
    assert lines[0] == r"net  A \x1b[2J net."
    assert lines[1] == "functional · variant big · width=32"
    assert lines[3].split() == ["step", "class", "output", "parameters", "not", "trained"]
    assert lines[5].split() == ["stage0.conv", "Conv2D", "×2", "?×26×26×32", "320"]
    assert lines[8].startswith("  inner.a.dense  Dense")
    assert "456 parameters: 392 trainable, 64 not" in lines
    assert "16 bytes of bfloat16, 1.8 KiB of float32, 1.8 KiB in all" in lines
    assert not any("\x1b" in line for line in lines)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_is_not_overrun(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    from rich.text import Text

    page = rendered(monkeypatch, columns, terminal=True)
    assert "\x1b[" in page
    assert max(Text.from_ansi(line).cell_len for line in page.splitlines()) <= columns
    assert ("█" in page) == (columns >= 80)


DEPTHS = {
    1: ["image", "stage0", "inner"],
    2: ["image", "stage0.conv", "stage0.norm", "inner", "inner.a"],
    3: ["image", "stage0.conv", "stage0.norm", "inner", "inner.a.dense"],
}


@pytest.mark.parametrize(("depth", "keys"), DEPTHS.items())
def test_depth(depth: int, keys: list[str]) -> None:
    shallow = SUMMARY.to_depth(depth)
    assert [row.key for _, row in flat(shallow.rows)] == keys
    assert shallow.weights == SUMMARY.weights


def test_a_scope_sums_its_steps() -> None:
    scope = SUMMARY.to_depth(1).rows[1]
    assert scope.class_name == "2 steps"
    assert scope.outputs == ((None, 26),)
    assert scope.weights == Weights(384, 64, {"float32": 1792})


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (5e9, "4.7 GiB"),
        (1e18, "909494.7 TiB"),
    ],
)
def test_sizes(count: float, text: str) -> None:
    assert size_text(count) == text


def test_bits_of_dtypes() -> None:
    known = {name: bits(name) for name in ("bool", "int8", "bfloat16", "float8_e4m3fn", "float64")}
    assert known == {"bool": 8, "int8": 8, "bfloat16": 16, "float8_e4m3fn": 8, "float64": 64}
