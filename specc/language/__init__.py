"""The documents that users write, as Pydantic models over YAML nodes. Row 3 of the program."""

from specc.language.definitions import (
    Block,
    Definition,
    Input,
    Inputs,
    Lora,
    Method,
    Moved,
    Table,
    Weight,
    is_table,
    read_method,
    read_weight,
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
    WeightMapping,
)
from specc.language.fields import Code
from specc.language.params import Param
from specc.language.part import Part
from specc.language.reading import read_document
from specc.language.step import Step, Use, read_step
from specc.language.weight_mapping import MappingRule

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
    "MappingRule",
    "Method",
    "Model",
    "Moved",
    "Param",
    "Part",
    "Step",
    "Table",
    "Use",
    "Weight",
    "WeightMapping",
    "is_table",
    "read_document",
    "read_method",
    "read_step",
    "read_weight",
]
