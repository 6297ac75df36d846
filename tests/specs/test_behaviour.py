"""What the architectures promise by their structure, shown on random weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.goldens import GOLDENS
from tests.specs.running import model_of, random_inputs, run, run_golden

pytestmark = pytest.mark.usefixtures("keras")


@pytest.mark.parametrize(("name", "input_name"), [("gpt", "tokens"), ("wavenet", "sound")])
def test_the_future_does_not_change_the_past(name: str, input_name: str) -> None:
    inputs = random_inputs(GOLDENS[name])
    before = run(model_of(name), inputs)[""]
    inputs[input_name][:, 4] = 10 - inputs[input_name][:, 4]
    after = run(model_of(name), inputs)[""]
    assert np.array_equal(before[:, :4], after[:, :4])
    assert not np.allclose(before[:, 4], after[:, 4])


def test_wavenet_reaches_as_far_as_its_dilations() -> None:
    inputs = random_inputs(GOLDENS["wavenet"])
    before = run(model_of("wavenet"), inputs)[""]
    inputs["sound"][:, 0] += 1.0
    changed = np.any(before != run(model_of("wavenet"), inputs)[""], axis=(0, 2))
    reach = 1 + 2 * (1 + 2)  # the first convolution, then two stacks of dilations 1 and 2
    assert changed.tolist() == [place <= reach for place in range(12)]


def test_bert_reads_in_both_directions_but_no_filling() -> None:
    tokens = np.array([[5, 6, 7, 8, 0, 0]], dtype="int32")
    segments = np.zeros_like(tokens)

    def encoded(length: int, last: int = 8) -> Any:
        text = np.where(tokens == 8, last, tokens)[:, :length]
        return run(model_of("bert_base"), {"tokens": text, "segments": segments[:, :length]})

    assert np.allclose(encoded(6)["encoded"][:, :4], encoded(4)["encoded"], atol=1e-6)
    assert not np.allclose(encoded(4)["pooled"], encoded(4, last=9)["pooled"])


def test_bilstm_skips_filling() -> None:
    text = np.array([[5, 6, 7]], dtype="int32")
    filled = np.pad(text, [(0, 0), (0, 4)])
    short, long = (run(model_of("bilstm_text"), {"tokens": each})[""] for each in (text, filled))
    assert np.allclose(short, long, atol=1e-6)


def test_siamese_has_one_encoder_for_both_sides() -> None:
    inputs = random_inputs(GOLDENS["siamese"])
    left, right = inputs["left"], inputs["right"]

    def judged(left: Any, right: Any) -> Any:
        return run(model_of("siamese"), {"left": left, "right": right})[""]

    assert np.array_equal(judged(left, right), judged(right, left))
    assert judged(left, left) == pytest.approx(0.5)  # no distance, and the last layer's bias is 0


def test_unet_gives_every_pixel_its_probabilities() -> None:
    assert run_golden("unet", model_of("unet"))[""].sum(axis=-1) == pytest.approx(1.0)


def test_detector_shares_its_heads() -> None:
    model = model_of("detector")
    heads = [layer.name for layer in model.layers if layer.name in ("classify", "locate")]
    assert sorted(heads) == ["classify", "locate"]
    assert all(len(model.get_layer(head)._inbound_nodes) >= 3 for head in heads)


def test_vit_knows_where_each_patch_was() -> None:
    inputs = random_inputs(GOLDENS["vit"])
    upside_down = {"image": inputs["image"][:, ::-1]}
    assert not np.allclose(run(model_of("vit"), inputs)[""], run(model_of("vit"), upside_down)[""])
