"""Writes `specc/catalog/data/*.json` from the installed Keras; `--check` only compares."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from introspection import documents

DATA = Path(__file__).parent.parent / "specc" / "catalog" / "data"


def main() -> int:
    """Writes or compares every file; 1 if the files on disk are not what Keras says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    only_check = parser.parse_args().check
    stale = [name for name, text in documents.all_files().items() if _differs(name, text)]
    if only_check:
        print(f"stale: {', '.join(stale)}" if stale else "the catalog is what Keras says")
        return 1 if stale else 0
    for name in stale:
        (DATA / name).write_text(documents.all_files()[name], encoding="utf-8")
        print(f"wrote {name}")
    return 0


def _differs(name: str, text: str) -> bool:
    path = DATA / name
    return not path.exists() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
