"""Console examples in documents: commands, and what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.structure.tree import ROOT

_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A command as a reader would type it, and the output that the document shows."""

    command: str
    output: str


def examples(document: str) -> Iterator[Example]:
    for block in _BLOCK.findall(document):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield Example(command, output)


def run(command: str, folder: Path, home: Path) -> str:
    """What a command prints on both streams, with a `specc` on its path that is this one."""
    script = home / "specc"
    if not script.exists():
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m specc "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{home}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout
