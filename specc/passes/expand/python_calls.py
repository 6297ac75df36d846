"""Calls of users' Python functions in expressions."""

from __future__ import annotations

import ast

from specc.diagnostics import did_you_mean
from specc.passes.expand.evaluation import StaticEvaluator
from specc.references import PythonClass


def check_function_call(
    name: str, python: PythonClass, node: ast.Call, evaluator: StaticEvaluator
) -> None:
    """Holds a call against the function's signature.

    Raises:
        ExpressionError: it is no function, or takes other arguments.
    """
    call = python.entry.call
    if not python.is_function or call is None:
        evaluator.fail(
            "S415", f"`{name}` is {python.what}, and can't be called in an expression", node.func,
            "use it as a step, or declare it in `layers` and call that",
        )  # fmt: skip
    known = [argument.name for argument in call.arguments]
    given = [*known[: len(node.args)], *(str(keyword.arg) for keyword in node.keywords)]
    if call.open:
        return
    if len(node.args) > len(known):
        message = f"`{name}` takes {len(known)} arguments, not {len(node.args)}"
        evaluator.fail("S307", message, node)
    for argument in given[len(node.args) :]:
        if argument not in known:
            mend = did_you_mean(argument, known)
            evaluator.fail("S307", f"`{name}` has no argument `{argument}`", node, mend)
    missing = [each.name for each in call.arguments if each.required and each.name not in given]
    if missing or len(given) != len(set(given)):
        what = f"needs its argument `{missing[0]}`" if missing else "gets an argument twice"
        evaluator.fail("S307", f"`{name}` {what}", node)
