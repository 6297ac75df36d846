from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source import atomic_path, write_atomic
from specc.source.atomic import TEMPORARY_PREFIX


def refused(act: Callable[[], object]) -> Diagnostic:
    with pytest.raises(SpeccError) as caught:
        act()
    [diagnostic] = caught.value.diagnostics
    return diagnostic


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def output(folder: Path) -> Path:
    return folder / "model.json"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file(folder: Path, output: Path) -> None:
    write_atomic(output, "é")
    assert output.read_bytes() == "é".encode()
    assert names(folder) == ["model.json"]


def test_an_existing_file_is_kept_without_force(folder: Path, output: Path) -> None:
    output.write_text("old")
    assert refused(lambda: write_atomic(output, "new")).code == "S801"
    assert output.read_text() == "old"
    write_atomic(output, b"new", force=True)
    assert output.read_text() == "new"
    assert names(folder) == ["model.json"]


def test_a_file_made_meanwhile_is_kept_without_force(folder: Path, output: Path) -> None:
    def act() -> None:
        with atomic_path(output) as temporary:
            temporary.write_text("ours")
            output.write_text("theirs")

    assert refused(act).code == "S801"
    assert output.read_text() == "theirs"
    assert names(folder) == ["model.json"]


def test_a_file_system_without_hard_links(
    folder: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    write_atomic(output, "new")
    assert output.read_text() == "new"
    assert names(folder) == ["model.json"]


def test_a_new_files_permissions_follow_the_umask(output: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(output, "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(output.stat().st_mode) == 0o640


def test_an_old_files_permissions_are_kept(output: Path) -> None:
    output.write_text("old")
    output.chmod(0o604)
    write_atomic(output, "new", force=True)
    assert stat.S_IMODE(output.stat().st_mode) == 0o604


def test_a_link_stays_and_its_target_is_replaced(folder: Path, output: Path) -> None:
    (folder / "elsewhere").mkdir()
    target = folder / "elsewhere/real.json"
    target.write_text("old")
    output.symlink_to(target)
    assert refused(lambda: write_atomic(output, "new")).code == "S801"
    write_atomic(output, "new", force=True)
    assert output.is_symlink()
    assert target.read_text() == "new"
    assert names(folder / "elsewhere") == ["real.json"]


def test_a_link_that_leads_nowhere_yet(folder: Path, output: Path) -> None:
    output.symlink_to(folder / "real.json")
    write_atomic(output, "new")
    assert (folder / "real.json").read_text() == "new"
    assert output.is_symlink()


def test_targets_that_are_no_files(folder: Path) -> None:
    (folder / "directory").mkdir()
    os.mkfifo(folder / "pipe")
    for name in ("directory", "pipe"):
        diagnostic = refused(lambda name=name: write_atomic(folder / name, "x", force=True))
        assert diagnostic.code == "S802"
        assert name in diagnostic.message
    assert names(folder) == ["directory", "pipe"]


@pytest.mark.parametrize("path", ["missing/a.json", "a\x00b", "x" * 300])
def test_names_that_cannot_be_written(folder: Path, path: str) -> None:
    assert refused(lambda: write_atomic(folder / path, "x")).code == "S802"
    assert not names(folder)


def test_the_temporary_name_ends_like_the_output(folder: Path) -> None:
    for name in ("model.keras", "model.weights.h5", "n" * 243 + ".weights.h5"):
        with atomic_path(folder / name) as temporary:
            assert temporary.parent == folder
            assert temporary.name.startswith(TEMPORARY_PREFIX)
            assert temporary.name.endswith(name[-20:])
            temporary.write_text(name)
        assert (folder / name).read_text() == name


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_the_body_raises_leaves_the_old_file(
    folder: Path, output: Path, error: type[BaseException]
) -> None:
    output.write_text("old")
    with pytest.raises(error), atomic_path(output, force=True) as temporary:
        temporary.write_text("half")
        raise error
    assert output.read_text() == "old"
    assert names(folder) == ["model.json"]


def test_a_writer_that_runs_out_of_space(folder: Path, output: Path) -> None:
    def act() -> None:
        with atomic_path(output):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    diagnostic = refused(act)
    assert diagnostic.code == "S802"
    assert "no space left" in diagnostic.message
    assert not names(folder)


STEPS = ["fsync", "close", "replace"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails(
    folder: Path, output: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    where: object = Path if step == "replace" else os
    monkeypatch.setattr(where, step, fail)
    diagnostic = refused(lambda: write_atomic(output, "new", force=True))
    assert (diagnostic.code, "input/output error" in diagnostic.message) == ("S802", True)
    assert output.read_text() == "old"
    assert names(folder) == ["model.json"]


def test_the_order_of_the_steps(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content, then name, then folder: after a crash the name never leads to half a file."""
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder" if is_folder else "content")
        fsync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        done.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_atomic(output, "new", force=True)
    assert done == ["content", "name", "folder"]


WRITER = """
import sys, time
from specc.source import atomic_path
with atomic_path(sys.argv[1], force=True) as temporary:
    temporary.write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_process_that_is_ended(folder: Path, output: Path, sent: signal.Signals) -> None:
    output.write_text("old")
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(output)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(sent)
    assert output.read_text() == "old"
    left = [name for name in names(folder) if name != "model.json"]
    assert len(left) == (1 if sent is signal.SIGKILL else 0)
    assert all(name.startswith(TEMPORARY_PREFIX) for name in left)


def test_readers_see_the_old_file_or_the_new(output: Path) -> None:
    contents = ["a" * 100_000, "b" * 100_000]
    write_atomic(output, contents[0])
    code = "import sys\nfrom specc.source import write_atomic\nfor i in range(200):\n"
    code += "    write_atomic(sys.argv[1], 'ab'[i % 2] * 100_000, force=True)\n"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(output)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        while child.poll() is None:
            assert output.read_text() in contents
            time.sleep(0.001)
    assert child.returncode == 0
