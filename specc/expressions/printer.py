"""A tree as text: one canonical line that parses to the same tree on every version of Python."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from specc.expressions.operators import OPERATORS

_LOWEST, _IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(11)
"""How tightly the kinds of expressions bind; each may hold tighter ones without brackets."""

_BINDING: dict[str, int] = {
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys(("*", "/", "//", "%", "@"), _PRODUCT),
    "**": _POWER,
    "and": _AND,
    "or": _OR,
}


def unparse(tree: ast.expr) -> str:
    """The expression as one canonical line.

    It parses to an equal tree, unless texts with quotes or backslashes were substituted into an
    f-string, which cannot spell them.
    """
    return _Printer().text(tree)


class _Printer:
    def __init__(self, quote: str = "") -> None:
        self._quote = quote
        """The quote that texts inside of an f-string must have."""

    def text(self, node: ast.expr, binding: int = _LOWEST) -> str:
        """The text of a node, in brackets where it binds less tightly than its place needs."""
        print_, own = _PRINTERS[type(node)]
        if isinstance(node, ast.BinOp | ast.BoolOp):
            own = _BINDING[OPERATORS[type(node.op)]]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            own = _NOT
        text = print_(self, node)
        return text if own >= binding else f"({text})"

    def texts(self, nodes: list[Any], separator: str = ", ", binding: int = _LOWEST) -> str:
        return separator.join([self.text(node, binding) for node in nodes])

    def name(self, node: ast.Name) -> str:
        return node.id

    def constant(self, node: ast.Constant) -> str:
        value = node.value
        if value is ...:
            return "..."
        written = repr(value)
        if isinstance(value, str) and self._quote:
            plain = f"{self._quote}{value}{self._quote}"
            return plain if len(written) == len(plain) else written
        return written.replace("inf", "1e999") if isinstance(value, float) else written

    def binary(self, node: ast.BinOp) -> str:
        op = OPERATORS[type(node.op)]
        own = _BINDING[op]
        left, right = (own + 1, _SIGN) if op == "**" else (own, own + 1)
        return f"{self.text(node.left, left)} {op} {self.text(node.right, right)}"

    def unary(self, node: ast.UnaryOp) -> str:
        if isinstance(node.op, ast.Not):
            return f"not {self.text(node.operand, _NOT)}"
        return f"{OPERATORS[type(node.op)]}{self.text(node.operand, _SIGN)}"

    def boolean(self, node: ast.BoolOp) -> str:
        op = OPERATORS[type(node.op)]
        return self.texts(node.values, f" {op} ", _BINDING[op] + 1)

    def compare(self, node: ast.Compare) -> str:
        parts = [self.text(node.left, _COMPARE + 1)]
        for op, right in zip(node.ops, node.comparators, strict=True):
            parts += OPERATORS[type(op)], self.text(right, _COMPARE + 1)
        return " ".join(parts)

    def conditional(self, node: ast.IfExp) -> str:
        body, test = self.text(node.body, _OR), self.text(node.test, _OR)
        return f"{body} if {test} else {self.text(node.orelse, _IF)}"

    def list_(self, node: ast.List) -> str:
        return f"[{self.texts(node.elts)}]"

    def tuple_(self, node: ast.Tuple) -> str:
        return f"({self._bare(node)})" if node.elts else "()"

    def dict_(self, node: ast.Dict) -> str:
        pairs = zip(node.keys, node.values, strict=True)
        return f"{{{', '.join([self.texts([key, value], ': ') for key, value in pairs])}}}"

    def attribute(self, node: ast.Attribute) -> str:
        return f"{self._owner(node.value)}.{node.attr}"

    def subscript(self, node: ast.Subscript) -> str:
        return f"{self._owner(node.value)}[{self._bare(node.slice)}]"

    def _bare(self, node: ast.expr) -> str:
        """A tuple without its brackets, where the place allows that."""
        items = node.elts if isinstance(node, ast.Tuple) else []
        return self.texts(items) + "," * (len(items) == 1) if items else self.text(node)

    def _owner(self, node: ast.expr) -> str:
        text = self.text(node, _ATOM)
        return f"({text})" if isinstance(node, ast.Constant) else text

    def slice_(self, node: ast.Slice) -> str:
        lower, upper, step = (
            "" if bound is None else self.text(bound)
            for bound in (node.lower, node.upper, node.step)
        )
        return f"{lower}:{upper}" + f":{step}" * bool(step)

    def call(self, node: ast.Call) -> str:
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            return self.text(node.func) + self.text(node.args[0])
        arguments = [self.text(argument) for argument in node.args]
        arguments += [f"{each.arg}={self.text(each.value)}" for each in node.keywords]
        return f"{self.text(node.func)}({', '.join(arguments)})"

    def list_comprehension(self, node: ast.ListComp) -> str:
        return f"[{self.text(node.elt)}{self._loops(node.generators)}]"

    def generator(self, node: ast.GeneratorExp) -> str:
        return f"({self.text(node.elt)}{self._loops(node.generators)})"

    def dict_comprehension(self, node: ast.DictComp) -> str:
        pair = self.texts([node.key, node.value], ": ")
        return f"{{{pair}{self._loops(node.generators)}}}"

    def _loops(self, generators: list[ast.comprehension]) -> str:
        text = ""
        for each in generators:
            text += f" for {self._bare(each.target)} in {self.text(each.iter, _OR)}"
            text += "".join([f" if {self.text(test, _OR)}" for test in each.ifs])
        return text

    def f_string(self, node: ast.JoinedStr) -> str:
        written = [
            f"f{outer}{''.join(map(_Printer(inner).f_string_part, node.values))}{outer}"
            for outer, inner in ("'\"", "\"'")
        ]
        return next((text for text in written if text.count(text[-1]) == 2), written[0])

    def f_string_part(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value).replace("{", "{{").replace("}", "}}")
        assert isinstance(node, ast.FormattedValue)  # noqa: S101 - the grammar knows no third
        text = self.text(node.value)
        space = " " * text.startswith("{")
        return f"{{{space}{text}{self._format(node.format_spec)}}}"

    def _format(self, node: ast.expr | None) -> str:
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        return ":" * bool(parts) + "".join(map(self.f_string_part, parts))


_PRINTERS: dict[type[ast.AST], tuple[Callable[[Any, Any], str], int]] = {
    ast.Name: (_Printer.name, _ATOM),
    ast.Constant: (_Printer.constant, _ATOM),
    ast.BinOp: (_Printer.binary, _SUM),
    ast.UnaryOp: (_Printer.unary, _SIGN),
    ast.BoolOp: (_Printer.boolean, _OR),
    ast.Compare: (_Printer.compare, _COMPARE),
    ast.IfExp: (_Printer.conditional, _IF),
    ast.List: (_Printer.list_, _ATOM),
    ast.Tuple: (_Printer.tuple_, _ATOM),
    ast.Dict: (_Printer.dict_, _ATOM),
    ast.Attribute: (_Printer.attribute, _ATOM),
    ast.Subscript: (_Printer.subscript, _ATOM),
    ast.Slice: (_Printer.slice_, _ATOM),
    ast.Call: (_Printer.call, _ATOM),
    ast.ListComp: (_Printer.list_comprehension, _ATOM),
    ast.GeneratorExp: (_Printer.generator, _ATOM),
    ast.DictComp: (_Printer.dict_comprehension, _ATOM),
    ast.JoinedStr: (_Printer.f_string, _ATOM),
}
