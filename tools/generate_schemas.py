"""Writes `schemas/*.json` from the code; `--check` only compares."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from specc.schema import schema_text

SCHEMAS = Path(__file__).parent.parent / "schemas"


def texts() -> dict[str, str]:
    """The text of each file, by its name."""
    return {"specc.schema.json": schema_text()}


def main() -> int:
    """Writes or compares every file; 1 if the files on disk are not what the code says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    only_check = parser.parse_args().check
    stale = {name: text for name, text in texts().items() if _differs(name, text)}
    if only_check:
        print(f"stale: {', '.join(stale)}" if stale else "the schemas are what the code says")
        return 1 if stale else 0
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in stale.items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
        print(f"wrote {name}")
    return 0


def _differs(name: str, text: str) -> bool:
    path = SCHEMAS / name
    return not path.exists() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
