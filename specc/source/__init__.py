"""Text with positions: files, YAML in, canonical YAML out. Row 1 of the program."""

from specc.source.nodes import (
    Entry,
    Located,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Style,
    at,
    span_at,
    to_plain,
)
from specc.source.yaml_reader import read_yaml

__all__ = [
    "Entry",
    "Located",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Style",
    "at",
    "read_yaml",
    "span_at",
    "to_plain",
]
