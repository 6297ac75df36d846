"""Floating-point operations, against the numbers that the papers give."""

from __future__ import annotations

from pathlib import Path

import pytest

import specc

SPECS = Path(__file__).parents[2] / "specs"


@pytest.mark.parametrize(
    ("name", "variant", "billions"),
    [
        ("resnet", "resnet50", 7.7),  # He et al., 2015: 3.8 billion multiply-adds
        ("resnet", "resnet152", 22.6),  # 11.3
        ("mobilenet_v2", None, 0.6),  # Sandler et al., 2018: 300 million
        ("efficientnet", "b0", 0.78),  # Tan and Le, 2019: 0.39 billion
        ("vit", "base", 35.1),  # Dosovitskiy et al., 2021: 17.6 billion at 224 × 224
    ],
)
def test_known_architectures(name, variant, billions):
    flops = specc.load(SPECS / f"{name}.yaml", variant=variant).flops
    assert flops == pytest.approx(billions * 1e9, rel=0.02)


def body(*steps: str, shape: str = "[4]") -> int | None:
    lines = "\n".join(f"  - {step}" for step in steps)
    return specc.loads(
        f"specc: 1\nmodel: m\ninputs: {{x: {{shape: {shape}}}}}\nbody:\n{lines}\n"
    ).flops


def test_small_ones_by_hand():
    assert body("{Dense: {units: 3}}") == 2 * 4 * 3
    assert body("{Conv2D: {filters: 2, kernel_size: 3}}", shape="[8, 8, 1]") == 2 * 9 * 2 * 36
    assert body("{LSTM: {units: 2}}", shape="[5, 3]") == 2 * 5 * (3 * 8 + 2 * 8)
    assert body("ReLU") == 0


def test_what_is_not_known_is_not_guessed():
    assert body("{Conv2D: {filters: 2, kernel_size: 3}}", shape="[null, 8, 1]") is None
    assert body("{Bidirectional: {layer: {LSTM: {units: 2}}}}", shape="[5, 3]") is None
    for mode in ("int4", "gptq/8/-1", "awq/4/3"):
        assert body(f"{{Dense: {{units: 3}}, dtype: {mode}_from_float32}}") is None
    assert body("{Dense: {units: 3}, dtype: int8_from_float32}") == 2 * 4 * 3
