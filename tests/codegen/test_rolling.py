"""Statements that repeat become loops, which run through the same statements."""

from __future__ import annotations

from specc.codegen.rolling import rolled


def body(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]


def test_counted_names_make_a_loop() -> None:
    text = "\n".join(f'x = layer(x, name="layer{i}")' for i in range(12))
    assert rolled(body(f"x = 1\n{text}\nreturn x")) == body(
        'x = 1\nfor i in range(12):\n    x = layer(x, name=f"layer{i}")\nreturn x'
    )


def test_rounds_of_several_statements_and_shifted_counts() -> None:
    rounds = [f'x = a(x, name=f"{{name}}.s{i}")\nx = b(x, 3, name="t{i - 1}")' for i in (2, 3, 4)]
    assert rolled(body("\n".join(rounds))) == body(
        "for i in range(2, 5):\n"
        '    x = a(x, name=f"{name}.s{i}")\n'
        '    x = b(x, 3, name=f"t{i - 1}")'
    )


def test_what_is_no_count_stays() -> None:
    for text in (
        'x = f(x, name="a1")\nx = f(x, name="a2")',  # too few
        'x = f(x, name="a1")\nx = f(x, name="a2")\nx = f(x, name="a4")',
        'x = f(x, 1, name="a1")\nx = f(x, 2, name="a2")\nx = f(x, 3, name="a3")',
        'x = f(x, name="{1")\nx = f(x, name="{2")\nx = f(x, name="{3")',
        'i = f(x, name="a1")\ni = f(x, name="a2")\ni = f(x, name="a3")',
        "x = f(x)\nx = f(x)\nx = f(x)",
    ):
        assert rolled(body(text)) == body(text)
