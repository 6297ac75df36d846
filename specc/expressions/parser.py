"""Text in, checked tree out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from specc.expressions.error import ExpressionError
from specc.expressions.grammar import Grammar
from specc.expressions.lexer import Token, scan
from specc.expressions.limits import CACHED_LENGTH, CACHED_LONG, CACHED_SHORT
from specc.expressions.places import PREFIX, SUFFIX, offset_of
from specc.expressions.trees import free_names

YAML_CONSTANTS = {"true": True, "false": False, "null": None}
"""YAML's spellings of Python's constants: authors write both, and they mean the same. They are
constants everywhere, so no name can be spelled so."""


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    Attributes:
        text: As written.
        tree: Its tree, shared by all who parse the same text: never change it in place.
        names: The names it reads and calls; not those its comprehensions bind.
    """

    text: str
    tree: ast.expr = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)


def parse(text: str) -> Expression:
    """Parses and checks an expression.

    It may stretch over several lines. `true`, `false` and `null` are `True`, `False` and `None`.

    Raises:
        ExpressionError: the text is not an expression of the language.
    """
    return _parse_short(text) if len(text) <= CACHED_LENGTH else _parse_long(text)


def _parse(text: str) -> Expression:
    tokens = scan(text)
    tree = _python_tree(text, tokens)
    if not YAML_CONSTANTS.keys().isdisjoint(token.text for token in tokens):
        tree = _YamlConstants().visit(tree)
    f_strings = (t for t in tokens if t.kind == "string" and t.text[0] in "fF")
    Grammar(text, frozenset((t.start, t.end) for t in f_strings)).check(tree)
    return Expression(text, tree, free_names(tree))


_parse_short = lru_cache(maxsize=CACHED_SHORT)(_parse)
_parse_long = lru_cache(maxsize=CACHED_LONG)(_parse)


def _python_tree(text: str, tokens: list[Token]) -> ast.expr:
    try:
        return ast.parse(PREFIX + text + SUFFIX, mode="eval").body
    except SyntaxError as error:
        _refuse_syntax(text, tokens, error)
    except (ValueError, RecursionError, MemoryError):
        # Bounds and characters were checked; this is a net below them.
        raise ExpressionError("S301", "Python's parser refuses this", 0, len(text)) from None


def _refuse_syntax(text: str, tokens: list[Token], error: SyntaxError) -> NoReturn:
    """Says which token does not fit, in words that don't depend on Python's version."""
    column = max((error.offset or 1) - 1, 0)
    line = error.lineno or 1
    prefix = (
        text.split("\n")[line - 1][: max(column - len(PREFIX) * (line == 1), 0)]
        if (line <= text.count("\n") + 1)
        else ""
    )
    place = offset_of(text, line, len(prefix.encode()) + len(PREFIX) * (line == 1))
    token = next((token for token in tokens if place < token.end), None)
    if token is None:
        raise ExpressionError(
            "S301", "the expression stops too early", len(text), len(text)
        ) from None
    help_ = "write `==` to compare" if token.text == "=" else ""
    raise ExpressionError(
        "S301", f"`{token.text}` does not fit here", token.start, token.end, help_
    ) from None


class _YamlConstants(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:  # noqa: N802 - ast's protocol
        if node.id not in YAML_CONSTANTS:
            return node
        return ast.copy_location(ast.Constant(YAML_CONSTANTS[node.id]), node)
