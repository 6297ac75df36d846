"""Many writers at once, readers beside them, files changed by others, and little memory."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.source.atomic import TEMPORARY_PREFIX
from specc.weights import TensorInfo, open_source, provenance, verify, write_npz, write_safetensors
from tests.weights.saving import INFOS, SINKS, content, value

SMALL = [TensorInfo(f"w{i}", (16,), "float32") for i in range(3)]
ALONE = {"a.safetensors": write_safetensors, "a.npz": write_npz}
WRITERS = 8


def small(number: int) -> object:
    return lambda key: np.full(16, number, "float32")


def rewrite(path: Path, number: int, times: int) -> None:
    for turn in range(times):
        ALONE[path.name](path, SMALL, small(number * times + turn), force=True)


def together(path: Path, times: int) -> int:
    """Eight processes write, this one reads; gives how often it read."""
    ALONE[path.name](path, SMALL, small(-1))
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=rewrite, args=(path, number, times)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    reads = 0
    while any(writer.is_alive() for writer in writers):
        with open_source(path) as source:
            values = {float(each) for key in source.tensors() for each in source.read(key)}
            assert len(values) == 1  # of one save, not of two
            assert verify(source) == ([], [])
        reads += 1
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return reads


@pytest.mark.long
def test_eight_writers_and_a_reader(tmp_path: Path) -> None:
    assert together(tmp_path / "a.safetensors", 5)


@pytest.mark.long
@pytest.mark.parametrize("name", ALONE)
def test_a_reader_through_a_thousand_rewrites(tmp_path: Path, name: str) -> None:
    assert together(tmp_path / name, 1000 // WRITERS) > 10


def test_writers_of_a_set_leave_one_that_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors.index.json"
    SINKS[path.name](path, INFOS, value(0))
    threads = [
        threading.Thread(target=SINKS[path.name], args=(path, INFOS, value(n)), kwargs={"force": 1})
        for n in range(1, 5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content(path)


@pytest.mark.parametrize("mmap", [False, True])
def test_a_file_swapped_between_the_check_and_the_reading(tmp_path: Path, mmap: bool) -> None:
    """What was checked is what is read, by its descriptor; the name may lead elsewhere by then."""
    path, other = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    write_safetensors(path, SMALL, small(1))
    other.write_bytes(b"\xff" * 100)
    with open_source(path) as source:
        other.replace(path)
        assert all((source.read(key, mmap=mmap) == 1).all() for key in source.tensors())


def test_a_file_written_over_in_place_is_found_by_its_digests(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_safetensors(path, SMALL, small(1))
    with open_source(path) as source:
        with path.open("r+b") as file:
            file.seek(-8, os.SEEK_END)
            file.write(bytes(8))
        problems, _ = verify(source)
    assert [each.code for each in problems] == ["S907"]


READ_ONLY = """
import os, sys
from specc import SpeccError
from specc.weights import write_safetensors
from tests.weights.test_other_programs import SMALL, small
if os.getuid() == 0:
    os.setuid(65534)  # nobody: root may write everywhere
try:
    write_safetensors(sys.argv[1], SMALL, small(2), force=True)
