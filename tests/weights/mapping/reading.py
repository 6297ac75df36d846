"""Mappings from text, and sources from arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from specc.diagnostics import Diagnostic, Diagnostics, Source
from specc.errors import SpeccError
from specc.language import WeightMapping, read_document
from specc.source import read_yaml
from specc.weights.dtypes import dtype_name
from specc.weights.extents import BaseSource
from specc.weights.mapping import KeyMapping, MappedSource, map_source, read_rules
from specc.weights.source import TensorInfo

HEAD = "specc: 1\nmapping: m\nrules:\n"


class Arrays(BaseSource):
    """A source of arrays in memory."""

    format = "arrays"

    def __init__(self, arrays: Mapping[str, np.ndarray], roles: Mapping[str, str] = {}) -> None:
        super().__init__(Path("arrays"))
        self.arrays = arrays
        for key, array in arrays.items():
            role = roles.get(key, "variable")
            self._tensors[key] = TensorInfo(key, array.shape, dtype_name(array.dtype), {}, role)

    def read(self, key: str, *, mmap: bool = False) -> np.ndarray:
        return self.arrays[key]


def read(rules: str, head: str = HEAD) -> tuple[KeyMapping, list[Diagnostic]]:
    diagnostics = Diagnostics()
    node = read_yaml(Source("m.yaml", head + rules), diagnostics)
    assert node is not None
    document = read_document(node, diagnostics)
    assert isinstance(document, WeightMapping)
    return read_rules(document, diagnostics), diagnostics.sorted()


def mapping_of(rules: str) -> KeyMapping:
    mapping, problems = read(rules)
    assert not problems
    return mapping


def mapped(rules: str, arrays: Mapping[str, np.ndarray], back: bool = False) -> MappedSource:
    mapping = mapping_of(rules)
    return map_source(Arrays(arrays), mapping.reversed() if back else mapping, Diagnostics())


def values(source: MappedSource) -> dict[str, np.ndarray]:
    """Everything, with what was promised of it checked."""
    found = {key: source.read(key) for key in source.tensors()}
    for key, info in source.tensors().items():
        assert found[key].shape == info.shape
        assert dtype_name(found[key].dtype) == info.dtype
        assert found[key].flags.c_contiguous
        assert found[key].ctypes.data % 64 == 0 or not info.shape
    return found


def refusals(rules: str, arrays: Mapping[str, np.ndarray]) -> list[tuple[str, int | None]]:
    """Codes, each with the line among the rules."""
    try:
        mapped(rules, arrays)
    except SpeccError as error:
        return [(each.code, line_of(each)) for each in error.diagnostics]
    return []


def line_of(diagnostic: Diagnostic) -> int | None:
    return diagnostic.span.begin.line - 3 if diagnostic.span else None


def zeros(*keys: str, shape: Iterable[int] = (2,)) -> dict[str, np.ndarray]:
    return {key: np.zeros(tuple(shape), "float32") for key in keys}
