"""The base of all document models: knows its YAML node, and reports its own problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from specc.diagnostics import Diagnostics, Span, did_you_mean
from specc.language.fields import describe, problem
from specc.language.problems import report, report_problem
from specc.source.nodes import Entry, Mapping, Node, Scalar, span_at


class Part(BaseModel):
    """A mapping of the language. Validated from a YAML node with a `Diagnostics` as context.

    A part whose form is wrong reports that, and goes on without what is wrong; it is then
    `broken`, and later stages say nothing more about it. So one run tells all problems of a file.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, arbitrary_types_allowed=True, defer_build=True
    )

    # Plain attributes, not fields: YAML can't set them, and reading a private attribute of a
    # Pydantic model costs more than the rest of a step's expansion.
    if TYPE_CHECKING:
        node: ClassVar[Node]
        """Where it is written."""

        broken: ClassVar[bool]
        """Whether its form was wrong, and reported."""

    @property
    def misspelt(self) -> bool:
        """Whether a key is unknown, and reported: it may be the one that is missed."""
        node = self.node
        return isinstance(node, Mapping) and not node.entries.keys() <= set(self.keys())

    @property
    def unsound(self) -> bool:
        """Whether something about its own keys is wrong, and reported."""
        return self.broken or self.misspelt

    def span(self, *path: str | int, key: bool = False) -> Span:
        """The span of a value below, or of its key."""
        return span_at(self.node, path, key=key)

    def written_at(self, node: Node, broken: bool = False) -> Self:
        """The part itself, told where it is written."""
        object.__setattr__(self, "node", node)
        object.__setattr__(self, "broken", broken)
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _from_node(
        cls, node: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if isinstance(node, dict):  # opened by now: Pydantic 2.14 wraps a model that refers to
            return handler(node)  # itself twice, when another that holds it was built before
        part: Self
        part, broken = cls._read(node, handler, info.context)
        return part.written_at(node, broken)

    @classmethod
    def _read(
        cls, node: Any, handler: ModelWrapValidatorHandler[Self], diagnostics: Any
    ) -> tuple[Any, bool]:
        try:
            opened = cls.open(node, diagnostics)
        except PydanticCustomError as failure:
            report_problem(failure.context or {}, node.span, diagnostics)
            return cls.model_construct(), True
        try:
            return handler(opened), False
        except ValidationError as failure:
            wrong = [report(error, node, diagnostics) for error in failure.errors()]
        try:
            return handler(_without(opened, wrong)), True
        except ValidationError:  # a required key is missing, which is reported by now
            return cls.model_construct(), True

    @classmethod
    def open(cls, node: Any, diagnostics: Any) -> dict[str, Any]:
        """The node's values by key. Unknown keys are reported and left out.

        Raises:
            PydanticCustomError: the node is no mapping.
        """
        if not isinstance(node, Mapping):
            raise problem("S103", f"a mapping is expected here, not {describe(node)}")
        known = cls.keys()
        for key, entry in node.entries.items():
            if key not in known:
                report_unknown_key(entry, known, diagnostics)
        return {key: entry.value for key, entry in node.entries.items() if key in known}

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys that may stand in the mapping, as written in YAML."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


def _without(opened: dict[str, Any], wrong: list[tuple[str | int, ...]]) -> dict[str, Any]:
    """The values without those that are wrong: of a mapping only the wrong entries go."""
    kept = dict(opened)
    for path in wrong:
        key = str(path[0]) if path else ""
        value = kept.get(key)
        if len(path) > 1 and isinstance(value, Mapping) and path[1] in value.entries:
            entries = {k: entry for k, entry in value.entries.items() if k != path[1]}
            kept[key] = Mapping(value.span, entries)
        else:
            kept.pop(key, None)
    return kept


def report_unknown_key(entry: Entry, known: tuple[str, ...], diagnostics: Diagnostics) -> None:
    """The diagnostic for one key that is not known."""
    key = entry.key
    meant = did_you_mean(str(key.value), known)
    keys = ", ".join(f"`{name}`" for name in known)
    diagnostics.error(
        "S102",
        f"there is no key `{key.value}` here",
        key.span,
        label=meant,
        help="" if meant else CUT_TEXT if _is_cut_text(entry) else f"the keys here are {keys}",
    )


CUT_TEXT = "if this is the rest of a text, quote the whole text: in {…} YAML ends it at the comma"


def _is_cut_text(entry: Entry) -> bool:
    """Whether a key without a value reads like the second half of a text with a comma."""
    value = entry.value
    return isinstance(value, Scalar) and value.value is None and " " in str(entry.key.value)
