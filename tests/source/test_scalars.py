from __future__ import annotations

import math

import pytest

from specc.source.limits import MAX_NUMBER_CHARACTERS
from specc.source.scalars import NumberError, resolve

CORE = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    "0": 0,
    "-7": -7,
    "+12": 12,
    "012": 12,
    "0o14": 12,
    "0x1F": 31,
    "1e-3": 1e-3,
    "1E5": 1e5,
    "+1.5e+2": 150.0,
    ".5": 0.5,
    "-.5": -0.5,
    "3.": 3.0,
    "0.0e-500": 0.0,
    ".inf": math.inf,
    "+.INF": math.inf,
    "-.Inf": -math.inf,
}
TEXT = [
    *["on", "off", "yes", "no", "y", "N", "On", "nULL", "tRUE", "none"],
    *["1:30", "1_000", "0b11", "-0x1F", "0o8", "0xG", "2001-01-01", "1e", "1e+", ".", "-", "+."],
    *["=", "<<", "1.2.3", ".nAn", "+.nan", "inf", "nan", "1 2", "٣", "１"],
]


@pytest.mark.parametrize(("text", "value"), CORE.items())
def test_core_schema(text: str, value: object) -> None:
    resolved = resolve(text)
    assert resolved == value
    assert type(resolved) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", TEXT)
def test_all_else_is_text(text: str) -> None:
    assert resolve(text) is text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1" * (MAX_NUMBER_CHARACTERS + 1), "401 characters"),
        ("0x" + "f" * 5000, "5,002 characters"),
        ("1." + "0" * 5000, "5,002 characters"),
        ("1e400", "above the largest"),
        ("-1e400", "above the largest"),
        ("1e-400", "below the smallest"),
    ],
    ids=["integer", "hexadecimal", "digits", "overflow", "negative", "underflow"],
)
def test_numbers_that_cannot_be_held(text: str, says: str) -> None:
    with pytest.raises(NumberError, match=says):
        resolve(text)


def test_the_longest_number_is_exact() -> None:
    assert resolve("9" * MAX_NUMBER_CHARACTERS) == 10**MAX_NUMBER_CHARACTERS - 1
