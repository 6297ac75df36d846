"""What a model, a layer and a definition have in common, and their inputs and weights."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from specc.diagnostics import Diagnostics
from specc.language.fields import (
    BodyOf,
    DeclaredOf,
    Expr,
    Flag,
    MapOf,
    Raw,
    Text,
    describe,
    problem,
)
from specc.language.params import Param
from specc.language.part import Part
from specc.language.step import Step
from specc.source.nodes import Mapping, Node, Scalar, Sequence

Style = Annotated[
    Literal["sequential", "functional", "subclassed"],
    BeforeValidator(lambda node: node.value if isinstance(node, Scalar) else node),
]


class Input(Part):
    """An input of a model, or of a definition."""

    name: Text | None = Field(None, description="The input's name, in a list of inputs.")
    shape: Raw = Field(None, description="The shape without the batch; null where unknown.")
    dtype: Raw = Field(None, description="The dtype; float32 where it isn't given.")
    batch: Raw = Field(None, description="The batch size, where it is fixed.")
    optional: Flag = Field(False, description="Whether the input may be absent.")
    sparse: Flag = Field(False, description="Whether the input is a sparse tensor.")
    range: Raw = Field(None, description="The values to draw samples from when verifying.")
    doc: Text | None = Field(None, description="What the input is.")
    if_: Expr | None = Field(None, alias="if", description="Whether the input exists.")

    @classmethod
    def open(cls, node: Any, diagnostics: Any) -> dict[str, Any]:
        """A bare name is an input of which nothing more is said."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return {"name": node}
        if isinstance(node, Scalar) and node.value is None:
            return {}
        return super().open(node, diagnostics)


class Table(Part):
    """Entries made by a loop: `{for: x in …, key: expression, each: entry}`."""

    for_: Expr = Field(alias="for", description="`x in ITERABLE`.")
    key: Expr = Field(description="The entry's name, an expression.")
    each: Raw = Field(description="The entry, with `=` code over the loop's variables.")


_TABLE_KEYS = {"for", "key", "each"}


def is_table(node: Node) -> bool:
    """Whether a mapping is a table, with a key left out perhaps, rather than entries by name."""
    return isinstance(node, Mapping) and len(_TABLE_KEYS & node.entries.keys()) > 1


class Inputs(Part):
    """The inputs, by name; `form` tells whether they were written as a list or a mapping."""

    form: Literal["list", "mapping"] = "mapping"
    entries: MapOf[Input] = Field(default_factory=dict)
    table: Table | None = None

    @classmethod
    def open(cls, node: Any, diagnostics: Any) -> dict[str, Any]:
        """Reads a list of names or entries, a mapping, or a table."""
        if is_table(node):
            return {"table": node}
        if isinstance(node, Sequence):
            return {"form": "list", "entries": _by_name(node)}
        if isinstance(node, Mapping):
            return {"entries": node}
        raise problem("S112", f"`inputs` is a list or a mapping of names, not {describe(node)}")


def _by_name(node: Sequence) -> dict[str, Node]:
    named: dict[str, Node] = {}
    for item in node.items:
        name = (
            item.entries["name"].value
            if isinstance(item, Mapping) and "name" in item.entries
            else item
        )
        if not isinstance(name, Scalar) or not isinstance(name.value, str):
            raise problem("S112", "each input in a list is a name or has a `name`")
        if name.value in named:
            raise problem("S112", f"two inputs are called `{name.value}`")
        named[name.value] = item
    return named


class Block(Part):
    """Everything that has a body: a model, a layer, a definition, a method."""

    params: DeclaredOf[Param] = Field(default_factory=dict, description="Declared parameters.")
    inputs: Inputs | None = Field(None, description="The inputs, by name or in order.")
    weights: Raw = Field(None, description="Own weights, by name.")
    layers: Raw = Field(None, description="Sublayers held by name.")
    states: Raw = Field(None, description="States: makes an RNN cell.")
    body: BodyOf[Step] = Field((), description="The steps, or one tensor expression.")
    outputs: Raw = Field(None, description="The result, if it isn't the last step's.")
    mask: Raw = Field(None, description="The mask of the result: absent, `pass`, or an expression.")
    methods: MapOf[Raw] = Field(default_factory=dict, description="Further entry points.")
    doc: Text | None = Field(None, description="What it is.")


class Weight(Part):
    """A variable of a layer's own, or a buffer that is computed once."""

    shape: Raw = Field(None, description="The shape; may read the inputs' shapes.")
    dtype: Raw = Field(None, description="The dtype; the layer's if not given.")
    initializer: Raw = Field(None, description="How fresh values are made.")
    regularizer: Raw = Field(None, description="What is added to the loss.")
    constraint: Raw = Field(None, description="What updates must keep to.")
    trainable: Raw = Field(None, description="Whether the weight trains.")
    value: BodyOf[Step] | None = Field(
        None, description="A body over params and constants, run once at build."
    )
    save: Flag = Field(True, description="Whether the weight is kept in weight files.")
    doc: Text | None = Field(None, description="What it is.")
    if_: Expr | None = Field(None, alias="if", description="Whether the weight exists.")


class Method(Block):
    """A further entry point of a layer or a model."""

    export: Flag = Field(True, description="Whether it is exported as a signature.")


class Definition(Block):
    """An entry of `define`: inlined where used (lowercase), or one Keras layer (capital)."""

    style: Style | None = Field(None, description="Makes a capital definition a model.")


class Moved(Part):
    """Where an old weight key is found today."""

    from_: Text = Field(alias="from", description="The old key: a prefix, or a glob.")
    to: Text = Field(description="Today's key, with the same wildcards.")


class Lora(Part):
    """Low-rank adapters on the layers that globs name."""

    targets: Raw = Field(description="Globs of the layers to adapt.")
    rank: Raw = Field(description="The rank of the update.")
    alpha: Raw = Field(None, description="The update's scale is alpha / rank; rank, if not given.")
    if_: Expr | None = Field(None, alias="if", description="Whether the adapters exist.")


_WEIGHTS: TypeAdapter[list[Weight]] = TypeAdapter(list[Weight], config=ConfigDict(defer_build=True))
_METHODS: TypeAdapter[list[Method]] = TypeAdapter(list[Method], config=ConfigDict(defer_build=True))


def read_weight(node: Node, diagnostics: Diagnostics) -> Weight:
    """Reads an entry of `weights` or `states`; in a list, for the reason that `read_step` gives."""
    return _WEIGHTS.validate_python([node], context=diagnostics)[0]


def read_method(node: Node, diagnostics: Diagnostics) -> Method:
    """Reads an entry of `methods`."""
    return _METHODS.validate_python([node], context=diagnostics)[0]


__all__ = [
    "Block",
    "Definition",
    "Input",
    "Inputs",
    "Lora",
    "Method",
    "Moved",
    "Style",
    "Table",
    "Weight",
    "is_table",
    "read_method",
    "read_weight",
]