except SpeccError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_folder_that_is_read_only() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_safetensors(folder / "a.safetensors", SMALL, small(1))
        folder.chmod(0o555)
        try:
            run = subprocess.run(
                [sys.executable, "-c", READ_ONLY, str(folder / "a.safetensors")],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        finally:
            folder.chmod(0o755)
        assert "S802" in run.stdout
        assert "a.safetensors" in run.stdout
        assert "permission denied" in run.stdout
        assert [each.name for each in folder.iterdir()] == ["a.safetensors"]
        with open_source(folder / "a.safetensors") as source:
            assert (source.read("w0") == 1).all()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of another file system."""
    for place in (Path("/dev/shm"), Path("/run"), Path("/var/tmp")):  # noqa: S108 - ours below
        try:
            folder = Path(tempfile.mkdtemp(dir=place))
        except OSError:
            continue
        if folder.stat().st_dev != tmp_path.stat().st_dev:
            return folder
        folder.rmdir()
    pytest.skip("there is one file system")


def test_a_link_to_another_file_system(tmp_path: Path, elsewhere: Path) -> None:
    """A rename can't cross: the temporary file is beside the file that the link leads to."""
    try:
        link = tmp_path / "a.safetensors"
        link.symlink_to(elsewhere / "real.safetensors")
        write_safetensors(link, SMALL, small(1), force=True)
        write_safetensors(link, SMALL, small(2), force=True)
        assert link.is_symlink()
        assert [each.name for each in elsewhere.iterdir()] == ["real.safetensors"]
        with open_source(link) as source:
            assert (source.read("w0") == 2).all()
    finally:
        shutil.rmtree(elsewhere)


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    """A temporary file that a kill left, files of others, and a set's own of another name."""
    path = tmp_path / "a.safetensors.index.json"
    stale = tmp_path / f"{TEMPORARY_PREFIX}0123456789abcdef-a.safetensors"
    others = [stale, tmp_path / "a-00001-of-00002.safetensors", tmp_path / "notes.txt"]
    for other in others:
        other.write_text("theirs")
    for number in (1, 2):
        SINKS[path.name](path, INFOS, value(number), force=True)
    assert all(other.read_text() == "theirs" for other in others)
    assert content(path)


def test_a_temporary_file_with_our_name_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who guesses the name can't make us write through a link."""
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    monkeypatch.setattr(os, "urandom", bytes)
    (tmp_path / f"{TEMPORARY_PREFIX}{'00' * 8}-a.safetensors").symlink_to(victim)
    with pytest.raises(SpeccError, match="S802"):
        write_safetensors(tmp_path / "a.safetensors", SMALL, small(1))
    assert victim.read_text() == "theirs"
    assert not (tmp_path / "a.safetensors").exists()


FULL = """
import sys
from specc import SpeccError
from tests.weights.saving import INFOS, SINKS, Path, value
path = Path(sys.argv[1])
try:
    SINKS[path.name](path, INFOS, value(2), force=True)
except SpeccError as error:
    print(error)
"""


@pytest.fixture
def tiny_disk(tmp_path: Path) -> object:
    """A file system of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "specc", str(folder)]
    can = shutil.which("mount") and os.geteuid() == 0
    if not can or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here; `test_a_full_disk` has a limit on files instead")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("name", SINKS)
def test_no_space_left(tiny_disk: Path, name: str) -> None:
    path = tiny_disk / name
    SINKS[name](path, INFOS, value(1))
    (tiny_disk / "ballast").write_bytes(bytes(150_000))
    before = {file: file.read_bytes() for file in tiny_disk.iterdir()}
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    assert "S802" in run.stdout
    assert "no space left" in run.stdout
    assert {file: file.read_bytes() for file in tiny_disk.iterdir()} == before


COMMANDS = {
    "convert": ("convert", "a.safetensors", "-o", "out.safetensors", "--force"),
    "merge": ("merge", "a.safetensors", "b.safetensors", "-o", "out.safetensors", "--force"),
    "diff": ("diff", "a.safetensors", "b.safetensors"),
    "verify": ("verify", "a.safetensors"),
    "ls": ("ls", "a.safetensors"),
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
@pytest.mark.parametrize("name", COMMANDS)
def test_ever_less_memory(tmp_path: Path, name: str) -> None:
    """Done, or a diagnostic: at no limit a traceback, a signal, or half a file."""
    infos = [TensorInfo(f"w{i}", (1024, 1024), "float32") for i in range(4)]
    for file in ("a.safetensors", "b.safetensors"):
        write_safetensors(tmp_path / file, infos, lambda _: np.ones((1024, 1024), "float32"))
    paths = [str(tmp_path / word) if "." in word else word for word in COMMANDS[name]]
    run = subprocess.run(
        [sys.executable, "-m", "tests.weights.starving", "weights", *paths],
        capture_output=True, text=True, check=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    results = [line.split(" ", 2) for line in run.stdout.splitlines()]
    codes = {code for _, code, _ in results}
    assert codes == {"0", "1"} or (name == "ls" and codes == {"0"}), run.stdout  # it needs little
    for _, code, words in results:
        assert "Traceback" not in words
        assert code == "0" or "S704" in words or "S003" in words, words
    out = tmp_path / "out.safetensors"
    if out.name in " ".join(paths):
        with open_source(out) as source:
            assert provenance(source).content
            assert verify(source) == ([], [])
    left = {each.name for each in tmp_path.iterdir()} - {"a.safetensors", "b.safetensors"}
    assert left <= {out.name}
