"""Reading a kind of document never depends on what was read before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import sys
from specc.diagnostics import Source
from specc.api.specs import check_text

LAYERS = "layers: {d: {Dense: {units: 1}}}\\nbody: d(x)\\n"
BODY = "body: [{expr: x * 2, name: y}]"
MODEL = "specc: 1\\nmodel: a\\ninputs: {x: {shape: [3]}}\\n" + LAYERS
LIBRARY = "specc: 1\\nlibrary: b\\ndefine:\\n  twice: {inputs: [x], " + BODY + "}\\n"
LAYER = "specc: 1\\nlayer: c\\ninputs: [x]\\n" + BODY + "\\n"
texts = {"model": MODEL, "library": LIBRARY, "layer": LAYER}
for kind in sys.argv[1:]:
    assert not [d for d in check_text(Source(kind, texts[kind])) if d.severity == "error"], kind
"""


@pytest.mark.parametrize("order", ["model library layer", "library model", "layer model library"])
def test_documents_in_any_order(order: str) -> None:
    """In a process of its own, since Pydantic builds each model once, when it is first used."""
    done = subprocess.run(
        [sys.executable, "-c", READ, *order.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


REBUILT = """
import sys
import specc
from specc.language import KINDS
from specc.language.step import Step

for name in sys.argv[2:]:
    (Step if name == "step" else KINDS[name]).model_rebuild(force=True)
assert specc.check(sys.argv[1]) == []
"""


@pytest.mark.parametrize("order", ["model step library", "step model", "library step model"])
def test_models_built_in_any_order(order: str) -> None:
    """Pydantic wraps a model twice that refers to itself, if one that holds it was built before."""
    gpt = Path(__file__).parents[2] / "specs/gpt.yaml"
    done = subprocess.run(
        [sys.executable, "-c", REBUILT, str(gpt), *order.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
