"""A problem with an argument: a diagnostic that does not know yet where it stands in a file."""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """What is wrong with one argument. `path` leads to it through the arguments' mapping."""

    path: Path
    code: str
    message: str
    label: str = ""
    help: str = ""
    suggestion: str | None = None  # what to write instead of the key or value at `path`

    def below(self, *path: str | int) -> Problem:
        """The same problem, seen from further out."""
        return self._replace(path=(*path, *self.path))


def show(value: object) -> str:
    """A value as it would stand in YAML, in backquotes, cut short."""
    text = f'"{value}"' if isinstance(value, str) else _PLAIN.get(str(value), str(value))
    return f"`{text if len(text) <= 40 else text[:37] + '…'}`"


def name_type(value: object) -> str:
    """What a YAML value is, in words: `the text "3"`."""
    match value:
        case None:
            return "null"
        case bool() | int() | float():
            return show(value)
        case str():
            return f"the text {show(value)}"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return "a mapping"
        case _:
            return f"a {type(value).__name__}"


_PLAIN = {"True": "true", "False": "false", "None": "null", "nan": ".nan", "inf": ".inf"}
