"""The six kinds of documents."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo

from specc.language.definitions import Block, Definition, Lora, Moved, Style
from specc.language.fields import (
    DeclaredOf,
    ListOf,
    MapOf,
    OneOrMore,
    Raw,
    Text,
    describe,
    describe_name,
    diagnostics_of,
)
from specc.language.params import Param
from specc.language.part import Part
from specc.language.weight_mapping import MappingRule
from specc.source.nodes import Scalar

LANGUAGE_VERSION = 1


def _version(node: Any, info: ValidationInfo) -> Any:
    """The version; a wrong one is reported, and the document read as one of this version."""
    value = node.value if isinstance(node, Scalar) else None
    if value != LANGUAGE_VERSION or not isinstance(value, int) or isinstance(value, bool):
        written = f"not `{value}`" if isinstance(node, Scalar) else f"not {describe(node)}"
        diagnostics_of(info).error(
            "S113",
            f"this specc reads language version {LANGUAGE_VERSION}, {written}",
            node.span,
            help=f"write `specc: {LANGUAGE_VERSION}`",
        )
    return LANGUAGE_VERSION


def _name(node: Any, info: ValidationInfo) -> Any:
    """The document's name; a wrong one is reported, and the document read without it."""
    value = node.value if isinstance(node, Scalar) else None
    if not isinstance(value, str) or not value or "/" in value or value.startswith("="):
        diagnostics_of(info).error(
            "S114", "a document's name is a plain text without `/`", node.span,
            help="it is what Keras calls the model, and no expression",
        )  # fmt: skip
        return "unnamed"
    return value


def _separator(node: Any, info: ValidationInfo) -> Any:
    value = node.value if isinstance(node, Scalar) else None
    if not isinstance(value, str) or "/" in value or value.startswith("="):
        diagnostics_of(info).error(
            "S431", f"a separator is a text without `/`, not {describe_name(node)}", node.span,
            help="Keras joins names with `/` itself",
        )  # fmt: skip
        return "."
    return value


Separator = Annotated[str, BeforeValidator(_separator)]
Name = Annotated[str, BeforeValidator(_name)]


class Document(Part):
    """What all documents have: the language version, and words about it."""

    specc: Annotated[int, BeforeValidator(_version)] = Field(description="The language version: 1.")


class Definitions(Document):
    """A document that holds definitions and imports others'."""

    imports: MapOf[Text] = Field(
        default_factory=dict, description="Name → file or python:module:Class."
    )
    define: MapOf[Definition] = Field(default_factory=dict, description="Definitions by name.")


class Model(Definitions, Block):
    """A model: sequential, functional or subclassed."""

    model: Name = Field(description="The model's name.")
    style: Style = Field("functional", description="sequential, functional or subclassed.")
    extends: Text | None = Field(None, description="A spec to start from.")
    variants: MapOf[MapOf[Raw]] = Field(default_factory=dict, description="Named parameter sets.")
    separator: Separator = Field(
        ".", description="What joins names into the names that Keras sees."
    )
    dtype: Raw = Field(None, description="The dtype policy of all layers.")
    training: MapOf[Raw] | None = Field(None, description="The arguments of Model.compile.")
    freeze: Raw = Field(None, description="Globs of what doesn't train.")
    lora: OneOrMore[Lora] = Field((), description="Low-rank adapters.")
    moved: ListOf[Moved] = Field((), description="Where old weight keys are found today.")


class Layer(Definitions, Block):
    """A layer."""

    layer: Name = Field(description="The layer's class name.")


class Library(Definitions):
    """Definitions only."""

    library: Name = Field(description="The library's name.")
    params: DeclaredOf[Param] = Field(
        default_factory=dict, description="Parameters of the definitions."
    )
    doc: Text | None = Field(None, description="What it is.")


class KerasObject(Document):
    """One Keras object."""

    keras: Raw = Field(description="A class name, or {Class: {arguments}}.")
    doc: Text | None = Field(None, description="What it is.")


class Deployment(Document):
    """Which weights make a model ready to ship, and what is exported."""

    deployment: Name = Field(description="The deployment's name.")
    model: Text = Field(description="The spec's file.")
    variant: Text | None = Field(None, description="The variant of the spec.")
    params: MapOf[Raw] = Field(default_factory=dict, description="Parameters of the spec.")
    weights: Raw = Field(None, description="Weight files; later ones win.")
    non_trainable: Text = Field("require", description="require or fresh.")
    export: Raw = Field(None, description="What to write: keras, saved_model, litert, onnx.")
    verify: Raw = Field(None, description="How to compare the artifacts with the bound model.")
    doc: Text | None = Field(None, description="What it is for.")


class WeightMapping(Document):
    """What another library's weights are called here, and how they lie."""

    mapping: Name = Field(description="The mapping's name.")
    rules: ListOf[MappingRule] = Field(description="The first that covers a key says.")
    ignore: OneOrMore[Text] = Field((), description="Globs of keys there that aren't wanted.")
    doc: Text | None = Field(None, description="What it is for.")


KINDS: dict[str, type[Document]] = {
    "deployment": Deployment,  # before `model`, which is a key of a deployment too
    "model": Model,
    "layer": Layer,
    "keras": KerasObject,
    "library": Library,
    "mapping": WeightMapping,
}
