"""Names of a spec for what a Keras model calls in its own way."""

from __future__ import annotations

import re
from collections.abc import Container
from keyword import iskeyword

_NAME = re.compile(r"[A-Za-z0-9_]+")
_OTHER = re.compile(r"[^A-Za-z0-9_]+")
_RESERVED = frozenset({"training", "random", "inputs", "outputs", "true", "false", "null"})


def is_name(text: str) -> bool:
    """Whether a step can be called so."""
    return _NAME.fullmatch(text) is not None


def is_local(text: str) -> bool:
    """Whether expressions can use it as a name."""
    usable = text.isidentifier() and text.isascii() and not text.startswith("_")
    return usable and not iskeyword(text) and text not in _RESERVED


def unique(text: str, taken: Container[str]) -> str:
    """A name like the text that is free."""
    stem = _OTHER.sub("_", text).strip("_") or "layer"
    name, count = stem, 0
    while name in taken:
        count += 1
        name = f"{stem}_{count}"
    return name


def local_like(text: str, taken: Container[str]) -> str:
    """A name that expressions can use, like the text, and free."""
    stem = unique(text, ())
    return unique(stem if is_local(stem) else f"x{stem}", taken)


def class_like(text: str, taken: Container[str]) -> str:
    """A name for a definition, which begins with a capital letter, and free."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", text) if word]
    stem = "".join(word[:1].upper() + word[1:] for word in words)
    stem = stem if stem[:1].isalpha() else f"Model{stem}"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}{count}"
    return name
