"""The VQ-VAE and its vector quantizer, against those of keras.io."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")

NAME = "vq_vae"


def _by_hand() -> Any:
    from tests.specs.models.by_hand.vq_vae import VQVAE

    params = EXAMPLES[NAME].params
    return VQVAE(params["latent_dim"], params["num_embeddings"], params["widths"])


def _both() -> tuple[Any, Any, Any]:
    """The spec's model and the class, with the same weights, and an input."""
    from tests.specs.models.comparing import copy_weights

    ours, by_hand, inputs = fresh_model(NAME), _by_hand(), random_inputs(NAME)
    by_hand(inputs)
    copy_weights(ours, by_hand)
    return ours, by_hand, inputs


def test_is_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_same_model

    ours, inputs = fresh_model(NAME), random_inputs(NAME)
    assert_same_model(ours, _by_hand(), inputs)
    assert len(ours.losses) == 1
    assert float(ours.losses[0]) > 0


def test_learns_like_the_one_written_by_hand() -> None:
    from tests.specs.models.comparing import assert_learns_the_same

    ours, by_hand, inputs = _both()
    before = np.asarray(ours.quantizer.embeddings)
    assert_learns_the_same(ours, by_hand, inputs, inputs)
    assert not np.array_equal(ours.quantizer.embeddings, before)


def test_the_gradient_goes_straight_through() -> None:
    import tensorflow as tf

    ours, by_hand, _ = _both()
    code = tf.random.stateless_normal((2, 3, 3, 4), (1, 2))
    gradients = []
    for quantizer in (ours.quantizer, by_hand.quantizer):
        with tf.GradientTape() as tape:
            tape.watch(code)
            total = tf.reduce_sum(quantizer(code) ** 2)
        gradients.append(tape.gradient(total, code))
    np.testing.assert_array_equal(*gradients)
    np.testing.assert_array_equal(gradients[0], 2 * ours.quantizer(code))


def test_tells_codes() -> None:
    ours, by_hand, inputs = _both()
    flat = np.asarray(by_hand.encoder(inputs)).reshape(-1, 4)
    indices = by_hand.quantizer.get_code_indices(flat)
    assert len(np.unique(indices)) > 1
    np.testing.assert_array_equal(ours.quantizer.get_code_indices(flat), indices)
