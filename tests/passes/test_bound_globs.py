"""What globs may cost."""

from __future__ import annotations

import time

import pytest

import specc
from specc.errors import SpeccError

SPEC = """
specc: 1
model: m
{head}
inputs: {{x: {{shape: [4]}}}}
body:
  - {{repeat: 600, name: block, body: [{{Dense: {{units: 4}}, name: d}}]}}
"""
GLOBS = "[" + ", ".join(f'"**.*a*b*c*{i}.**.*.x"' for i in range(1_000)) + "]"


@pytest.mark.parametrize(
    "head",
    [
        f"freeze: {GLOBS}",
        f"lora: {{targets: {GLOBS}, rank: 1}}",
        "moved: [" + ", ".join(f"{{from: a{i}, to: block0}}" for i in range(1_500)) + "]",
    ],
    ids=["freeze", "lora", "moved"],
)
def test_many_globs_over_many_keys_end_soon(head: str) -> None:
    start = time.perf_counter()
    with pytest.raises(SpeccError) as failure:
        specc.loads(SPEC.format(head=head))
    assert time.perf_counter() - start < 10
    assert "S705" in {each.code for each in failure.value.diagnostics}


def test_some_over_many_are_fine() -> None:
    globs = ", ".join(f"block{i}.d.bias" for i in range(600))
    spec = specc.loads(SPEC.format(head=f"freeze: [{globs}]"))
    assert spec.slots is not None
    assert sum(slot.trainable for slot in spec.slots) == 600
