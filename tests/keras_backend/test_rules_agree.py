"""What the catalog's rules say of every spec, against the models that Keras builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import specc
from specc.api import specs as api
from specc.spec import Spec

ROOT = Path(__file__).parents[2]
LARGE = {
    *(f"efficientnet-{variant}" for variant in ("b4", "b5", "b6", "b7")),
    "resnet-resnet152", "bert_encoder-large", "bert_encoder-untied", "transformer-base",
}  # fmt: skip


def specs() -> Iterator[object]:
    """Every model of `specs/`, in each of its variants."""
    for path in sorted((ROOT / "specs").glob("**/*.yaml")):
        text = path.read_text(encoding="utf-8")
        if "\nmodel:" not in text:
            continue
        for variant in yaml.safe_load(text).get("variants") or [None]:
            name = f"{path.stem}-{variant}"
            marks = [pytest.mark.long] if name in LARGE else []
            yield pytest.param(path, variant, id=name, marks=marks)


MODELS = list(specs())


@pytest.mark.parametrize(("path", "variant"), MODELS)
def test_the_rules_know_what_keras_builds(keras: object, path: Path, variant: str | None) -> None:
    spec = specc.load(path, variant=variant)
    known = api.known_summary(spec)
    assert known is not None, unknown(spec)
    assert known == api.show(spec, keras=True)


@pytest.mark.parametrize(("path", "variant"), MODELS)
def test_slots_are_the_variables_that_keras_makes(
    keras: object, path: Path, variant: str | None
) -> None:
    from specc.keras_backend import build_unfilled

    spec = specc.load(path, variant=variant)
    assert spec.graph is not None
    _, built = build_unfilled(spec.graph)
    real = {(s.key, tuple(s.variable.shape), s.variable.dtype) for s in built}
    assert {(s.key, s.shape, s.dtype) for s in spec.slots or ()} == real


def unknown(spec: Spec) -> list[str]:
    """The operations whose variables the rules don't know."""
    assert spec.graph is not None
    graph = spec.graph
    return [
        operation.key
        for operation, slots in zip(graph.operations, graph.slots, strict=True)
        if slots is None and operation.graph is None
    ]
