"""What the layers of a `.keras` are called, by its config.

Older versions of Keras 3, and tf-keras, write no names into the weight file: an object's path there
is made of classes, counted in the order of the model's layers, and the config lists these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from specc.catalog.naming import snake_case
from specc.weights.limits import MAX_DEPTH


def names_by_config(config: Mapping[str, object]) -> dict[str, str]:
    """The layers' names by their paths in the weight file: `layers/dense_1`.

    Args:
        config: A model's, as `config.json` has it. Models that don't list their layers have none.
    """
    return dict(_named(config, "", 0))


def _named(model: object, place: str, depth: int) -> Iterator[tuple[str, str]]:
    counts: Counter[str] = Counter()
    for layer in _layers(model) if depth < MAX_DEPTH else ():
        kind, name = layer.get("class_name"), _config(layer).get("name")
        if isinstance(kind, str) and isinstance(name, str):
            stem = snake_case(kind)
            path = (
                f"{place}layers/{stem}_{counts[stem]}" if counts[stem] else f"{place}layers/{stem}"
            )
            counts[stem] += 1
            yield path, name
            yield from _named(layer, f"{path}/", depth + 1)


def _layers(model: object) -> list[dict[str, object]]:
    found = _config(model).get("layers")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _config(value: object) -> dict[str, object]:
    found = value.get("config") if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}
