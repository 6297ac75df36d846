"""Functions and classes of one form: written once, with what differs among them as parameters.

Two blocks of a model are of one form if their code is the same but for the constants in it. What
all of them have in common stays a constant; the others become parameters, those together that are
equal in each block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from specc.codegen.naming import Names
from specc.codegen.nodes import (
    OMITTED,
    Atom,
    Brackets,
    Infix,
    Item,
    Late,
    Literal,
    Node,
    blank,
    call,
    literals,
    substituted,
)
from specc.codegen.printing import INDENT, flat, lines
from specc.codegen.rolling import rolled


@dataclass(frozen=True)
class Line:
    """A statement: text, and perhaps an expression after it, in a block of some level."""

    text: str
    node: Node | None = None
    indent: int = 1


Body = Sequence[Line]
Header = Callable[[str, Sequence[str]], list[str]]
"""The lines before a body, of the definition's name and its parameters."""


@dataclass(frozen=True)
class Definition:
    """A function or a class.

    Attributes:
        wish: What it is to be called.
        header: What stands before the body.
        body: Its statements.
        locals: The names in it.
        values: What the spec's own parameters were, for the names of ours.
        given: The spec's own parameters, with their values.
        named: Which of these its statements name.
        stored: Whether it is a class, which keeps its parameters and has them in its config.
    """

    wish: str
    header: Header
    body: Body
    locals: frozenset[str] = frozenset()
    values: tuple[tuple[str, str], ...] = ()
    given: tuple[Literal, ...] = ()
    named: frozenset[str] = frozenset()
    stored: bool = False

    @property
    def literals(self) -> tuple[Literal, ...]:
        """Its constants: the values of its parameters, then those from top to bottom."""
        inside = (literal for line in self.body if line.node for literal in literals(line.node))
        return (*self.given, *inside)

    @property
    def form(self) -> str:
        """Its text without its constants and its name."""
        own = [self.wish, *sorted(self.named), *self.header("", ())]
        return "\n".join([*own, *map(_form, self.body)])


def _form(line: Line) -> str:
    return f"{line.indent}{line.text}" + ("" if line.node is None else flat(blank(line.node)))


@dataclass
class Family:
    """The definitions of one form.

    Attributes:
        name: Its name in the module.
        first: The first of them, which stands for all.
        members: The constants of each, as text.
    """

    name: str
    first: Definition
    members: list[tuple[str, ...]] = field(default_factory=list)
    values: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    _parameters: list[str | None] | None = None

    def add(self, definition: Definition) -> tuple[Literal, ...]:
        """Counts a member in; its constants."""
        found = definition.literals
        self.members.append(tuple(flat(literal.value) for literal in found))
        self.values.append(definition.values)
        return found

    @property
    def parameters(self) -> list[str | None]:
        """For each constant the parameter that it is; None for those that are always the same."""
        if self._parameters is None:
            self._parameters = self._named()
        return self._parameters

    def _named(self) -> list[str | None]:
        given = [literal.label for literal in self.first.given]
        named = self.first.named
        names = Names({*self.first.locals, *named})
        known: dict[tuple[str, ...], str] = {}
        found: list[str | None] = [label if label in named else None for label in given]
        for place, literal in enumerate(self.first.literals):
            column = tuple(member[place] for member in self.members)
            if place < len(given):
                known |= {(literal.label, *column): literal.label} if literal.label in named else {}
                continue
            if len(set(column)) == 1:
                found.append(None)
                continue
            label = self._declared(column) or literal.label
            key = (label, *column)
            known[key] = known.get(key) or names.new(label)
            found.append(known[key])
        return found

    def _declared(self, column: tuple[str, ...]) -> str:
        """The spec's parameter that has these values; empty if none has."""
        given = [dict(values) for values in self.values]
        for name in given[0]:
            if tuple(values.get(name, "") for values in given) == column:
                return name
        return ""

    def finish(self) -> list[str]:
        """The lines of the definition."""
        names = iter(self.parameters[len(self.first.given) :])

        def change(literal: Literal) -> Node:
            name = next(names)
            if name is not None:
                return Atom(name)
            return OMITTED if literal.is_default else literal.value

        parameters = list(dict.fromkeys(filter(None, self.parameters)))
        written = self.first.header(self.name, parameters)
        kept = parameters if self.first.stored and self._are_plain() else []
        written += [f"{INDENT * 2}self.{name} = {name}" for name in kept]
        body: list[str] = []
        for line in self.first.body:
            if line.node is None:
                body.append(INDENT * line.indent + line.text if line.text else "")
            else:
                body += lines(substituted(line.node, change), line.indent, line.text)
        written += body if self.first.stored else rolled(body)
        return [*written, *(_config(kept) if kept else [])]

    def _are_plain(self) -> bool:
        """Whether configs can hold the parameters as they are."""
        pairs = zip(self.first.literals, self.parameters, strict=True)
        return all(_is_plain(literal.value) for literal, name in pairs if name)


def _config(names: Sequence[str]) -> list[str]:
    """`get_config`."""
    start = ["", f"{INDENT}def get_config(self):", f"{INDENT * 2}config = super().get_config()"]
    items = tuple(Item(f'"{name}": ', Atom(f"self.{name}")) for name in names)
    update = call("config.update", Brackets(None, "{", items, "}"))
    return [*start, *lines(update, 2), f"{INDENT * 2}return config"]


def _is_plain(node: Node) -> bool:
    match node:
        case Atom():
            return True
        case Literal(value, _):
            return _is_plain(value)
        case Brackets(None, _, items, _):
            return all(_is_plain(item.value) for item in items)
        case Infix(_, operands):
            return all(map(_is_plain, operands))
    return False


@dataclass(frozen=True, eq=False)
class Use(Late):
    """A call of a family's function or class.

    Attributes:
        family: The family.
        constants: What the function's constants are for this call.
        inputs: What it is called on.
        keywords: What goes by name: `name`, `dtype`.
    """

    family: Family
    constants: tuple[Literal, ...]
    inputs: tuple[Node, ...] = ()
    keywords: tuple[tuple[str, Node], ...] = ()

    def on(self, *inputs: Node, **keywords: Node) -> Use:
        """The call with its arguments."""
        return replace(self, inputs=inputs, keywords=tuple(keywords.items()))

    def literals(self) -> Sequence[Literal]:
        """The constants that may be parameters."""
        return self.constants

    def resolved(self, values: Sequence[Node]) -> Node:
        """The call, those constants that are parameters among its arguments."""
        given: dict[str, Node] = {}
        for name, value in zip(self.family.parameters, values, strict=True):
            if name is not None:
                given.setdefault(name, value)
        return call(self.family.name, *self.inputs, **given, **dict(self.keywords))

    def changed(self, change: Callable[[Literal], Literal]) -> Use:
        """The call with other constants."""
        return replace(self, constants=tuple(map(change, self.constants)))

    def shown(self) -> Node:
        """The call as it is known before the family is complete."""
        return call(self.family.name, *self.inputs, *self.constants, **dict(self.keywords))


class Families:
    """All families of a module, by form."""

    def __init__(self, names: Names, add: Callable[[Callable[[], list[str]]], None]) -> None:
        self._names = names
        self._add = add
        self._known: dict[str, Family] = {}

    def use(self, definition: Definition) -> Use:
        """A call of a definition, which becomes one of its family."""
        form = definition.form
        family = self._known.get(form)
        if family is None:
            family = Family(self._names.new(definition.wish), definition)
            self._known[form] = family
            self._add(family.finish)
        return Use(family, family.add(definition))
