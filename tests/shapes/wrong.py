"""What a wrong spec looks like here: its text with marks, and what is said of it."""

from __future__ import annotations

from textwrap import dedent

PLACE, SOURCE = "▸", "▹"
HEAD = "specc: 1\nmodel: wrong\n"


class Wrong:
    """A wrong spec.

    Attributes:
        text: The spec. `▸` stands before each place where something is wrong, `▹` before each
            step or input that a shape in question comes from.
        messages: What is said, in the order of the places; S220 unless another code comes first.
        keras: Whether Keras refuses it too, at the same line, when it builds the model.
    """

    def __init__(self, title: str, text: str, *messages: str, keras: bool = True) -> None:
        self.title = title
        self._marked = HEAD + dedent(text).lstrip("\n")
        self.text = self._marked.replace(PLACE, "").replace(SOURCE, "")
        self.messages = [m if m[:1] == "S" and m[1:4].isdigit() else f"S220 {m}" for m in messages]
        self.keras = keras

    @property
    def places(self) -> list[tuple[int, int]]:
        """The lines and columns of what is wrong."""
        return self._positions(PLACE)

    @property
    def sources(self) -> list[tuple[int, int]]:
        """The lines and columns of what the shapes come from."""
        return self._positions(SOURCE)

    def _positions(self, mark: str) -> list[tuple[int, int]]:
        return [
            (number, column)
            for number, line in enumerate(self._marked.splitlines(), 1)
            for column in _columns(line, mark)
        ]


def _columns(line: str, mark: str) -> list[int]:
    """Where a mark stands in a line that has no marks, counted from 1."""
    columns, column = [], 1
    for character in line:
        if character == mark:
            columns.append(column)
        column += character not in (PLACE, SOURCE)
    return columns
