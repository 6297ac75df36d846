"""Layers that look words up, and what they hold in place of variables: their words, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LOOKUPS: Final = ("IntegerLookup", "StringLookup", "TextVectorization")
VOCABULARY: Final = "vocabulary"
IDF_WEIGHTS: Final = "idf_weights"
TF_IDF: Final = "tf_idf"


def tables_of(class_name: str, arguments: Mapping[str, object]) -> dict[str, str]:
    """The names and dtypes of what weight files have for a layer; nothing if its arguments have it.

    Args:
        class_name: The layer's class.
        arguments: What it is given.
    """
    if class_name not in LOOKUPS or arguments.get(VOCABULARY) is not None:
        return {}
    weights = {IDF_WEIGHTS: "float32"} if arguments.get("output_mode") == TF_IDF else {}
    return {VOCABULARY: "string", **weights}
