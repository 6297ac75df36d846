from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.source import DiskReader, MemoryReader, Reader
from specc.source.limits import MAX_BYTES


def refused(reader: Reader, path: str | Path) -> Diagnostic:
    with pytest.raises(SpeccError) as caught:
        reader.read(path)
    [diagnostic] = caught.value.diagnostics
    return diagnostic


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_file_is_read_as_it_is() -> None:
    Path("a.yaml").write_bytes("a: Zoë\r\nb: 😀\n".encode())
    source = DiskReader().read("a.yaml")
    assert source.name == "a.yaml"
    assert source.text == "a: Zoë\r\nb: 😀\n"


def test_a_byte_order_mark_is_left_out() -> None:
    Path("a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert DiskReader().read("a.yaml").text == "a: 1\n"


def test_names_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/a.yaml").write_text("a: 1\n")
    assert DiskReader().read(tmp_path / "specs/a.yaml").name == str(Path("specs/a.yaml"))
    assert DiskReader().read("./specs/../specs/a.yaml").name == "./specs/../specs/a.yaml"


def test_a_missing_file_with_a_neighbour() -> None:
    Path("resnet.yaml").write_text("a: 1\n")
    diagnostic = refused(DiskReader(), "resnte.yaml")
    assert diagnostic.code == "S001"
    assert "`resnte.yaml`" in diagnostic.message
    assert diagnostic.help == "did you mean `resnet.yaml`?"


def test_a_missing_folder() -> None:
    diagnostic = refused(DiskReader(), "nowhere/a.yaml")
    assert (diagnostic.code, diagnostic.help) == ("S001", "there is no folder `nowhere`")


def test_a_file_taken_for_a_folder() -> None:
    Path("a.yaml").write_text("a: 1\n")
    assert refused(DiskReader(), "a.yaml/b.yaml").code == "S001"


def test_a_folder_is_no_file() -> None:
    Path("specs").mkdir()
    diagnostic = refused(DiskReader(), "specs")
    assert (diagnostic.code, diagnostic.message) == ("S002", "`specs` is a folder, not a file")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no such device")
def test_a_device_is_no_file() -> None:
    assert refused(DiskReader(), "/dev/zero").code == "S002"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="the system has no such sockets")
def test_a_socket_is_no_file() -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.yaml")
        assert refused(DiskReader(), "a.yaml").code == "S002"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_that_takes_the_files_place_after_it_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("real.yaml").write_text("a: 1\n")
    looked_at = Path("real.yaml").stat()
    os.mkfifo("a.yaml")
    monkeypatch.setattr(Path, "stat", lambda self, **_: looked_at)
    assert refused(DiskReader(), "a.yaml").code == "S002"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission() -> None:
    Path("a.yaml").write_text("a: 1\n")
    Path("a.yaml").chmod(0)
    diagnostic = refused(DiskReader(), "a.yaml")
    assert (diagnostic.code, "permission denied" in diagnostic.message) == ("S003", True)


@pytest.mark.parametrize("path", ["a\x00b", "x" * 5_000], ids=["NUL", "too long"])
def test_names_that_no_file_can_have(path: str) -> None:
    assert refused(DiskReader(), path).code in ("S001", "S003")


def test_a_ring_of_links() -> None:
    Path("a.yaml").symlink_to("b.yaml")
    Path("b.yaml").symlink_to("a.yaml")
    assert refused(DiskReader(), "a.yaml").code == "S003"


def test_size_is_bounded_exactly() -> None:
    Path("a.yaml").write_bytes(b"#" * MAX_BYTES)
    assert len(DiskReader().read("a.yaml").text) == MAX_BYTES
    Path("a.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert refused(DiskReader(), "a.yaml").code == "S004"


def test_a_file_that_grows_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    Path("small.yaml").write_bytes(b"#")
    small = Path("small.yaml").stat()
    monkeypatch.setattr(os, "fstat", lambda _: small)
    assert refused(DiskReader(), "a.yaml").code == "S004"


def test_not_utf_8_is_pointed_at() -> None:
    Path("a.yaml").write_bytes("a: 1\nname: Zoë\n".encode("latin-1"))
    diagnostic = refused(DiskReader(), "a.yaml")
    assert (diagnostic.code, str(diagnostic.span)) == ("S005", "a.yaml:2:9")
    assert "0xEB" in diagnostic.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_named(encoding: str) -> None:
    Path("a.yaml").write_bytes("a: 1\n".encode(encoding))
    diagnostic = refused(DiskReader(), "a.yaml")
    assert (diagnostic.code, "UTF-16" in diagnostic.message) == ("S005", True)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"PK\x03\x04", "a zip archive"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        ((4096).to_bytes(8, "little") + b"{", "safetensors"),
    ],
)
def test_files_of_models_are_told_before_their_size(start: bytes, kind: str) -> None:
    Path("model").write_bytes(start)
    os.truncate("model", MAX_BYTES + 1)
    diagnostic = refused(DiskReader(), "model")
    assert diagnostic.code == "S024"
    assert kind in diagnostic.message
    assert "specc import" in (diagnostic.help or "")


def test_memory() -> None:
    reader = MemoryReader({"specs/a.yaml": "\ufeffa: 1\n"})
    assert reader.read("specs/../specs/a.yaml").text == "a: 1\n"
    assert refused(reader, "specs/b.yaml").code == "S001"
