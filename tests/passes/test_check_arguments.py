from __future__ import annotations

from pathlib import Path

import pytest

from specc.api.specs import check_text
from specc.diagnostics import Source

QUOTED = {
    "a quoted number": ('units: "10"', ["10"]),
    "an expression with that value": ("units: =n", []),
}


@pytest.mark.parametrize(("argument", "edits"), QUOTED.values(), ids=QUOTED.keys())
def test_only_what_is_written_there_is_replaced(argument: str, edits: list[str]) -> None:
    head = "specc: 1\nmodel: m\nparams: {n: '10'}\ninputs: {x: {shape: [4]}}\nbody:\n"
    text = f"{head}  - {{Dense: {{{argument}}}, name: d}}\n"
    (found,) = check_text(Source("m.yaml", text), Path("m.yaml"))
    assert found.code == "S206"
    assert [edit.replacement for edit in found.edits] == edits
