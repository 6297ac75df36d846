"""Merging layers that take a tensor without a batch for one with a batch of its size."""

from __future__ import annotations

import pytest

import specc

TEXT = """\
specc: 1
model: m
inputs: {{ids: {{shape: [6], dtype: int32}}}}
body:
  - {{expr: arange(6), as: places}}
  - {{Embedding: {{input_dim: 6, output_dim: 8}}, in: places, name: positions}}
  - {{Embedding: {{input_dim: 100, output_dim: 8}}, in: ids, name: tokens}}
  - {step}
"""
WRONG = {
    "added": "{Add: , in: [tokens, positions], name: sum}",
    "the other way round": "{Multiply: , in: [positions, tokens], name: product}",
}
FINE = {
    "by an expression": "{expr: tokens + positions, name: sum}",
    "with a batch of one": '{Add: , in: [tokens, "positions[None]"], name: sum}',
    "all with a batch": "{Add: , in: [tokens, tokens], name: sum}",
    "all without a batch": "{Add: , in: [positions, positions], name: sum}",
}


def warned(step: str) -> list[tuple[str, str]]:
    spec = specc.loads(TEXT.format(step=step))
    return [(each.code, each.message) for each in spec.diagnostics if each.code == "S221"]


@pytest.mark.parametrize("step", WRONG.values(), ids=WRONG)
def test_is_warned_of(step: str) -> None:
    [(code, message)] = warned(step)
    assert code == "S221"
    assert message.endswith(" takes the 6 of [6, 8] for a batch, as in [null, 6, 8]")


@pytest.mark.parametrize("step", FINE.values(), ids=FINE)
def test_is_fine(step: str) -> None:
    assert warned(step) == []


def test_what_is_warned_of_fails_in_keras(keras: object) -> None:
    """It runs for a batch of the same size only, and then adds samples to places."""
    import numpy as np

    model = specc.compile(specc.loads(TEXT.format(step=WRONG["added"])), seed=1)
    with pytest.raises(Exception, match=r"(?i)incompatible|broadcast|dimensions"):
        model(np.zeros((4, 6), "int32"))
    assert model(np.zeros((6, 6), "int32")).shape == (6, 6, 8)
