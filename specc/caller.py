"""What callers of the Python API hand in, held to its types before it leads anywhere."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from numbers import Integral, Real
from os import PathLike

SEED_LIMIT = 2**32
"""A seed is a whole number below this."""


def held_path(value: object) -> str | PathLike[str]:
    """The path of a spec.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str | PathLike):
        raise TypeError(f"a spec's file is named by a path, not by {_named(value)}")
    return value


def held_text(value: object) -> str:
    """The text of a spec.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"a spec's text is a str, not {_named(value)}; `load` reads files")
    return value


def held_variant(value: object) -> str | None:
    """The name of a variant.

    Raises:
        TypeError: it is none.
    """
    if value is not None and not isinstance(value, str):
        raise TypeError(f"a variant is named by a str, not by {_named(value)}")
    return value


def held_params(value: object) -> dict[str, object]:
    """Values of parameters by name; numbers and arrays of NumPy's become Python's own.

    Raises:
        TypeError: it is no mapping of names.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"`params` maps names to values, as `{{'width': 8}}`, not {_named(value)}")
    for name in value:
        if not isinstance(name, str):
            raise TypeError(f"`params` has names for its keys, not {_named(name)}")
    return {name: _own(item) for name, item in value.items()}


def held_seed(value: object) -> int | None:
    """A seed.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is below zero, or too large.
    """
    return None if value is None else _count("a seed", value, SEED_LIMIT)


def held_limit(value: object) -> int | None:
    """How many parameters a model may have.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is below zero.
    """
    return None if value is None else _count("`max_parameters`", value)


def _count(what: str, value: object, limit: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{what} is a whole number, not {_named(value)}")
    number = operator.index(value)
    if number < 0 or (limit is not None and number >= limit):
        bounds = "0 or more" if limit is None else f"from 0 to {limit - 1:_}"
        raise ValueError(f"{what} is {bounds}, not {number}")
    return number


def _own(value: object) -> object:
    """A value with NumPy's numbers and arrays as Python's, at any depth."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_own(item) for item in value]
    if isinstance(value, dict):
        return {key: _own(item) for key, item in value.items()}
    if isinstance(value, Integral):
        return operator.index(value)
    if isinstance(value, Real):
        return float(value)
    plain = getattr(value, "tolist", None)  # NumPy's booleans are no numbers
    return plain() if type(value).__module__ == "numpy" and callable(plain) else value


def _named(value: object) -> str:
    shown = repr(value)
    if isinstance(value, bool | int | float | str) and len(shown) <= 40:
        return f"`{shown}`"
    return "None" if value is None else f"a {type(value).__name__}"
