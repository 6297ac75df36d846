"""The YAML rows of hostile input, each read in a process of its own and measured there.

The oracle: diagnostics that name the file and a place, no traceback, no signal, bounded time and
memory beyond start-up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

SECONDS = 5
MEBIBYTES = 256

CHILD = """
import json, sys, time
from specc.diagnostics import Diagnostics
from specc.diagnostics.render import text
from specc.errors import SpeccError
from specc.source import DiskReader, read_yaml, to_plain

def peak():  # not getrusage, which also counts what the parent had at the fork
    for line in open("/proc/self/status", encoding="ascii"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024

before, started = peak(), time.process_time()
found = Diagnostics()
try:
    node = read_yaml(DiskReader().read(sys.argv[1]), found)
    value = None if node is None else to_plain(node)
    diagnostics = found.sorted()
except SpeccError as error:
    diagnostics = list(error.diagnostics)
shown = text.render(diagnostics)
print(json.dumps({
    "codes": sorted({d.code for d in diagnostics}),
    "placed": all(d.span is not None or sys.argv[1] in d.message for d in diagnostics),
    "shown": len(shown),
    "seconds": time.process_time() - started,
    "mebibytes": peak() - before,
}))
"""

LEVELS = "abcdefghij"


def alias_bomb() -> str:
    below = ("- &a [x, x, x, x, x, x, x, x, x, x]",)
    rest = (
        f"- &{name} [{', '.join([f'*{previous}'] * 10)}]" for previous, name in pairwise(LEVELS)
    )
    return "\n".join([*below, *rest])


def merge_bomb() -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, 10)]
    return "\n".join(lines)


MILLION = 10**6

TEXTS = {
    "ten-level alias bomb": (alias_bomb(), ["S019"]),
    "merge bomb": (merge_bomb(), ["S015", "S019"]),
    "flow depth 100k": ("[" * 100_000, ["S020"]),
    "flow depth 100k, mappings": ("{a: " * 100_000, ["S020"]),
    "block depth 500": ("".join(f"{' ' * i}a:\n" for i in range(500)), ["S020"]),
    "block depth 500, lists": ("- " * 500 + "a", ["S020"]),
    "compact lists, 100k deep": ("- " * 100_000, ["S020"]),
    "5,000-digit integer": ("a: " + "9" * 5_000, ["S022"]),
    "two million digits": ("a: " + "9" * (2 * MILLION), ["S022"]),
    "5,000-digit float": ("a: 1." + "9" * 5_000, ["S022"]),
    "100k sexagesimal parts": ("a: 1" + ":59" * 100_000, []),
    "100k sexagesimals": ("- 190:20:30\n" * 100_000, []),
    "no and inf": ("a: .nan\nb: .inf\nc: -.inf", []),
    "a million values": ("[" + "0," * MILLION + "]", ["S021"]),
    "a million mappings": ("[" + "a: b," * MILLION + "]", ["S021"]),
    "a million duplicate keys": ("a: 1\n" * MILLION, ["S013", "S023"]),
    "a million tags": ("- !x 1\n" * MILLION, ["S014", "S023"]),
    "a million anchors": ("- &a 1\n" * MILLION, ["S021"]),
    "a million open expressions": ("[" + "=f(,\n" * MILLION + "]", ["S021"]),
    "open expressions, one line": ("[" + "=f(," * MILLION, ["S021"]),
    "a million traps": ("[" + "=f(a, b),\n" * (MILLION // 2) + "]", ["S012"]),
    "a million traps that are errors": ("- {a: =b[0]}\n" * (MILLION // 2), ["S012"]),
    "a line of traps that are errors": ("{" + "a: =b[0], " * (MILLION // 2), ["S012"]),
    "quotes in a trap": ("{a: =b[" + "'\"" * MILLION, ["S010"]),
    "a long quoted text": ("a: '" + "x\n" * (2 * MILLION), ["S010"]),
    "a long line": ("a: " + "x " * (3 * MILLION) + ": b", ["S010"]),
    "control characters": ("\x01" * MILLION, ["S006"]),
    "a million documents": ("---\n" * MILLION, ["S008"]),
    "comments": ("# x\n" * (2 * MILLION), ["S007"]),
    "blanks": (" " * (8 * MILLION), ["S007"]),
    "nine megabytes": ("x" * (9 * MILLION), ["S004"]),
}

BYTES = {
    "UTF-16, little endian": ("a: 1\n".encode("utf-16"), ["S005"]),
    "UTF-16, big endian": (b"\xfe\xff" + "a: 1\n".encode("utf-16-be"), ["S005"]),
    "UTF-16 without a mark": ("a: 1\n".encode("utf-16-le"), ["S005"]),
    "UTF-32": ("a: 1\n".encode("utf-32"), ["S005"]),
    "Latin-1": ("a: 1\nname: Zoë\n".encode("latin-1"), ["S005"]),
    "NUL": (b"a: 1\nb: \x00\n", ["S006"]),
    "random": (bytes(range(256)) * 100, ["S005"]),
    "surrogates": (b"a: \xed\xa0\x80\n", ["S005"]),
    "UTF-8 with a mark": (b"\xef\xbb\xbfa: 1\n", []),
    "empty": (b"", ["S007"]),
}


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in /proc")


def measured(path: Path) -> dict[str, object]:
    """What the child reports; a signal, a traceback or too long a time fails here."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, path.name],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=4 * SECONDS,  # wall time, on a machine that may be busy
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    assert not child.stderr
    report: dict[str, object] = json.loads(child.stdout)
    return report


def assert_refused(path: Path, codes: list[str]) -> None:
    report = measured(path)
    assert report["codes"] == codes
    assert report["placed"]
    assert report["seconds"] <= SECONDS
    assert report["mebibytes"] <= MEBIBYTES
    assert report["shown"] <= 200_000


@pytest.mark.parametrize(("text", "codes"), TEXTS.values(), ids=TEXTS.keys())
def test_text(text: str, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    assert_refused(path, codes)


@pytest.mark.parametrize(("content", "codes"), BYTES.values(), ids=BYTES.keys())
def test_bytes(content: bytes, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(content)
    assert_refused(path, codes)


def test_a_sparse_file_of_two_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    assert_refused(path, ["S004"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    os.mkfifo(path)
    assert_refused(path, ["S002"])
