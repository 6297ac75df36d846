"""The variational autoencoder, against that of keras.io."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.specs.models.examples import EXAMPLES, fresh_model, random_inputs

pytestmark = pytest.mark.usefixtures("keras")


def by_hand() -> Any:
    from tests.specs.models.by_hand.vae import VAE

    return VAE(**EXAMPLES["vae"].params)  # type: ignore[arg-type]  # sizes


def test_is_the_one_written_by_hand() -> None:
    """Bit for bit: the sample is drawn from equal generators; so is the loss that it adds."""
    from tests.specs.models.comparing import assert_same_model

    assert_same_model(fresh_model("vae"), by_hand(), random_inputs("vae"))


def test_draws_another_sample_each_time() -> None:
    model, image = fresh_model("vae"), random_inputs("vae")
    first, second = (model(image) for _ in range(2))
    np.testing.assert_array_equal(first["z_mean"], second["z_mean"])
    assert not np.array_equal(first["reconstruction"], second["reconstruction"])


def test_decodes_any_point() -> None:
    model, theirs, image = fresh_model("vae"), by_hand(), random_inputs("vae")
    from tests.specs.models.comparing import copy_weights

    theirs(image)
    copy_weights(model, theirs)
    z = np.linspace(-1, 1, 8, dtype="float32").reshape(4, 2)
    np.testing.assert_array_equal(model.decode(z), theirs.decoder(z))


def test_learns() -> None:
    """Its own loss is part of what goes down; the tutorial needs a `train_step` for that."""
    model, image = fresh_model("vae"), random_inputs("vae")
    model.compile(optimizer="adam", loss={"reconstruction": "binary_crossentropy"})
    before = model.evaluate(image, {"reconstruction": image}, verbose=0)
    model.fit(image, {"reconstruction": image}, epochs=20, verbose=0)
    assert model.evaluate(image, {"reconstruction": image}, verbose=0) < before
