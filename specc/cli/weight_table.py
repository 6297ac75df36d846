"""What is in a weight file, for people and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from specc.api.weight_files import Contents
from specc.cli.columns import side_by_side
from specc.cli.table import size_text
from specc.diagnostics.render.visible import visible
from specc.weights import TensorInfo
from specc.weights.dtypes import STRING, numpy_dtype
from specc.weights.metadata import DIGEST

MAX_VALUE_LENGTH = 100
"""Longer texts that others wrote about a file are cut; `--format json` has them whole."""


def table_of(contents: Contents, verbose: bool) -> Iterator[str]:
    """Lines: the file, its tensors, their sum; verbosely also what is written about them."""
    yield f"{visible(str(contents.path))}  {contents.format}"
    yield ""
    if contents.tensors:
        yield from side_by_side(_rows(contents.tensors, verbose), right=(3,))
        yield ""
    yield _total(contents)
    if verbose:
        yield from _about(contents)


def _rows(tensors: tuple[TensorInfo, ...], verbose: bool) -> list[list[str]]:
    rows = [["key", "shape", "dtype", "size"], *(_row(info) for info in tensors)]
    if any(info.role != "variable" for info in tensors):
        roles = ["role", *(info.role for info in tensors)]
        rows = [[*row, role] for row, role in zip(rows, roles, strict=True)]
    if verbose:
        names = ["names", *(_names(info) for info in tensors)]
        rows = [[*row, text] for row, text in zip(rows, names, strict=True)]
    return rows


def _row(info: TensorInfo) -> list[str]:
    size = bytes_of(info)
    shape = "×".join(map(str, info.shape)) or "()"
    return [visible(info.key), shape, info.dtype, "" if size is None else size_text(size)]


def _names(info: TensorInfo) -> str:
    return ", ".join(f"{kind}={visible(name)}" for kind, name in info.names.items())


def bytes_of(info: TensorInfo) -> int | None:
    """What a tensor takes in memory; None of strings, and of dtypes that can't be read."""
    if info.dtype == STRING:
        return None
    try:
        return math.prod(info.shape) * numpy_dtype(info.dtype).itemsize
    except KeyError:
        return None


def totals(contents: Contents) -> dict[str, int]:
    """Tensors, numbers in variables, and bytes of those that are listed."""
    tensors = contents.tensors
    return {
        "tensors": len(tensors),
        "parameters": sum(math.prod(info.shape) for info in tensors if info.role == "variable"),
        "bytes": sum(bytes_of(info) or 0 for info in tensors),
    }


def _total(contents: Contents) -> str:
    found = totals(contents)
    count = f"{found['tensors']:,}"
    if len(contents.tensors) != contents.count:
        count += f" of {contents.count:,}"
    noun = "tensor" if contents.count == 1 else "tensors"
    numbers = f"{found['parameters']:,} numbers in variables"
    return f"{count} {noun}, {numbers}, {size_text(found['bytes'])}"


def _about(contents: Contents) -> Iterator[str]:
    facts = {name: value for name, value in _provenance(contents).items() if value}
    facts |= contents.metadata
    for name, value in facts.items():
        text = visible(value if isinstance(value, str) else str(value))
        cut = len(text) > MAX_VALUE_LENGTH
        yield f"{visible(name)}: {text[:MAX_VALUE_LENGTH]}{'…' if cut else ''}"


def _provenance(contents: Contents) -> dict[str, Any]:
    return asdict(contents.provenance) if contents.provenance else {}


def facts_of(contents: Contents) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "path": str(contents.path),
        "format": contents.format,
        "tensors": [_tensor(info, contents) for info in contents.tensors],
        "total": totals(contents),
        "of": contents.count,
        "provenance": _provenance(contents),
        "metadata": contents.metadata,
    }


def _tensor(info: TensorInfo, contents: Contents) -> dict[str, Any]:
    return {
        "key": info.key,
        "shape": list(info.shape),
        "dtype": info.dtype,
        "bytes": bytes_of(info),
        "role": info.role,
        "names": dict(info.names),
        DIGEST: contents.digests.get(info.key),
    }
