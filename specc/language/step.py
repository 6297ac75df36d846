"""A step of a body: one *what*, and the step keys beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from specc.diagnostics import Diagnostics, did_you_mean, nearest
from specc.language.fields import (
    AsItIs,
    BodyOf,
    Code,
    Expr,
    Local,
    MapOf,
    NamedExprs,
    Plain,
    Raw,
    describe,
    describe_name,
    is_local_name,
    problem,
)
from specc.language.part import Part, report_unknown_key
from specc.language.problems import is_misspelt
from specc.language.slips import arguments_beside, check_colon, check_words
from specc.source.nodes import Entry, Mapping, Node, Scalar, Sequence

IDENTIFIER_LIST = "a name, or a list of names with `_` for what is not wanted"


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a layer class or a definition: its name, and its arguments as written."""

    name: str
    name_node: Scalar
    arguments: Node | None


def _names(node: Any) -> Any:
    """`as`: one name or a list of names, each with its node."""
    items = node.items if isinstance(node, Sequence) else [node]
    names = [item.value if isinstance(item, Scalar) else None for item in items]
    for item, name in zip(items, names, strict=True):
        if name != "_" and not is_local_name(name):
            raise problem("S107", f"`as` takes {IDENTIFIER_LIST}, not {describe_name(item)}")
        if name != "_" and names.count(name) > 1:
            raise problem("S107", f"`as` gives the name `{name}` twice")
    if not items:
        raise problem("S107", f"`as` takes {IDENTIFIER_LIST}, not an empty list")
    return tuple(items)


class Step(Part):
    """One step: exactly one of `use`, `expr`, `for`, `repeat`, `if`, `update`, `add_loss`."""

    use: Annotated[Use | None, AsItIs()] = Field(None, exclude=True)
    expr: NamedExprs | None = Field(
        None, description="A tensor expression, or an ordered mapping of local name → expression."
    )
    for_: Expr | None = Field(None, alias="for", description="`x, y in ITERABLE`: a loop.")
    repeat: Expr | None = Field(None, description="How many rounds: a `for` without a variable.")
    if_: Expr | None = Field(None, alias="if", description="A condition known when compiling.")
    body: BodyOf[Step] | None = Field(None, description="The steps of a `for` or `repeat`.")
    then: BodyOf[Step] | None = Field(None, description="The steps where the condition holds.")
    else_: BodyOf[Step] | None = Field(None, alias="else", description="The steps where not.")
    update: MapOf[Expr] | None = Field(None, description="Assigns weights: {weight: expression}.")
    add_loss: Expr | None = Field(None, description="Adds a scalar to the model's loss.")

    in_: Raw = Field(
        None, alias="in", description="The first argument; without it, the step before."
    )
    args: MapOf[Raw] | None = Field(None, description="Further arguments of the call, by name.")
    name: Plain = Field(None, description="Persists: gives scope, Keras name and weight key.")
    as_: Annotated[tuple[Scalar, ...] | None, AsItIs(), BeforeValidator(_names)] = Field(
        None, alias="as", description="A local name for the output, or a list of them."
    )
    collect: Local | None = Field(None, description="Appends the output to a list of that name.")
    trainable: Raw = Field(None, description="Whether the layer's weights train.")
    dtype: Raw = Field(None, description="The layer's dtype or dtype policy.")
    keras_name: Plain = Field(None, description="The name Keras is to see.")

    @classmethod
    def open(cls, node: Any, diagnostics: Any) -> dict[str, Any]:
        """The step's values by key, the class key turned into `use`."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            check_words(node)
            return {"use": Use(node.value, node, None)}
        if not isinstance(node, Mapping):
            raise problem("S108", f"a step is a layer's name or a mapping, not {describe(node)}")
        known = cls.keys()
        others = [entry for key, entry in node.entries.items() if key not in known]
        opened: dict[str, Any] = {}
        opened |= {key: entry.value for key, entry in node.entries.items() if key in known}
        what = [key for key in WHATS if key in opened]
        if others and not what:
            used = _pick_use(others)
            if _means_loop(used, opened):
                key = str(used.key.value)
                mend = did_you_mean(key, WHATS)
                raise problem("S102", f"there is no key `{key}` here", mend, at=used.key)
            others.remove(used)
            check_colon(used)
            arguments, others = arguments_beside(used, others, diagnostics)
            opened["use"] = Use(str(used.key.value), used.key, arguments)
        _report_others(others, known, diagnostics)
        _check_what(node, opened, what)
        return _without_strangers(node, opened, diagnostics)

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The step keys and the whats that are no class."""
        return _KEYS


