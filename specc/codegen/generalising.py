"""A class's statements with parameters and sizes in place of the constants that follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from specc.codegen.families import Line, Use
from specc.codegen.nodes import BINDING, Atom, Late, Literal, Node, literals, rewritten
from specc.codegen.roles import Role

INIT, BUILD, CALL = "init", "build", "call"
ARRANGED = (INIT, CALL)
"""Where the sizes of inputs may be read; what `__init__` would need them for goes into `build`."""

SizeCode = Callable[[str, str, str], str]


class Generalised:
    """The statements of a class, by its sections.

    Args:
        sections: As they are for the values that were known.
        roles: What each of their constants is.
        size: The code of an input's size: by the input's name, the axis and the section.

    Attributes:
        sections: The statements; without those that `build` is to make.
        moved: These.
        names: The parameters that are read.
    """

    def __init__(
        self, sections: Mapping[str, Sequence[Line]], roles: Sequence[Role | None], size: SizeCode
    ) -> None:
        self.size = size
        self.names: set[str] = set()
        self.sections: dict[str, Sequence[Line]] = {}
        by_line = _by_line(sections, iter(roles))
        late = {id(line) for line in _late(sections[INIT], by_line)}
        self.moved = [
            self._line(line, by_line[id(line)], BUILD)
            for line in sections[INIT]
            if id(line) in late
        ]
        for section, lines in sections.items():
            self.sections[section] = [
                self._line(line, by_line[id(line)], section)
                for line in lines
                if id(line) not in late
            ]

    def _line(self, line: Line, roles: Sequence[Role | None], section: str) -> Line:
        """A statement with its roles; sizes are read in `build` and `call`, and nowhere else."""
        if line.node is None:
            return line
        waiting = iter(roles)

        def change(literal: Literal) -> Literal:
            role = next(waiting)
            if role is None:
                return literal if section in (INIT, BUILD) else replace(literal, label="")
            self.names |= {*role.names}
            code = role.code(lambda name: self._written(name, section))
            binds = 100 if role.form == "{}" else BINDING[role.form.split()[1]]
            return Literal(Atom(code, binds), literal.label)

        def later(late: Late) -> Node:
            return late.changed(change) if isinstance(late, Use) else late

        return replace(line, node=_constants(rewritten(line.node, change, later), section))

    def _written(self, name: str, section: str) -> str:
        if ":" in name:
            of, _, place = name.partition(":")
            return self.size(of, place, section)
        return name if section == INIT else f"self.{name}"


def _constants(node: Node, section: str) -> Node:
    """Outside of `__init__` and `build` what varies can't be a parameter: classes differ there."""
    if section in (INIT, BUILD):
        return node
    return rewritten(node, lambda literal: literal.value, lambda late: late)


def _by_line(
    sections: Mapping[str, Sequence[Line]], roles: Iterator[Role | None]
) -> dict[int, list[Role | None]]:
    """The roles of each statement's constants; those that can't be said there are left out."""
    found: dict[int, list[Role | None]] = {}
    for section, lines in sections.items():
        for line in lines:
            own = [next(roles) for _ in literals(line.node)]
            found[id(line)] = [
                None if role and _reads_sizes(role) and section not in ARRANGED else role
                for role in own
            ]
    return found


def _reads_sizes(role: Role) -> bool:
    return any(":" in name for name in role.names)


def _late(lines: Sequence[Line], roles: Mapping[int, Sequence[Role | None]]) -> list[Line]:
    """What `build` is to make: weights whose shapes follow the inputs'.

    All weights are if one is, and all layers inside if one of these is: so they keep their order.
    """
    made = [line for line in lines if any(r and _reads_sizes(r) for r in roles[id(line)])]
    kinds = {_is_weight(line) for line in made}
    return [line for line in lines if line.node and _is_weight(line) in kinds]


def _is_weight(line: Line) -> bool:
    head = getattr(line.node, "head", None)
    return isinstance(head, Atom) and head.text == "self.add_weight"
