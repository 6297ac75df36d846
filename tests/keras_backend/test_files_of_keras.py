"""What Keras's own files hold beside the model's weights, or twice."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import specc

NORMED = """\
specc: 1
model: normed
inputs: {x: {shape: [4]}}
body:
  - {SpectralNormalization: {layer: {Dense: {units: 3}}}, name: norm}
  - {Dense: {units: 2}, name: head}
"""
STATEFUL = """\
specc: 1
model: stateful
inputs: {x: {shape: [3, 2], batch: 1}}
body:
  - {LSTM: {units: 2, stateful: true}, name: memory}
"""


WRAPPED = """\
specc: 1
model: wrapped
inputs: {x: {shape: [3, 4]}}
define:
  Inner:
    style: functional
    inputs: {a: {shape: [4]}}
    body:
      - {Dense: {units: 3}, name: first}
      - {Dense: {units: 3}, name: second}
body:
  - {TimeDistributed: {layer: {Inner: , name: of-a-step}}, name: each}
"""


@pytest.mark.parametrize(
    ("text", "suffix"),
    [(NORMED, "weights.h5"), (NORMED, "keras"), (NORMED, "ckpt"), (STATEFUL, "ckpt")]
    + [(WRAPPED, suffix) for suffix in ("weights.h5", "keras", "ckpt")],
)
def test_what_layers_hold_binds_again(
    keras: ModuleType, tmp_path: Path, text: str, suffix: str
) -> None:
    spec = specc.loads(text)
    model = specc.compile(spec, seed=1)
    path = tmp_path / f"w.{suffix}"
    specc.save_weights(model, path)
    for again in (specc.bind(spec, path), specc.bind(specc.compile(spec, seed=2), path)):
        for one, other in zip(again.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
