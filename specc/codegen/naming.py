"""Names in the generated module."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable

from specc.codegen.nodes import is_name

MODULE_NAMES = frozenset(
    {"keras", "layers", "ops", "build_model", "model", "name", "self", "named"}
)
RESERVED = MODULE_NAMES | frozenset(dir(builtins))
"""What no variable, function or class is called."""


class Names:
    """The names of a scope; each is given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = {*RESERVED, *taken}

    def new(self, wish: str) -> str:
        """A free name like the wished one."""
        base = identifier(wish)
        name, count = base, 1
        while name in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name)
        return name


def identifier(text: str) -> str:
    """A text as a variable's name."""
    name = re.sub(r"\W+", "_", text).strip("_") or "x"
    number = re.match(r"(\d+)_*", name)
    if number:
        name = f"{name[number.end() :] or 'x'}_{number[1]}"
    return name if is_name(name) else f"{name}_"


def function_name(text: str) -> str:
    """A scope's name as that of a function: without the number of a round."""
    return identifier(re.sub(r"_*\d+[a-z]?$", "", text) or "block")


def class_name(text: str) -> str:
    """A name in snake case as a class's: `token_mask` → `TokenMask`."""
    words = [word for word in re.split(r"[\W_]+", text) if word]
    return identifier("".join(word[0].upper() + word[1:] for word in words) or "Expression")
