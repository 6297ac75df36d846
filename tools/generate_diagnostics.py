"""Writes `docs/diagnostics.md` from the codes; `--check` only compares."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from specc.diagnostics.codes import CODES

PAGE = Path(__file__).parent.parent / "docs" / "diagnostics.md"

STAGES = {
    "S0": "The file and its YAML",
    "S1": "The document's form",
    "S2": "Layers and their arguments",
    "S3": "Expressions",
    "S4": "Names and dataflow",
    "S5": "Imports and trust",
    "S6": "Keras",
    "S7": "Limits",
    "S8": "The command line and output",
    "S9": "Weight files, and specc itself",
}
"""What the first two characters of a code stand for."""

HEAD = """\
# Diagnostics

Every code that specc reports. `specc explain CODE` says what one means, with an example and its
mend. A code keeps its meaning for ever, so it can be written into scripts.

<!-- Written by tools/generate_diagnostics.py. -->
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n{section}" for section in _sections())


def _sections() -> Iterator[str]:
    for stage, title in STAGES.items():
        rows = [f"| {code} | {CODES[code].title} |" for code in sorted(CODES) if code[:2] == stage]
        yield "\n".join([f"## {title}", "", "| code | is |", "| --- | --- |", *rows, ""])


def main() -> int:
    """Writes or compares the page; 1 if the file on disk is not what the codes say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if parser.parse_args().check:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
