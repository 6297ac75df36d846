"""The digests of every spec, pinned: equal on every platform and every Python."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import specc
from tests.specs.goldens import GOLDENS, SPECS

PINNED = Path(__file__).parent / "golden" / "digests.txt"


def _digests() -> list[str]:
    """`spec variant architecture-digest slot-digest`, a line each; `-` without a variant."""
    lines = []
    for name, golden in sorted(GOLDENS.items()):
        for variant in golden.counts:
            spec = specc.load(SPECS / f"{name}.yaml", variant=variant or None)
            lines.append(f"{name} {variant or '-'} {spec.digest} {spec.slot_digest}")
    return lines


def test_are_the_pinned_ones() -> None:
    """`SPECC_UPDATE_GOLDENS=1` writes the file anew: a digest that changes needs a new version."""
    found = _digests()
    if os.environ.get("SPECC_UPDATE_GOLDENS"):
        PINNED.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    assert found == PINNED.read_text(encoding="utf-8").splitlines()


AWKWARD = """\
specc: 1
model: awkward
params: {depth: 1}
inputs: {x: {shape: [null, 6, 3]}, word: {shape: [1], dtype: string}}
body:
  - {StringLookup: {vocabulary: [größe, "\\u20ac", 𝄞]}, in: word, name: place}
  - {LeakyReLU: {negative_slope: 1.0e-7}, in: x, name: leaky}
  - {Rescaling: {scale: =0.1 + 0.2, offset: [1, 2.5, -0.0]}, name: scaled}
  - {LayerNormalization: {axis: [-1], epsilon: 1.0e-5}, name: norm}
  - {expr: "norm[:, ::2, 1:] * (1 / 3) - 1e16 if depth > 1 else norm", as: cut}
outputs: {cut: cut, place: place}
"""

EXPECTED = {
    1: (
        "arch1-sha256:0ca1f34aa163ee0db85b4297112c01584bee367a21f04942582caaf42fdfc378",
        "slots1-sha256:53ebd32b2679d0f5afaafeee80def117c189074690b8e725007c69f20b363157",
    ),
    2: (
        "arch1-sha256:5c5e94b6ddf051778405ddf50712d916908e9446a438a46d2802af7c60f235f8",
        "slots1-sha256:53ebd32b2679d0f5afaafeee80def117c189074690b8e725007c69f20b363157",
    ),
}


@pytest.mark.parametrize("depth", EXPECTED)
def test_awkward_values_are_pinned_too(depth: int) -> None:
    spec = specc.loads(AWKWARD, params={"depth": depth})
    assert (spec.digest, spec.slot_digest) == EXPECTED[depth]
