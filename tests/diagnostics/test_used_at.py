"""An error inside of a definition shows the use that brought it about."""

from __future__ import annotations

import pytest

from specc.api import specs as api
from specc.diagnostics import Source

LAYER = """
  Widen:
    params: {units: int}
    inputs: [x]
    weights: {w: {shape: "=[x.shape[1], units]"}}
    body: x @ w
"""
BLOCK = """
  Widen:
    params: {units: int}
    inputs: [x]
    body: x @ zeros([3, 4])
""".replace("Widen", "widen")


@pytest.mark.parametrize(("define", "name"), [(LAYER, "Widen"), (BLOCK, "widen")])
def test_the_use_that_goes_wrong_is_shown(define: str, name: str) -> None:
    text = (
        f"specc: 1\nmodel: m\ninputs: {{x: {{shape: [3, 8]}}}}\ndefine:{define}"
        f"body:\n  - {{Dense: {{units: 9}}, name: pre}}\n  - {{{name}: {{units: 4}}, name: w}}\n"
    )
    [error] = [each for each in api.check_text(Source("spec", text)) if each.is_error]
    assert error.code == "S220"
    [use] = [each for each in error.related if "is used here" in each.message]
    assert use.message == f"`{name}` is used here"
    assert use.span.begin[0] == text.count("\n")