_ALONE: TypeAdapter[list[Step]] = TypeAdapter(list[Step], config=ConfigDict(defer_build=True))


def read_step(node: Node, diagnostics: Diagnostics) -> Step:
    """Reads a step that stands in no body, such as an entry of `layers`.

    `Step.model_validate` would do, but then Pydantic (2.14) validates the steps of each kind of
    document that it builds afterwards twice, and the second time they are no nodes any more.
    """
    return _ALONE.validate_python([node], context=diagnostics)[0]


WHATS = ("expr", "for", "repeat", "if", "update", "add_loss")
_KEYS = tuple(field.alias or name for name, field in Step.model_fields.items() if name != "use")


def _pick_use(candidates: list[Entry]) -> Entry:
    """Of several unknown keys, the one that is most likely meant as the layer."""

    def likeness(entry: Entry) -> tuple[bool, bool]:
        key = str(entry.key.value)
        return (not key[:1].isupper(), nearest(key, _KEYS) is not None)

    return min(candidates, key=likeness) if len(candidates) > 1 else candidates[0]


def _means_loop(used: Entry, opened: dict[str, Any]) -> bool:
    """Whether a step with `body` or `then` is a loop or a condition whose key is misspelt."""
    blocks = {"body", "then", "else"} & opened.keys()
    return bool(blocks) and nearest(str(used.key.value), WHATS) is not None


def _report_others(others: list[Entry], known: tuple[str, ...], diagnostics: Any) -> None:
    for entry in others:
        key = str(entry.key.value)
        if key[:1].isupper():
            diagnostics.error(
                "S109",
                f"a step has one layer; `{key}` is a second one",
                entry.key.span,
                help="start a new step with `- `",
            )
        else:
            report_unknown_key(entry, known, diagnostics)


def _check_what(node: Mapping, opened: dict[str, Any], what: list[str]) -> None:
    if len(what) > 1:
        raise problem("S109", f"a step does one thing; here are `{'` and `'.join(what)}`")
    if not what and "use" not in opened:
        raise problem(
            "S110",
            "this step does nothing",
            "a layer's name or " + ", ".join(WHATS) + " is missing",
        )
    kind = what[0] if what else "use"
    for key in NEEDED.get(kind, ()):
        if key not in opened and not is_misspelt(node, key):
            raise problem("S111", f"`{kind}` needs `{key}`")
    for key in ("name", "keras_name"):
        if key in opened and isinstance(opened[key], Scalar) and opened[key].value is None:
            raise problem("S103", f"`{key}` is empty: give a name, or leave the key out")


def _without_strangers(node: Mapping, opened: dict[str, Any], diagnostics: Any) -> dict[str, Any]:
    """The step's values without keys that mean nothing beside its what, which are reported."""
    kind = next((key for key in WHATS if key in opened), "use")
    strangers = [key for key in opened if key in STRANGERS[kind]]
    for key in strangers:
        what = "a layer or definition" if kind == "use" else f"`{kind}`"
        diagnostics.error(
            "S111", f"`{key}` means nothing in a step with {what}", node.entries[key].key.span,
            help=MENDS.get((kind, key), ""),
        )  # fmt: skip
    return {key: value for key, value in opened.items() if key not in strangers}


NEEDED = {"for": ("body",), "repeat": ("body",), "if": ("then",)}
_BRANCHES = {"body", "then", "else"}
_CALL_KEYS = {"in", "args", "trainable", "dtype"}
_EFFECT_STRANGERS = _BRANCHES | _CALL_KEYS | {"name", "as", "collect", "keras_name"}
STRANGERS: dict[str, set[str]] = {
    "use": _BRANCHES,
    "expr": _BRANCHES | _CALL_KEYS,
    "for": {"then", "else", "args", "keras_name"},
    "repeat": {"then", "else", "args", "keras_name"},
    "if": {"body", "args", "keras_name"},
    "update": _EFFECT_STRANGERS,
    "add_loss": _EFFECT_STRANGERS,
}
"""What each kind of step has no use for. A key without effect is a mistake, never ignored."""

MENDS = {
    ("expr", "in"): "write what it reads into the expression",
    ("expr", "args"): "write what it reads into the expression",
    ("expr", "dtype"): "write `cast(…, 'float16')` into the expression",
    ("expr", "trainable"): "an expression has no weights of its own",
}


__all__ = ["Code", "Step", "Use", "read_step"]
