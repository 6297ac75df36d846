"""Text with positions: files, YAML in, canonical YAML out. Row 1 of the program."""

from specc.source.atomic import atomic_path, write_atomic
from specc.source.nodes import (
    Entry,
    Located,
    Mapping,
    Node,
    NodePath,
    Scalar,
    Sequence,
    Style,
    at,
    span_at,
    to_plain,
)
from specc.source.project import find_specs, project_root, resolve_inside
from specc.source.reader import DiskReader, MemoryReader, Reader, decode
from specc.source.yaml_reader import read_yaml
from specc.source.yaml_writer import write_yaml

__all__ = [
    "DiskReader",
    "Entry",
    "Located",
    "Mapping",
    "MemoryReader",
    "Node",
    "NodePath",
    "Reader",
    "Scalar",
    "Sequence",
    "Style",
    "at",
    "atomic_path",
    "decode",
    "find_specs",
    "project_root",
    "read_yaml",
    "resolve_inside",
    "span_at",
    "to_plain",
    "write_atomic",
    "write_yaml",
]
