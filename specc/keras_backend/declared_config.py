"""What a declared layer's config holds; a file may hold anything in its place."""

from __future__ import annotations

from typing import Any

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.expressions.limits import MAX_INTEGER_BITS


def check_own(layer: Any, texts: Any, params: Any) -> None:
    """Checks the forms of the layer's name, its texts by name, and its parameters.

    Raises:
        SpeccError: one is of another form.
    """
    if not isinstance(layer, str):
        _refuse("the name of its class is no text")
    if not isinstance(texts, dict) or not all(isinstance(each, str) for each in texts.values()):
        _refuse("its spec is no mapping of texts")
    if not isinstance(params, dict):
        _refuse("its params are no mapping")
    for value in keras.tree.flatten(params):
        if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
            _refuse(f"a param has more than {MAX_INTEGER_BITS:,} bits")


def check_tuning(frozen: Any, adapters: Any) -> None:
    """Checks the forms of the paths that are frozen, and of the adapters.

    Raises:
        SpeccError: one is of another form.
    """
    if not isinstance(frozen, list | tuple) or not all(isinstance(each, str) for each in frozen):
        _refuse("what is frozen in it is no list of texts")
    if not isinstance(adapters, list | tuple) or not all(map(_is_adapter, adapters)):
        _refuse("its adapters are no list of mappings with `path`, `rank` and `alpha`")


def _is_adapter(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"path", "rank", "alpha"}
        and isinstance(value["path"], str)
        and type(value["rank"]) is int
        and type(value["alpha"]) in (int, float)
    )


def _refuse(message: str) -> None:
    raise SpeccError([Diagnostic("S505", f"the config of a declared layer is wrong: {message}")])
