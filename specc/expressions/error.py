"""How an expression fails: with a code, a message, and the place in its text."""

from __future__ import annotations


class ExpressionError(Exception):
    """A fault of an expression, at the characters `start:end` of its text."""

    def __init__(self, code: str, message: str, start: int, end: int, help: str = "") -> None:  # noqa: A002 - a diagnostic's own word
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.help = help

    def shifted(self, offset: int) -> ExpressionError:
        """The same fault in a text that holds this one from `offset` on."""
        return ExpressionError(
            self.code, self.message, self.start + offset, self.end + offset, self.help
        )


class Refusal(Exception):  # noqa: N818 - it becomes an ExpressionError where the place is known
    """A fault found by code that knows values but not where they stand.

    Where `operand` is given, the message speaks of that operand and begins after its name.
    """

    def __init__(
        self,
        code: str,
        message: str,
        help: str = "",  # noqa: A002 - a diagnostic's own word
        operand: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.operand = operand
