"""npz files with pickles, bombs, lies and damage; and the zip archives below them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from specc.weights.npz_sink import write_npz
from tests.weights.archives import changed, npy, npy_of, zipped
from tests.weights.arrays import every_kind, infos
from tests.weights.hostile import mutations, refused, survives

W = npy(np.arange(4, dtype="float32"))
ONE = zipped({"w.npy": W})
TWO = zipped({"v.npy": W, "w.npy": W})
HEADER = "{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}"


class Marker:
    """Unpickled, it would make a file."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("evil-marker",)


def header(descr: str, shape: str, data: bytes = b"", **more: int) -> bytes:
    return zipped({"w.npy": npy_of(HEADER.format(descr, shape), data, **more)})


def deflated(size: int) -> bytes:
    return zipped(
        {"w.npy": npy_of(HEADER.format("|u1", f"({size},)"), bytes(size))}, zipfile.ZIP_DEFLATED
    )


CASES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "pickle": (lambda: zipped({"w.npy": npy(np.array([Marker()]))}), "S904", "`w`"),
    "columns": (lambda: zipped({"w.npy": npy(np.zeros(2, "f4,i4"))}), "S905", "columns"),
    "dates": (lambda: zipped({"w.npy": npy(np.zeros(2, "M8[s]"))}), "S905", "M8"),
    "shape beyond": (lambda: header("<f4", "(1099511627776,)"), "S903", "4,398,046,511,104"),
    "shape that overflows": (lambda: header("<f4", f"({2**62}, {2**62})"), "S903", "shape"),
    "negative shape": (lambda: header("<f4", "(-1,)"), "S903", "header"),
    "an expression": (lambda: header("<f4", "(__import__('os'),)"), "S903", "header"),
    "no header": (lambda: zipped({"w.npy": b"x" * 100}), "S903", "no numpy array"),
    "empty member": (lambda: zipped({"w.npy": b""}), "S903", "no numpy array"),
    "version 9": (lambda: header("<f4", "()", b"1234", version=9), "S910", "version 9"),
    "a header of 4 GB": (
        lambda: zipped({"w.npy": b"\x93NUMPY\2\0\xff\xff\xff\xff" + b" " * 99}),
        "S906",
        "4,294,967,295",
    ),
    "rank 1,000": (lambda: header("<f4", f"({'1, ' * 1000})", b"1234"), "S903", "shape"),
    "string of 2 GB": (lambda: header("|S999999999", "(1,)"), "S903", "999,999,999"),
    "bools of 2": (lambda: header("|b1", "(2,)", b"\2\2"), "S903", "0 nor 1"),
    "bad checksum": (lambda: changed(ONE, crc=1), "S903", "checksum"),
    "a bomb": (lambda: deflated(100 * 2**20), "S906", "104,857"),
    "more than it says": (
        lambda: changed(zipped({"w.npy": W}, zipfile.ZIP_DEFLATED), size=len(W) - 1),
        "S903",
        "more bytes",
    ),
    "less than it says": (
        lambda: changed(zipped({"w.npy": W}, zipfile.ZIP_DEFLATED), size=len(W) + 1),
        "S903",
        "`w`",
    ),
    "overlap": (lambda: changed(TWO, 1, offset=0), "S903", "overlaps"),
    "called otherwise": (lambda: ONE.replace(b"w.npy", b"v.npy", 1), "S903", "otherwise"),
    "a name twice": (lambda: TWO.replace(b"v.npy", b"w.npy"), "S903", "twice"),
    "encrypted": (lambda: changed(ONE, flags=1), "S904", "encrypted"),
    "symbolic link": (lambda: changed(ONE, attributes=0o120777 << 16), "S904", "symbolic"),
    "zip slip": (lambda: zipped({"../w.npy": W}), "S904", "leads out"),
    "absolute": (lambda: zipped({"/etc/w.npy": W}), "S904", "leads out"),
    "backslashes": (
        lambda: ONE.replace(b"w.npy", b"..\\wy"),
        "S904",
        "leads",
    ),
    "another method": (lambda: changed(ONE, method=12), "S910", "method 12"),
    "past the end": (lambda: changed(ONE, offset=2**31), "S902", "past"),
    "stored past the end": (lambda: changed(ONE, stored=2**31, size=2**31), "S902", "past"),
    "no contents": (lambda: ONE[:-22], "S902", "table of contents"),
    "entries that aren't there": (
        lambda: ONE[:-14] + b"\x09\0\x09\0" + ONE[-10:],
        "S903",
        "too short",
    ),
    "no weights": (lambda: zipped({"readme.txt": b"hello"}), "S901", "`readme.txt`"),
    "empty archive": (lambda: zipped({}), "S901", "nothing"),
    "of PyTorch": (lambda: zipped({"m/data.pkl": b""}), "S901", "PyTorch"),
    "own metadata that is no JSON": (
        lambda: zipped({"__specc__.npy": npy(np.zeros(9, "u1")), "w.npy": W}),
        "S903",
        "metadata",
    ),
    "own dtype that its bytes are not": (
        lambda: zipped(
            {
                "__specc__.npy": npy(
                    np.frombuffer(b'{"version":1,"tensors":{"w":{"dtype":"int4"}}}', "u1")
                ),
                "w.npy": W,
            }
        ),
        "S903",
        "`int4`",
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    monkeypatch.chdir(tmp_path)
    content, code, words = CASES[title]
    path = tmp_path / "evil.npz"
    path.write_bytes(content())
    refused(path, code, words)
    assert [entry.name for entry in tmp_path.iterdir()] == ["evil.npz"]


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.weights.zip_archive.MAX_ZIP_MEMBERS", 99)
    path = tmp_path / "evil.npz"
    path.write_bytes(zipped({f"{i}.npy": W for i in range(100)}))
    refused(path, "S906", "100 members")


def test_70_000_members(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    path.write_bytes(zipped({f"{i}.txt": b"" for i in range(70_000)}))
    refused(path, "S906", "70,000 members")


def test_a_file_cut_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "cut.npz"
    assert [size for size in range(len(TWO)) if survives(path, TWO[:size])] == []


def fuzz(tmp_path: Path, count: int) -> None:
    arrays = {key: array for key, array in every_kind().items() if array.size < 20}
    path = tmp_path / "a.npz"
    write_npz(path, infos(arrays), arrays.__getitem__)
    data = path.read_bytes()
    with np.errstate(all="ignore"):
        for changed_data in mutations(data, count // 2, 2):
            survives(path, changed_data)
        small = zipped({"v.npy": W, "w.npy": W}, zipfile.ZIP_DEFLATED)
        results = [survives(path, changed_data) for changed_data in mutations(small, count // 2, 3)]
    assert 0 < sum(results) < count // 2


def test_mutations(tmp_path: Path) -> None:
    fuzz(tmp_path, 300)


@pytest.mark.long
def test_more_mutations(tmp_path: Path) -> None:
    fuzz(tmp_path, 10_000)
