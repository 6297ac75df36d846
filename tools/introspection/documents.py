"""The catalog's files, as texts by name."""

from __future__ import annotations

from functools import cache

import keras

from introspection import classes, layout, operations


@cache
def all_files() -> dict[str, str]:
    """File name → what it has to hold for the installed Keras."""
    files = {f"{kind}.json": _classes(kind) for kind in classes.NAMESPACES}
    files["ops.json"] = layout.to_text(
        {
            "keras": keras.__version__,
            "operations": operations.functions(),
            "operators": operations.operators(),
            "random": operations.random_functions(),
        }
    )
    return files


def _classes(kind: str) -> str:
    return layout.to_text({"keras": keras.__version__, "entries": classes.entries(kind)})
