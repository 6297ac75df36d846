"""The page with the table of applications speaks of all of them, and says what is promised."""

from __future__ import annotations

import generate_applications
import keras
import pytest

ROWS = {
    name: [cell.strip() for cell in row.strip("|").split("|")]
    for name, row in generate_applications.known_rows().items()
}


def test_the_page_has_every_application() -> None:
    assert list(ROWS) == generate_applications.names()
    assert f"Keras {keras.__version__}." in generate_applications.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ROWS)
def test_an_application_is_equal_and_short(name: str) -> None:
    _, layers, flat, folded, _, equal = ROWS[name]
    assert equal == "yes"
    assert int(flat) < 2 * int(layers)
    assert int(folded) <= int(flat) + 5


def test_resnet_50_folds_below_120_lines() -> None:
    assert int(ROWS["ResNet50"][3]) < 120
