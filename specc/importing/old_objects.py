"""Initializers, regularizers and the like as Keras 1 and 2 wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from specc import catalog
from specc.catalog import Kind
from specc.importing import old_names as old
from specc.importing.parts import Plain

NAMES: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.INITIALIZER: old.INITIALIZERS,
    Kind.REGULARIZER: old.REGULARIZERS,
    Kind.CONSTRAINT: old.CONSTRAINTS,
}
FORGOTTEN: Final = frozenset({"dtype", "partition_info", "verify_shape"})
"""What initializers were told of, and are told today by the variable."""


def modern_object(kind: Kind, value: Any) -> Plain:
    """An object among the arguments of a layer, as Keras 3 writes it."""
    names = NAMES.get(kind, {})
    if isinstance(value, str):
        return names.get(value, value)
    if not isinstance(value, dict):
        return value
    if "class_name" not in value and isinstance(value.get("name"), str):  # Keras 1
        name = str(value["name"])
        rest = {key: item for key, item in value.items() if key != "name"}
        value = {"class_name": name, "config": rest}
    config = value.get("config")
    if not isinstance(config, dict):
        return value
    name = names.get(str(value.get("class_name")), str(value.get("class_name")))
    entry = catalog.find_object(kind, name)
    if entry is not None and entry.kind is Kind.LAYER:
        from specc.importing.old_layers import modern_layer  # which needs this module
        from specc.importing.problems import Problems

        name, config = modern_layer(name, config, Problems(""))
        return {**value, "class_name": name, "config": config}
    renamed = old.OBJECT_ARGUMENTS.get(name, {})
    kept = {
        renamed.get(key, key): item
        for key, item in config.items()
        if key not in FORGOTTEN or (entry is not None and entry.parameter(key))
    }
    if name == "VarianceScaling" and kept.get("distribution") == "normal":
        kept["distribution"] = "truncated_normal"
    return {**value, "class_name": name, "config": kept}
