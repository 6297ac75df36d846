"""Text in, checked tree out."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from specc.expressions.error import ExpressionError
from specc.expressions.grammar import Grammar
from specc.expressions.lexer import Token, is_f_string, scan
from specc.expressions.limits import CACHED_LENGTH, CACHED_LONG, CACHED_SHORT
from specc.expressions.places import PREFIX, SUFFIX, line_start
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
    f_strings = [token for token in tokens if is_f_string(token)]
    for token in f_strings:
        _check_f_string(token)
    tree = _python_tree(text, tokens)
    if any(word in text for word in YAML_CONSTANTS):
        tree = _YamlConstants().visit(tree)
    Grammar(text, [(token.start, token.end) for token in f_strings]).check(tree)
    return Expression(text, tree, free_names(tree))


_parse_short = lru_cache(maxsize=CACHED_SHORT)(_parse)
_parse_long = lru_cache(maxsize=CACHED_LONG)(_parse)


def _check_f_string(token: Token) -> None:
    """Parses an f-string alone: newer versions of Python would find its end elsewhere."""
    try:
        _parsed(token.text)
    except SyntaxError:
        message = "the f-string has a fault inside `{…}`"
        mend = "texts inside have the other kind of quotes"
        raise ExpressionError("S301", message, token.start, token.end, mend) from None


def _python_tree(text: str, tokens: list[Token]) -> ast.expr:
    try:
        return _parsed(PREFIX + text + SUFFIX)
    except SyntaxError as error:
        _refuse_syntax(text, tokens, error)
    except (ValueError, RecursionError, MemoryError):
        # Bounds and characters were checked; this is a net below them.
        raise ExpressionError("S301", "Python's parser refuses this", 0, len(text)) from None


def _parsed(code: str) -> ast.expr:
    """Python's own parse; what it only warns of (`f"{1if a else b}"`) is a syntax error here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ast.parse(code, mode="eval").body


def _refuse_syntax(text: str, tokens: list[Token], error: SyntaxError) -> NoReturn:
    """Says which token does not fit, in words that don't depend on Python's version."""
    place = line_start(text, error.lineno or 1) + (error.offset or 1) - 1
    found = next((token for token in tokens if place < token.end), None)
    if found is None:
        end = len(text)
        raise ExpressionError("S301", "the expression stops too early", end, end) from None
    message = f"`{found.text}` does not fit here"
    raise ExpressionError("S301", message, found.start, found.end) from None


class _YamlConstants(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in YAML_CONSTANTS:
            return node
        return ast.copy_location(ast.Constant(YAML_CONSTANTS[node.id]), node)
