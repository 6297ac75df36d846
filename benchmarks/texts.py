"""Specs of any size."""

from __future__ import annotations

HEADER = "specc: 1\nmodel: chain\ninputs: {x: {shape: [8]}}\nbody:\n"


def chain(layers: int) -> str:
    """Layers in a row, each written out."""
    lines = [
        f"  - {{Dense: {{units: 8, activation: relu}}, name: layer{i}}}\n" for i in range(layers)
    ]
    return HEADER + "".join(lines)


def loop(layers: int) -> str:
    """The same layers, written as a loop."""
    return (
        f"{HEADER}  - for: i in range({layers})\n    body:\n"
        '      - Dense: {units: 8, activation: relu}\n        name: =f"layer{i}"\n'
    )
