"""Expressions: one grammar, a subset of Python's, and its static evaluator. Row 1 of the program.

Nothing here is ever given to Python's `eval`: the text is bounded, parsed with `ast`, held to an
allow-list, and walked.
"""

from specc.expressions.binding import bind, target_names
from specc.expressions.code import code_text, is_code, span_in, unescape
from specc.expressions.error import ExpressionError, Refusal
from specc.expressions.evaluator import Evaluator, evaluate
from specc.expressions.functions import STATIC_FUNCTIONS, Function, iterate
from specc.expressions.interpreter import Budget, Interpreter
from specc.expressions.loop import Loop, parse_loop
from specc.expressions.operators import OPERATORS
from specc.expressions.parser import Expression, parse
from specc.expressions.places import span_of
from specc.expressions.printer import unparse
from specc.expressions.trees import (
    attribute_reads,
    bound_names,
    called_names,
    callee_name,
    free_name_nodes,
    free_names,
    substitute,
)
from specc.expressions.values import Opaque, describe, is_opaque

__all__ = [
    "OPERATORS",
    "STATIC_FUNCTIONS",
    "Budget",
    "Evaluator",
    "Expression",
    "ExpressionError",
    "Function",
    "Interpreter",
    "Loop",
    "Opaque",
    "Refusal",
    "attribute_reads",
    "bind",
    "bound_names",
    "called_names",
    "callee_name",
    "code_text",
    "describe",
    "evaluate",
    "free_name_nodes",
    "free_names",
    "is_code",
    "is_opaque",
    "iterate",
    "parse",
    "parse_loop",
    "span_in",
    "span_of",
    "substitute",
    "target_names",
    "unescape",
    "unparse",
]
