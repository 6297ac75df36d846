"""The documents that users write, as Pydantic models over YAML nodes. Row 3 of the program."""

from specc.language.definitions import (
    Block,
    Definition,
    Input,
    Inputs,
    Lora,
    Moved,
    Table,
    is_table,
)
from specc.language.documents import (
    KINDS,
    LANGUAGE_VERSION,
    Definitions,
    Deployment,
    Document,
    KerasObject,
    Layer,
    Library,
    Model,
)
from specc.language.fields import Code
from specc.language.params import Param
from specc.language.part import Part
from specc.language.reading import read_document
from specc.language.step import Step, Use, read_step

__all__ = [
    "KINDS",
    "LANGUAGE_VERSION",
    "Block",
    "Code",
    "Definition",
    "Definitions",
    "Deployment",
    "Document",
    "Input",
    "Inputs",
    "KerasObject",
    "Layer",
    "Library",
    "Lora",
    "Model",
    "Moved",
    "Param",
    "Part",
    "Step",
    "Table",
    "Use",
    "is_table",
    "read_document",
    "read_step",
]
