"""Digests: what changes them, and what must not."""

from __future__ import annotations

import subprocess
import sys

import pytest

import specc

BASE = """\
specc: 1
model: m
inputs: {x: {shape: [8, 8, 3]}}
body:
  - {Conv2D: {filters: 8, kernel_size: 3}, name: conv}
  - {Dropout: {rate: 0.5}, name: drop}
  - {Flatten: , name: flat}
  - {Dense: {units: 4, activation: relu}, name: out}
"""

SAME = {
    "an initializer": ("kernel_size: 3", "kernel_size: 3, kernel_initializer: he_normal"),
    "a regularizer": ("units: 4", "units: 4, kernel_regularizer: {L2: {l2: 0.1}}"),
    "a dropout rate": ("rate: 0.5", "rate: 0.1"),
    "a default written out": ("kernel_size: 3", "kernel_size: 3, strides: 1, padding: valid"),
    "a size as a list": ("kernel_size: 3", "kernel_size: [3, 3]"),
    "an alias of the class": ("Conv2D", "Convolution2D"),
    "the model's name": ("model: m", "model: other"),
    "a doc": ("model: m", "model: m\ndoc: about it"),
    "the separator": ("model: m", "model: m\nseparator: _"),
    "frozen": ("name: out}", "name: out, trainable: false}"),
    "training": ("body:", "training: {optimizer: adam, loss: mse}\nbody:"),
    "a param for a number": ("inputs:", "params: {n: 8}\ninputs:"),
    "the batch": ("{shape: [8, 8, 3]}", "{shape: [8, 8, 3], batch: 2}"),
    "the same dtype said": ("model: m", "model: m\ndtype: float32"),
}

OTHER = {
    "an argument": ("padding", "padding", "kernel_size: 3", "kernel_size: 5"),
    "an activation": ("", "", "activation: relu", "activation: gelu"),
    "a name": ("", "", "name: out}", "name: head}"),
    "an input's shape": ("", "", "[8, 8, 3]", "[8, 9, 3]"),
    "a dtype policy": ("", "", "model: m", "model: m\ndtype: mixed_bfloat16"),
    "a layer more": ("", "", "  - {Flatten", "  - {ReLU: , name: r}\n  - {Flatten"),
    "the outputs": ("", "", "body:", "outputs: [flat, out]\nbody:"),
}


def digest(text: str) -> str:
    return specc.loads(text).digest


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_no_inference_output_depends_on_is_left_out(old, new):
    assert old in BASE
    assert digest(BASE.replace(old, new)) == digest(BASE)


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_what_an_output_depends_on_counts(change):
    *_, old, new = change
    assert old in BASE
    assert digest(BASE.replace(old, new)) != digest(BASE)


def test_expansion_comes_first():
    loop = BASE.replace(
        "  - {Flatten: , name: flat}\n",
        "  - for: i in range(2)\n    body:\n      - {Dense: {units: 3}, name: '=f\"d{i}\"'}\n"
        "  - {Flatten: , name: flat}\n",
    )
    flat = BASE.replace(
        "  - {Flatten: , name: flat}\n",
        "  - {Dense: {units: 3}, name: d0}\n  - {Dense: {units: 3}, name: d1}\n"
        "  - {Flatten: , name: flat}\n",
    )
    assert digest(loop) == digest(flat) != digest(BASE)


def test_digests_are_the_same_in_another_process_with_another_hash_seed():
    code = f"import specc; print(specc.loads({BASE!r}).digest)"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {digest(BASE)}


def test_the_slot_digest_covers_keys_shapes_and_dtypes():
    dense = BASE.partition("body:")[0].replace("[8, 8, 3]", "[8]") + "body:\n"
    text = dense + "  - {Dense: {units: 4}, name: out}\n"
    spec = specc.loads(text)
    assert [(slot.key, slot.shape) for slot in spec.slots or ()] == [
        ("out.kernel", (8, 4)),
        ("out.bias", (4,)),
    ]
    assert spec.slot_digest is not None
    assert specc.loads(text.replace("units: 4", "units: 4, activation: relu")).slot_digest == (
        spec.slot_digest
    )
    for old, new in (("units: 4", "units: 5"), ("name: out", "name: head"), ("[8]", "[9]")):
        assert specc.loads(text.replace(old, new)).slot_digest != spec.slot_digest
    frozen = specc.loads(text.replace("name: out", "name: out, trainable: false"))
    assert [slot.trainable for slot in frozen.slots or ()] == [False, False]
    assert frozen.slot_digest == spec.slot_digest


FREEZABLE = """
specc: 1
model: m
{head}
inputs: {{x: {{shape: [4, 8]}}}}
body:
  - {{MultiHeadAttention: {{num_heads: 2, key_dim: 4}}, args: {{value: x}}, name: attention}}
  - {{Dense: {{units: 4}}, name: head}}
"""


def test_freezing_is_no_part_and_lora_is() -> None:
    plain, *frozen = (
        specc.loads(FREEZABLE.format(head=head))
        for head in ("", "freeze: attention", "freeze: head.bias", "moved: [{from: a, to: head}]")
    )
    assert {each.digest for each in frozen} == {plain.digest}
    assert {each.slot_digest for each in frozen} == {plain.slot_digest}
    adapted = [
        specc.loads(
            FREEZABLE.format(head=f"lora: {{targets: {targets}, rank: {rank}, alpha: {a}}}")
        )
        for targets, rank, a in (
            ("head", 1, 1),
            ("head", 2, 1),
            ("head", 2, 2),
            ("attention", 2, 2),
        )
    ]
    assert len({each.digest for each in (plain, *adapted)}) == 5
    assert len({each.slot_digest for each in (plain, *adapted)}) == 4
