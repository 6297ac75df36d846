"""From YAML to documents: forms, and that a part knows where it is written."""

from __future__ import annotations

from typing import Any

import pytest

from specc.diagnostics import Diagnostics, Source
from specc.language import (
    KINDS,
    Document,
    Inputs,
    KerasObject,
    Library,
    Model,
    Param,
    Step,
    read_document,
)
from specc.language.fields import is_local_name
from specc.language.params import is_type_name
from specc.source import read_yaml, to_plain


def _read(text: str) -> tuple[Document | None, Diagnostics]:
    found = Diagnostics()
    node = read_yaml(Source("spec.yaml", text), found)
    assert node is not None
    return read_document(node, found), found


def _model(body: str) -> Model:
    document, found = _read(f"specc: 1\nmodel: m\n{body}\n")
    assert not len(found), [str(each) for each in found]
    assert isinstance(document, Model)
    return document


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("model: m", Model),
        ("library: m", Library),
        ("keras: Dense", KerasObject),
        ("layer: m", KINDS["layer"]),
        ("deployment: m\nmodel: ./m.yaml", KINDS["deployment"]),
    ],
)
def test_the_second_key_says_the_kind(text: str, kind: type[Document]) -> None:
    document, found = _read(f"specc: 1\n{text}\n")
    assert type(document) is kind
    assert not len(found)


@pytest.mark.parametrize(
    ("written", "kind", "default"),
    [
        pytest.param("3", None, 3, id="a default"),
        pytest.param("int", "int", None, id="a bare type"),
        pytest.param("'int'", "int", None, id="a type is one in quotes too"),
        pytest.param("'list[int]'", "list[int]", None, id="a list of a type"),
        pytest.param("'dict[str, list[float]]'", "dict[str, list[float]]", None, id="nested"),
        pytest.param("{type: int, default: 3, min: 1}", "int", 3, id="in full"),
        pytest.param("{default: 3}", None, 3, id="a default in full"),
        pytest.param("{min: 1}", None, None, id="bounds alone"),
        pytest.param("{a: 1, b: 2}", None, {"a": 1, "b": 2}, id="a mapping for a default"),
        pytest.param("{}", None, {}, id="an empty mapping"),
        pytest.param("{default: {type: x}}", None, {"type": "x"}, id="a default with such keys"),
        pytest.param("[1, 2]", None, [1, 2], id="a list for a default"),
        pytest.param("relu", None, "relu", id="a text"),
        pytest.param("=a + 1", None, "=a + 1", id="code"),
    ],
)
def test_forms_of_params(written: str, kind: str | None, default: Any) -> None:
    param = _model(f"params: {{a: 1, p: {written}}}").params["p"]
    assert isinstance(param, Param)
    assert param.type == kind
    assert (None if param.default is None else to_plain(param.default)) == default


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("int", True),
        ("shape", True),
        ("list[list[int]]", True),
        ("dict[str,int]", True),
        ("dict[str, list[str]]", True),
        ("dict[int, int]", False),
        ("list[]", False),
        ("list[foo]", False),
        ("list", False),
        ("Int", False),
        (3, False),
    ],
)
def test_names_of_types(name: object, expected: bool) -> None:
    assert is_type_name(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", True),
        ("x_1", True),
        ("X", True),
        ("_", False),
        ("_x", False),
        ("1x", False),
        ("é", False),
        ("a b", False),
        ("class", False),
        ("None", False),
        ("training", False),
        ("random", False),
        ("", False),
        (3, False),
    ],
)
def test_names_that_expressions_can_use(name: object, expected: bool) -> None:
    assert is_local_name(name) is expected


@pytest.mark.parametrize(
    ("written", "form", "names"),
    [
        ("{a: {shape: [1]}, b: {shape: [1]}}", "mapping", ["a", "b"]),
        ("[{name: a, shape: [1]}, {name: b, shape: [1]}]", "list", ["a", "b"]),
        ("[a, b]", "list", ["a", "b"]),
        ("{for: a in b, key: a, each: {shape: [1]}}", "mapping", []),
    ],
)
def test_forms_of_inputs(written: str, form: str, names: list[str]) -> None:
    inputs = _model(f"inputs: {written}").inputs
    assert isinstance(inputs, Inputs)
    assert (inputs.form, list(inputs.entries)) == (form, names)
    assert (inputs.table is not None) is (not names)


def _step(written: str) -> Step:
    return _model(f"body:\n  - {written}").body[0]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("Flatten", "use"),
        ("{Dense: {units: 3}, name: a}", "use"),
        ("{block: , in: x}", "use"),
        ("{expr: x + 1}", "expr"),
        ("{expr: {a: x, b: a}}", "expr"),
        ("{for: i in a, body: []}", "for_"),
        ("{repeat: 2, body: x}", "repeat"),
        ("{if: a, then: [], else: x}", "if_"),
        ("{update: {w: x}}", "update"),
        ("{add_loss: x}", "add_loss"),
    ],
)
def test_a_step_has_one_what(written: str, what: str) -> None:
    step = _step(written)
    kinds = ("use", "expr", "for_", "repeat", "if_", "update", "add_loss")
    assert [kind for kind in kinds if getattr(step, kind) is not None] == [what]


def test_a_one_line_body_is_a_step() -> None:
    (step,) = _model("body: x + 1").body
    assert step.expr is not None
    assert step.expr[0][1].text == "x + 1"


def test_a_part_knows_where_it_stands() -> None:
    step = _step("{Dense: {units: 3}, name: a, args: {mask: m}}")
    assert str(step.span("name")) == "spec.yaml:4:31"
    assert str(step.span("args", "mask", key=True)) == "spec.yaml:4:41"
    assert str(step.span("nothing")) == "spec.yaml:4:5"
    assert step.use is not None
    assert str(step.use.name_node.span) == "spec.yaml:4:6"


def test_a_wrong_part_is_broken_and_the_rest_is_not() -> None:
    document, found = _read(
        "specc: 1\nmodel: m\nbody:\n  - {name: a}\n  - {Dense: {units: 3}}\n  - {repeat: 2}\n"
    )
    assert isinstance(document, Model)
    assert [step.broken for step in document.body] == [True, False, True]
    assert [each.code for each in found.sorted()] == ["S110", "S111"]


def test_what_is_misspelt_is_left_out_and_known() -> None:
    document, found = _read("specc: 1\nmodel: m\ninputs: {x: {shap: [1]}}\n")
    assert isinstance(document, Model)
    assert document.inputs is not None
    assert document.inputs.entries["x"].misspelt
    assert [each.code for each in found] == ["S102"]


@pytest.mark.parametrize("version", ["1", "1 "])
def test_the_version(version: str) -> None:
    document, found = _read(f"specc: {version}\nmodel: m\n")
    assert document is not None
    assert not len(found)


def test_a_document_with_a_wrong_name_is_read_all_the_same() -> None:
    document, found = _read("specc: 1\nmodel: [m]\nbody: x\n")
    assert isinstance(document, Model)
    assert document.body
    assert [each.code for each in found] == ["S114"]
