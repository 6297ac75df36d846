"""The values of expressions: how diagnostics call them, and how large they are.

Plain values are YAML's own (int, float, bool, str, None, list, dict) and tuples. Everything else
is *opaque*: a node of the graph, a weight, a size not yet known. Opaque values are passed around,
never computed with.
"""

from __future__ import annotations

from typing import TypeGuard

from specc.expressions.error import Refusal
from specc.expressions.limits import MAX_NESTING, MAX_STEPS

PLAIN = (int, float, str, type(None), list, tuple, dict)
CONTAINERS = (list, tuple, dict)

_YAML_TERMS = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "text"),
    (type(None), "null"),
    (list, "a list"),
    (tuple, "a tuple"),
    (dict, "a mapping"),
    (slice, "a slice"),
)


class Opaque:
    """What an opaque value may define; a base class for convenience, never asked for by type.

    Attributes:
        expression_kind: What diagnostics call it.
        expression_help: The mend to offer where something is computed with it.
    """

    expression_kind: str = "a tensor"
    expression_help: str = ""

    def expression_attribute(self, name: str) -> object:
        """The value of an attribute such as `shape`.

        Raises:
            AttributeError: there is none; its text, if any, is the diagnostic's message.
        """
        raise AttributeError


def is_opaque(value: object) -> bool:
    """Whether a value is a handle that static expressions cannot look into."""
    return not isinstance(value, PLAIN)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether Python computes with a value; booleans count."""
    return isinstance(value, int | float)


def describe(value: object) -> str:
    """A value's type in YAML's terms: `an integer`, `a mapping`."""
    for kind, term in _YAML_TERMS:
        if isinstance(value, kind):
            return term
    return str(getattr(value, "expression_kind", Opaque.expression_kind))


def refuse_opaque(value: object, operand: int) -> None:
    """Refuses to compute with an opaque value, or a container that holds one.

    Raises:
        Refusal: it is one, and stands as the given operand.
    """
    if isinstance(value, CONTAINERS):
        found = next(filter(is_opaque, _scalars(value)), None)
        if found is not None:
            raise Refusal("S311", f"holds {describe(found)}; {_ONLY_TENSORS}", operand=operand)
    elif is_opaque(value):
        help_ = str(getattr(value, "expression_help", ""))
        raise Refusal("S311", f"is {describe(value)}; {_ONLY_TENSORS}", help_, operand)


_ONLY_TENSORS = "only a tensor expression can compute with it"


def size(value: object) -> int:
    """What a value costs: its items, those of its items, and the length of long texts.

    Raises:
        Refusal: it is too large or nested too deep; shared parts count each time.
    """
    level = [value]
    total = 0
    for _ in range(MAX_NESTING + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, str):
                total += len(item) >> 4
            elif isinstance(item, int):
                total += item.bit_length() >> 6
            elif isinstance(item, CONTAINERS):
                total += len(item)
                if total > MAX_STEPS:
                    raise Refusal("S310", "the value is too large")
                below.extend(_items(item))
        if not below:
            return total
        level = below
    raise Refusal("S310", f"the value nests more than {MAX_NESTING} lists")


def _items(container: list[object] | tuple[object, ...] | dict[object, object]) -> list[object]:
    if isinstance(container, dict):
        return [*container.keys(), *container.values()]
    return list(container)


def _scalars(value: object) -> list[object]:
    """The scalars and opaque values anywhere in a container; `size` bounds them."""
    size(value)
    level, scalars = [value], []
    while level:
        item = level.pop()
        if isinstance(item, CONTAINERS):
            level.extend(_items(item))
        else:
            scalars.append(item)
    return scalars
