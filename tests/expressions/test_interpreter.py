"""What a subclass can change: hooks, and whole visitors."""

from specc.expressions import Evaluator, parse


def test_hooks_make_another_interpreter():
    class Symbolic(Evaluator):
        def lookup(self, name, node):
            return f"<{name}>"

        def binary(self, op, left, right, node):
            if isinstance(left, str) or isinstance(right, str):
                return f"({left} {op} {right})"
            return super().binary(op, left, right, node)

        def index(self, value, key, node):
            return f"{value}{key}"

        def call(self, name, args, kwargs, node):
            return name, args, kwargs

    expression = parse("random.normal(a @ (1 + 2), axis=b[..., 1:])")
    assert Symbolic(expression, {}).run() == (
        "random.normal",
        ["(<a> @ 3)"],
        {"axis": f"<b>{(..., slice(1, None, None))}"},
    )


def test_visitors_can_be_overridden():
    class Doubled(Evaluator):
        def visit_Constant(self, node):  # noqa: N802 - ast's protocol
            return node.value * 2

    assert Doubled(parse("[1, 2]"), {}).run() == [2, 4]
