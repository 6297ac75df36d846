"""The command line as a process: streams, signals, pipes, crashes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from specc.cli import specs
from tests.cli.conftest import Specc
from tests.conftest import RunSpecc

PYTHON = (sys.executable, "-m", "specc")


def test_streams_and_exit_codes(run_specc: RunSpecc, folder: Path) -> None:
    good = run_specc("check", "digits.yaml", cwd=folder)
    bad = run_specc("check", "broken.yaml", cwd=folder)
    wrong = run_specc("chekc", cwd=folder)
    assert (good.returncode, good.stdout, good.stderr) == (0, "1 spec, no problems\n", "")
    assert (bad.returncode, bad.stderr) == (1, "")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_checking_imports_little(folder: Path) -> None:
    code = "import sys; from specc.cli import main; main(['check', 'digits.yaml'])"
    listing = "print(sorted({'rich', 'numpy', 'jsonschema', 'keras'} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {listing}"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_terminal_without_unicode(run_specc: RunSpecc, folder: Path) -> None:
    (folder / "digits.yaml").write_text("specc: 1\nmodel: größe\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run_specc("check", "digits.yaml", cwd=folder, env=env)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_that_is_full_or_closed(folder: Path) -> None:
    def run(redirected: str) -> subprocess.CompletedProcess[str]:
        command = f'"$0" -m specc explain {redirected}'
        given = ["sh", "-c", command, sys.executable]
        return subprocess.run(given, cwd=folder, capture_output=True, text=True, check=False)

    full, closed = run("> /dev/full"), run(">&-")
    message = "error[S802]: the output cannot be written: no space left on device\n\n1 error\n"
    assert (full.returncode, full.stderr) == (1, message)
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.parametrize("command", ["check {}", "weights ls {}", "init {}", "import {} -o m.yaml"])
def test_paths_that_the_system_refuses(specc: Specc, command: str) -> None:
    done = specc(*command.format("a" * 300).split())
    assert done.code == 1
    assert "error[S003]" in done.err
    assert "cannot be reached: file name too long" in done.err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_signals(number: signal.Signals, code: int, folder: Path) -> None:
    """Standard input stays open, so it waits there until the signal comes."""
    with subprocess.Popen(
        [*PYTHON, "check", "-"], cwd=folder, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        time.sleep(2)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (code, "", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_broken_pipe_is_silent(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PYTHON, "explain"], cwd=folder, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def fail(*_: object) -> None:
    raise ZeroDivisionError("what a pity\nsecond line")


def test_a_crash_says_what_to_do(specc: Specc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specs, "spec_paths", fail)
    monkeypatch.setattr("specc.cli.commands.check.spec_paths", fail)
    monkeypatch.delenv("SPECC_TRACEBACK", raising=False)
    done = specc("check", ".")
    assert done.code == 70
    assert "error[S900]: ZeroDivisionError: what a pity\n" in done.err
    assert "Traceback" not in done.err
    file = Path(done.err.partition("the traceback is in ")[2].partition("\n")[0])
    assert "in fail" in file.read_text(encoding="utf-8")
    file.unlink()


def test_a_traceback_on_demand(specc: Specc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.cli.commands.check.spec_paths", fail)
    monkeypatch.setenv("SPECC_TRACEBACK", "1")
    done = specc("check", ".")
    assert done.code == 70
    assert "Traceback (most recent call last):\n" in done.err
    assert "the traceback is above" in done.err


SAVES = """
import sys, time
from specc.cli import main
from specc.weights import safetensors_sink
write = safetensors_sink._write_all
def slow(file, data):
    write(file, data)
    print("writing", flush=True)
    time.sleep(30)
safetensors_sink._write_all = slow
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_signals_while_a_file_is_written(number: signal.Signals, code: int, folder: Path) -> None:
    """What is half written goes, and what was there stays."""
    np.savez(folder / "w.npz", w=np.ones(9, "float32"))
    (folder / "out.safetensors").write_text("old")
    before = sorted(folder.iterdir())
    command = ["weights", "convert", "w.npz", "-o", "out.safetensors", "--force"]
    with subprocess.Popen(
        [sys.executable, "-c", SAVES, *command], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (code, "")
    assert sorted(folder.iterdir()) == before
    assert (folder / "out.safetensors").read_text() == "old"
