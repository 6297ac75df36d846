"""Diagnostics to render, one or more for each thing that a renderer must get right."""

from __future__ import annotations

from specc.diagnostics import Diagnostic, Edit, Related, Severity, Source, Span

MNIST = Source(
    "specs/mnist.yaml",
    """\
specc: 1
model: mnist
inputs: {image: {shape: [28, 28, 1]}}
body:
  - Flatten
  - Dropout: {rate: 0.5}

  # the features
  - Conv2D: {filtrs: 32, kernel_size: 3}
  - Dense: {units: =min(a, b), name: head}
doc: one
doc: two
""",
)
WIDE = Source("specs/wide.yaml", "名前: 'ダ́ブル'\n\tunits:\t64 # tab\nesc: \x1b[2J\u202e\n")
LONG = Source("specs/long.yaml", f"a: {'x' * 200} here {'y' * 200}\n")
ODD = Source("od d,:%.yaml", "a: 1\nb: {\n  c: 1}\n")


def span(source: Source, text: str, occurrence: int = 0) -> Span:
    """Where a text stands in a source."""
    start = -1
    for _ in range(occurrence + 1):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


def _trap() -> Diagnostic:
    place = span(MNIST, "=min(a, b)")
    return Diagnostic(
        "S012",
        "inside {…} quote this: YAML ends the expression at its `,`",
        place,
        "must be quoted",
        edits=(Edit(place, '"=min(a, b)"'),),
    )


def _duplicate() -> Diagnostic:
    return Diagnostic(
        "S013",
        "`doc` is given twice",
        span(MNIST, "doc", 1),
        "remove one",
        related=(Related(span(MNIST, "doc"), "first given here"),),
        help="YAML readers differ\nin which one they keep",
    )


FILTRS = span(MNIST, "filtrs")
SAMPLES = {
    "label": Diagnostic(
        "S013",
        "Conv2D has no argument `filtrs`",
        FILTRS,
        "did you mean `filters`?",
        edits=(Edit(FILTRS, "filters"),),
    ),
    "edit": _trap(),
    "related": _duplicate(),
    "warning": Diagnostic("S013", "odd", span(MNIST, "mnist"), severity=Severity.WARNING),
    "note": Diagnostic("S013", "for your notice", span(MNIST, "0.5"), severity=Severity.NOTE),
    "no place": Diagnostic("S001", "`x.yaml` does not exist", label="did you mean `y.yaml`?"),
    "no place, help": Diagnostic("S801", "`m.keras` exists", help="give `--force`"),
    "wide characters": Diagnostic("S013", "wide", span(WIDE, "ブル"), "here"),
    "tabs": Diagnostic("S013", "tabbed", span(WIDE, "64"), "here"),
    "control characters": Diagnostic("S006", "`\x1b[2J`", span(WIDE, "\x1b"), "\u202eno"),
    "long line": Diagnostic(
        "S013", "long", span(LONG, "here"), edits=(Edit(span(LONG, "here"), "there"),)
    ),
    "several lines": Diagnostic(
        "S010",
        "spans lines\nand its message too",
        span(ODD, "{\n  c: 1}"),
        edits=(Edit(span(ODD, "{\n  c: 1}"), "\n  c: 1"),),
    ),
    "end of the text": Diagnostic("S007", "nothing", Span(ODD, len(ODD.text), len(ODD.text))),
}
