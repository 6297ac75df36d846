"""safetensors files made to mislead, to take memory, or damaged: each refused, and in few words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from specc import SpeccError
from specc.weights.opening import open_source
from specc.weights.safetensors_sink import write_safetensors
from tests.weights.arrays import every_kind, infos
from tests.weights.hostile import mutations, refused, survives


def made(path: Path, header: object, data: bytes = b"", length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(text) if length is None else length
    path.write_bytes(size.to_bytes(8, "little") + text + data)
    return path


def tensor(start: int = 0, end: int = 8, shape: object = (2,), dtype: object = "F32") -> dict:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


SPECC = {"version": 1, "tensors": {}}


def own(**changes: object) -> dict[str, object]:
    return {"__metadata__": {"specc": json.dumps(SPECC | changes)}, "w": tensor()}


CASES: dict[str, tuple[object, str, str]] = {
    "past the end": ({"w": tensor(0, 80, [20])}, "S902", "`w`"),
    "overlap": ({"a": tensor(), "w": tensor(4, 8, [1])}, "S903", "overlap"),
    "the same bytes twice": ({"a": tensor(), "w": tensor()}, "S903", "overlap"),
    "hole at the begin": ({"w": tensor(4, 8, [1])}, "S903", "hole"),
    "bytes behind the last": ({"w": tensor(0, 4, [1])}, "S903", "4 bytes follow"),
    "negative offset": ({"w": tensor(-8, 0)}, "S903", "offsets"),
    "end before begin": ({"w": tensor(8, 0)}, "S903", "-8 bytes"),
    "float offset": ({"w": tensor(0, 8.0)}, "S903", "offsets"),
    "offset beyond 64 bits": ({"w": tensor(0, 2**64)}, "S903", "offsets"),
    "shape that overflows": ({"w": tensor(0, 8, [2**62, 2**62])}, "S903", "(4611686018427387904"),
    "negative size": ({"w": tensor(0, 8, [-1, -2])}, "S903", "shape"),
    "bool as a size": ({"w": tensor(0, 4, [True])}, "S903", "shape"),
    "rank 1,000": ({"w": tensor(0, 8, [1] * 1000)}, "S903", "shape"),
    "no shape": ({"w": {"dtype": "F32", "data_offsets": [0, 8]}}, "S903", "`shape`"),
    "a key more": ({"w": tensor() | {"x": 1}}, "S903", "nothing else"),
    "no object": ({"w": 3}, "S903", "`w`"),
    "unknown dtype": ({"w": tensor(dtype="F33")}, "S905", "`F33`"),
    "dtype that is a list": ({"w": tensor(dtype=["F32"])}, "S905", "['F32']"),
    "parts of bytes": ({"w": tensor(0, 8, [16], "F4")}, "S905", "`F4`"),
    "bools of 2": ({"w": tensor(0, 8, [8], "BOOL")}, "S903", "neither 0 nor 1"),
    "metadata that is no text": ({"__metadata__": {"a": 1}, "w": tensor()}, "S903", "texts"),
    "metadata that is a list": ({"__metadata__": [], "w": tensor()}, "S903", "texts"),
    "a name of 10,000 characters": ({"w" * 10_000: tensor()}, "S906", "(10,000 characters)"),
    "a key twice": (b'{"w":{}, "w":{}}', "S903", "twice"),
    "not a number": (b'{"w":NaN}', "S903", "NaN"),
    "no UTF-8": (b'{"\xff":1}', "S903", "no JSON"),
    "depth 100,000": (b'{"w":' + b"[" * 100_000, "S903", "deep"),
    "5,000 digits": (b'{"w":' + b"1" * 5000 + b"}", "S903", "no JSON"),
    "two million values": (b'{"w":[' + b"0," * 2_000_000 + b"0]}", "S906", "values"),
    "a newer version": (own(version=2), "S910", "version 2"),
    "own metadata without tensors": (own(tensors=3), "S903", "`tensors`"),
    "own metadata that is no JSON": ({"__metadata__": {"specc": "{"}, "w": tensor()}, "S903", ""),
    "own names that are no texts": (own(tensors={"w": {"names": {"a": 1}}}), "S903", "`w`"),
    "own role unknown": (own(tensors={"w": {"role": "boss"}}), "S903", "`w`"),
    "own role a list": (own(tensors={"w": {"role": []}}), "S903", "`w`"),
    "own dtype that its bytes are not": (own(tensors={"w": {"dtype": "int8"}}), "S903", "`int8`"),
    "own params that are a list": (own(params=[]), "S903", "form"),
    "own left_out of numbers": (own(left_out={"a": 1}), "S903", "form"),
    "own left_out that is a list": (own(left_out=["a"]), "S903", "form"),
    "a table of strings without offsets": (
        {
            "__metadata__": {
                "specc": json.dumps(
                    SPECC | {"tensors": {"w": {"dtype": "string", "shape": [2**40]}}}
                )
            },
            "w": tensor(0, 8, [8], "U8"),
        },
        "S903",
        "too few",
    ),
    "offsets of strings out of order": (
        {
            "__metadata__": {
                "specc": json.dumps(SPECC | {"tensors": {"w": {"dtype": "string", "shape": [0]}}})
            },
            "w": tensor(0, 8, [8], "U8"),
        },
        "S903",
        "not in order",
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_it_is_refused(tmp_path: Path, title: str) -> None:
    header, code, words = CASES[title]
    refused(made(tmp_path / "evil.safetensors", header, b"\x02" * 8), code, words)


@pytest.mark.parametrize(
    ("length", "code"),
    [*((length, "S902") for length in (2**63, 2**63 - 1, 2**40, 100)), (0, "S903"), (3, "S903")],
)
def test_a_header_of_wrong_length(tmp_path: Path, length: int, code: str) -> None:
    from specc.weights.safetensors_source import SafetensorsSource

    path = made(tmp_path / "evil.safetensors", {"w": tensor()}, bytes(8), length)
    refused(path, code, action=SafetensorsSource)


def test_too_many_tensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.weights.safetensors_header.MAX_TENSORS", 999)
    path = made(tmp_path / "evil.safetensors", {str(i): tensor(0, 0, [0]) for i in range(1000)})
    refused(path, "S906", "1,000 tensors")


def test_a_header_of_2_gb(tmp_path: Path) -> None:
    path = made(tmp_path / "evil.safetensors", b"{", length=2**31)
    with path.open("r+b") as file:
        file.truncate(2**31 + 100)  # sparse
    refused(path, "S906", "2,147,483,648 bytes")


def test_a_file_cut_anywhere(tmp_path: Path) -> None:
    data = made(tmp_path / "whole.safetensors", {"w": tensor()}, bytes(8)).read_bytes()
    path = tmp_path / "cut.safetensors"
    assert [size for size in range(len(data)) if survives(path, data[:size])] == []


def test_a_file_cut_after_it_was_opened(tmp_path: Path) -> None:
    path = made(tmp_path / "cut.safetensors", {"w": tensor(0, 80_000, [20_000])}, bytes(80_000))
    with open_source(path) as source:
        with path.open("r+b") as file:
            file.truncate(5000)
        refused(path, "S902", "shorter", lambda _: source.read("w"))
        refused(path, "S902", "shorter", lambda _: source.read("w", mmap=True))


def test_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "large.safetensors", {"w": tensor()}, bytes(8))

    def empty(*_: object) -> None:
        raise MemoryError

    with open_source(path) as source:
        monkeypatch.setattr(np, "empty", empty)
        with pytest.raises(SpeccError, match="S704"):
            source.read("w")


CONTENTS = {
    "empty": (b"", "an empty file"),
    "zeros": (bytes(1000), "zeros"),
    "pickle": (b"\x80\x04\x95", "pickle"),
    "npy": (b"\x93NUMPY\x01\x00", "npz"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\n", "LFS"),
    "page": (b"<!DOCTYPE html>", "web page"),
    "json": (b'{"a": 1}', "JSON"),
    "noise": (b"\xffqwertzuiop" * 9, "nothing known"),
    "a text": (b"Invalid username\nor password", "a text, `Invalid username`"),
    "a page after spaces": (b" \n<html>", "a web page"),
    "spaces": (b" \n ", "an empty text"),
}


@pytest.mark.parametrize("title", CONTENTS)
def test_what_is_no_weight_file_is_named(tmp_path: Path, title: str) -> None:
    content, words = CONTENTS[title]
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    refused(path, "S901", words)


def test_pipes_and_missing_files(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.safetensors")
    refused(tmp_path / "pipe.safetensors", "S002", "a pipe")
    refused(tmp_path / "mising.safetensors", "S001", "does not exist")


def fuzz(tmp_path: Path, count: int) -> None:
    arrays = {key: array for key, array in every_kind().items() if array.size < 100}
    path = tmp_path / "a.safetensors"
    write_safetensors(path, infos(arrays), arrays.__getitem__)
    data = path.read_bytes()
    header = 8 + int.from_bytes(data[:8], "little")
    with np.errstate(all="ignore"):
        results = [survives(path, changed) for changed in mutations(data, count, 1, header)]
    assert 0 < sum(results) < count


def test_mutations(tmp_path: Path) -> None:
    fuzz(tmp_path, 300)


@pytest.mark.long
def test_more_mutations(tmp_path: Path) -> None:
    fuzz(tmp_path, 10_000)
