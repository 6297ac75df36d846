"""The allow-list: which of Python's expressions are expressions of specc.

A node type without a rule is refused. What only some contexts allow (comprehensions are static,
`@` is for tensors) passes here, and is checked by the evaluators.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from specc.expressions.error import ExpressionError
from specc.expressions.lexer import LONE_SURROGATE
from specc.expressions.limits import MAX_FORMAT_WIDTH, MAX_INTEGER_BITS
from specc.expressions.places import span_of

GENERATOR_NAMESPACE = "random"
"""The one name whose attributes may be called: `random.normal(…)`."""

_WIDEST = str(MAX_FORMAT_WIDTH)
_FORMAT = re.compile(r"[<>^]?[+]?(?P<width>\d*),?(?:\.(?P<precision>\d+))?[dfgexX%s]?")

_PLAIN_NODES = (
    *(ast.Load, ast.Store, ast.keyword, ast.Slice, ast.IfExp, ast.List, ast.Tuple, ast.BinOp),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult),
    *(ast.UnaryOp, ast.UAdd, ast.USub, ast.Not, ast.BoolOp, ast.And, ast.Or, ast.ListComp),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.DictComp, ast.JoinedStr),
)

_MENDS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Set: ("a set", "write a list"),
    ast.SetComp: ("a set", "write a list"),
    ast.GeneratorExp: ("a bare generator", "put it in `[…]`"),
    ast.Starred: ("`*`", "write the items out, or join lists with `+`"),
    ast.Lambda: ("`lambda`", "name a definition or a function instead"),
    ast.NamedExpr: ("`:=`", "an expression names nothing; add a line to an `expr` mapping"),
}


class Grammar:
    """Walks one tree, parents first and left to right, and raises at the first fault."""

    def __init__(self, text: str, f_strings: Sequence[tuple[int, int]]) -> None:
        """`f_strings`: where the lexer found f-strings."""
        self._text = text
        self._f_strings = f_strings
        self._admitted: set[ast.AST] = set()

    def check(self, tree: ast.expr) -> None:
        """Checks a whole tree.

        Raises:
            ExpressionError: a node is not in the language.
        """
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            if node not in self._admitted:
                rule = _RULES.get(type(node))
                if rule is None:
                    self._refuse_kind(node)
                rule(self, node)
            pending.extend(reversed(list(ast.iter_child_nodes(node))))

    def _refuse(self, node: ast.AST, message: str, help_: str = "", code: str = "S303") -> NoReturn:
        raise ExpressionError(code, message, *span_of(self._text, node), help_)

    def _refuse_kind(self, node: ast.AST) -> NoReturn:
        what, mend = _MENDS.get(type(node), (f"`{type(node).__name__}`", ""))
        self._refuse(node, f"{what} is not in the language", mend)

    def _check_public(self, name: str, node: ast.AST) -> None:
        if name.startswith("_") and name != "_":
            self._refuse(node, f"`{name}` begins with `_`, and no name here does", code="S304")

    def _name(self, node: ast.Name) -> None:
        self._check_public(node.id, node)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
            self._refuse(node, "the number is too large", code="S305")
        if isinstance(value, str) and LONE_SURROGATE.search(value):
            self._refuse(node, "the text holds half of a character (a lone surrogate)", code="S301")
        if value is not None and not isinstance(value, int | float | str):
            what = (
                "`...`" if value is ... else f"a constant of Python's type `{type(value).__name__}`"
            )
            mend = "`...` stands only inside an index: `x[..., 0]`" if value is ... else ""
            self._refuse(node, f"{what} is not in the language", mend)

    def _dict(self, node: ast.Dict) -> None:
        seen: set[object] = set()
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                self._refuse(
                    value, "`**` in a mapping is not in the language", "write its keys out"
                )
            if isinstance(key, ast.Constant):
                if key.value in seen:
                    self._refuse(key, "the key stands twice in the mapping")
                seen.add(key.value)

    def _compare(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            none = isinstance(right, ast.Constant) and right.value is None
            if isinstance(operator, ast.Is | ast.IsNot) and not none:
                self._refuse(right, "`is` compares with `None` only", "write `==` or `!=`")

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr.startswith("_"):
            _, end = span_of(self._text, node)
            message = f"`{node.attr}` begins with `_`, and no attribute here does"
            raise ExpressionError("S304", message, end - len(node.attr), end)

    def _subscript(self, node: ast.Subscript) -> None:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        self._admitted.update(
            part for part in parts if isinstance(part, ast.Constant) and part.value is ...
        )

    def _call(self, node: ast.Call) -> None:
        self._check_callee(node.func)
        names = [keyword.arg for keyword in node.keywords]
        for keyword in node.keywords:
            if keyword.arg is None:
                self._refuse(keyword, "`**` in a call is not in the language", "name the arguments")
            self._check_public(keyword.arg, keyword)
            if names.count(keyword.arg) > 1:
                self._refuse(keyword, f"the argument `{keyword.arg}` is given twice")
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.GeneratorExp):
            self._admitted.add(node.args[0])

    def _check_callee(self, callee: ast.expr) -> None:
        if isinstance(callee, ast.Name):
            return
        if not isinstance(callee, ast.Attribute):
            self._refuse(
                callee, "only a name can be called", "give what is called a name with `as`"
            )
        owner = callee.value
        if not (isinstance(owner, ast.Name) and owner.id == GENERATOR_NAMESPACE):
            mend = f"functions are called by name: `{callee.attr}(…)`"
            self._refuse(callee, f"`.{callee.attr}(…)` calls a method", mend)

    def _comprehension(self, node: ast.comprehension) -> None:
        if node.is_async:
            self._refuse(node.iter, "`async` is not in the language")
        for part in ast.walk(node.target):
            if isinstance(part, ast.expr) and not isinstance(part, ast.Name | ast.Tuple | ast.List):
                self._refuse(part, "a loop variable must be a name")

    def _f_string_part(self, node: ast.FormattedValue) -> None:
        if node.conversion != -1:
            message = "`!r`, `!s`, `!a` and `=` in an f-string are not in the language"
            self._refuse_f_string(node, message)
        if any(isinstance(part, ast.JoinedStr) for part in ast.walk(node.value)):
            self._refuse_f_string(node, "an f-string inside an f-string is not in the language")
        if isinstance(node.format_spec, ast.JoinedStr):
            self._check_format(node.format_spec)
            self._admitted.add(node.format_spec)

    def _check_format(self, spec: ast.JoinedStr) -> None:
        parts = [part.value if isinstance(part, ast.Constant) else "{" for part in spec.values]
        written = "".join(map(str, parts))
        match = _FORMAT.fullmatch(written)
        if match is None or not written.isascii():
            mend = "simple ones are: `02d`, `.3f`"
            self._refuse_f_string(spec, "the format is not in the language", mend)
        if any(len(digits or "") > len(_WIDEST) for digits in match.groups()):
            self._refuse_f_string(spec, f"a width is at most {_WIDEST}", code="S305")

    def _refuse_f_string(
        self, part: ast.AST, message: str, help_: str = "", code: str = "S303"
    ) -> NoReturn:
        """Refuses a whole f-string; Python's versions differ on where its parts are."""
        start, end = span_of(self._text, part)
        around = [span for span in self._f_strings if span[0] <= start and end <= span[1]]
        raise ExpressionError(code, message, *(around or [(start, end)])[0], help_)


def _allowed(_grammar: Grammar, _node: ast.AST) -> None:
    return None


_RULES: dict[type[ast.AST], Callable[..., None]] = {
    **dict.fromkeys(_PLAIN_NODES, _allowed),
    ast.Name: Grammar._name,
    ast.Constant: Grammar._constant,
    ast.Dict: Grammar._dict,
    ast.Compare: Grammar._compare,
    ast.Attribute: Grammar._attribute,
    ast.Subscript: Grammar._subscript,
    ast.Call: Grammar._call,
    ast.comprehension: Grammar._comprehension,
    ast.FormattedValue: Grammar._f_string_part,
}
