"""Writes `docs/applications.md`: every architecture of `keras.applications` as text, and back.

Each is made, imported, compiled again and compared in a process of its own, which takes the machine
half an hour in all; names as arguments do those alone, and keep the other rows.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["TF_NUM_INTRAOP_THREADS"] = "1"  # sums have one order then, whatever else is running

PAGE = Path(__file__).parent.parent / "docs" / "applications.md"

HEAD = """\
# The architectures of keras.applications

Each was made with `weights=None`, imported and compiled again. *Equal*: the config is the same,
names included, of the flat text and of the folded one, and with the weights copied the outputs of
a random batch are the same bit for bit. *Seconds* are those of `specc.from_keras`, with folding, of
one core that others use too. Keras {version}.

<!-- Written by tools/generate_applications.py. -->

| name | layers | lines flat | lines folded | seconds | equal |
| --- | --: | --: | --: | --: | --- |
"""

_ROW = re.compile(r"\| (\w+) \|.*\|")


def names() -> list[str]:
    """The architectures that Keras has."""
    import keras

    found = vars(keras.applications).items()
    return sorted(name for name, each in found if callable(each) and name[:1].isupper())


def row(name: str) -> str:
    """The row of one architecture."""
    import keras
    from round_trip import assert_equal_configs, same_again

    import specc

    model = getattr(keras.applications, name)(weights=None)
    try:
        flat = same_again(model, fold=False).text
        started = time.process_time()
        folded = specc.from_keras(model, fold=True).text
        seconds = time.process_time() - started
        if folded != flat:
            assert_equal_configs(model, specc.compile(specc.loads(folded)))
    except (AssertionError, specc.SpeccError) as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return f"| {name} | {len(model.layers)} | | | | no |"
    lines = f"{flat.count(chr(10))} | {folded.count(chr(10))}"
    return f"| {name} | {len(model.layers)} | {lines} | {seconds:.2f} | yes |"


def known_rows() -> dict[str, str]:
    """The rows of the page."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    found = (_ROW.fullmatch(line) for line in text.splitlines())
    return {each[1]: each[0] for each in found if each and each[1] != "name"}


def write(rows: Iterable[str], version: str) -> None:
    """Writes the page."""
    PAGE.write_text(HEAD.format(version=version) + "\n".join(rows) + "\n", encoding="utf-8")


def main() -> int:
    """Writes the page; 1 if an architecture isn't equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--row", help="print the row of one architecture")
    arguments = parser.parse_args()
    if arguments.row:
        print(row(arguments.row))
        return 0
    told = subprocess.run(
        [sys.executable, "-c", "import json, keras, generate_applications as g;"
         "print(json.dumps([keras.__version__, g.names()]))"],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    version, every = json.loads(told.stdout)
    rows = known_rows()
    for name in arguments.names or every:
        command = [sys.executable, __file__, "--row", name]
        made = subprocess.run(  # noqa: S603 - ourselves
            command, capture_output=True, text=True, check=False
        )
        print(made.stdout or f"{name}: {made.stderr[-2000:]}", end="", flush=True)
        rows[name] = made.stdout.strip() or f"| {name} | | | | | no |"
        write((rows[each] for each in every if each in rows), version)
    return int(any(each.endswith("| no |") for each in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
