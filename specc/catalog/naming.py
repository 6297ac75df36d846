"""Names as Keras makes them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def snake_case(class_name: str) -> str:
    """A class name as Keras writes it in names: `BatchNormalization` → `batch_normalization`."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
