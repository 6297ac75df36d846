"""Text made from values: `str`, f-strings."""

from __future__ import annotations

from specc.expressions.error import Refusal
from specc.expressions.values import describe, refuse_opaque


def text_from(value: object, spec: str = "") -> str:
    """A scalar as text, in a format that the grammar has checked.

    Lists, mappings and null are refused: in a name or a path they are never meant.

    Raises:
        Refusal: the value is none of text, number and boolean, or the format is not for it.
    """
    if not isinstance(value, str | int | float):
        refuse_opaque(value, 0)
        raise Refusal("S308", f"is {describe(value)}; text is made of text and numbers", operand=0)
    try:
        return format(value, spec)
    except ValueError:
        message = f"the format `{spec}` is not for {describe(value)}"
        raise Refusal("S308", message) from None
