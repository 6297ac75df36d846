"""What an editor shows of a spec, asked of yaml-language-server itself.

`|` marks the cursor. Needs Node and `npm install -g yaml-language-server`, or the path of its
start script in YAML_LANGUAGE_SERVER; nothing is downloaded here.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.schema.documents import FORMS
from tests.schema.editor.language_server import LanguageServer

SCHEMA = Path(__file__).resolve().parents[3] / "schemas" / "specc.schema.json"
SCRIPT = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (NODE and SCRIPT),
        reason="needs node, and yaml-language-server on PATH or in YAML_LANGUAGE_SERVER",
    ),
]

MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n"
MODEL = "specc: 1\nmodel: m\ninputs: {x: {shape: [3]}}\n"
BODY = f"{MODEL}body:\n  - "
CONV = f"{BODY}Conv2D: {{filters: 3, kernel_size: 3, "

# title → text with a cursor, and labels with what they insert
COMPLETIONS = {
    "the first key": ("|", {"specc": "specc: 1"}),
    "the kinds": ("specc: 1\n|", {"model": "model: ", "layer": "layer: ", "keras": "keras: "}),
    "a model's keys": ("specc: 1\nmodel: m\n|", {"inputs": "inputs: ", "body": "body:\n  - "}),
    "a deployment's keys": ("specc: 1\ndeployment: d\n|", {"export": "export:\n  - "}),
    "a step": (f"{BODY}|", {"Flatten": "Flatten", "Dense": "Dense: {units: $1}", "for": "for: "}),
    "a step in braces": (
        f"{BODY}{{Conv|}}",
        {"Conv2D": "Conv2D: {filters: $1, kernel_size: $2}"},
    ),
    "a step in a branch": (
        f"{BODY}if: a\n    then:\n      - Den|",
        {"Dense": "Dense: {units: $1}"},
    ),
    "keys beside a layer": (f"{BODY}Dense: {{units: 3}}\n    na|", {"name": "name: "}),
    "arguments in braces": (f"{BODY}Conv2D: {{k|}}", {"kernel_size": "kernel_size"}),
    "arguments below": (
        f"{BODY}Conv2D:\n      |",
        {"filters": "filters: ", "padding": "padding: ${1:valid}", "activation": "activation: "},
    ),
    "a choice": (f"{CONV}padding: |}}", {"same": "same", "valid": "valid"}),
    "a flag": (f"{CONV}use_bias: |}}", {"true": "true", "false": "false"}),
    "an activation": (f"{CONV}activation: |}}", {"relu": "relu", "gelu": "gelu"}),
    "an initializer": (f"{CONV}kernel_initializer: |}}", {"he_normal": "he_normal"}),
    "an initializer's class": (
        f"{CONV}kernel_initializer: {{V|}}}}",
        {"VarianceScaling": "VarianceScaling"},
    ),
    "an initializer's argument": (
        f"{CONV}kernel_initializer: {{VarianceScaling: {{m|}}}}}}",
        {"mode": "mode"},
    ),
    "a wrapped layer": (
        f"{BODY}Bidirectional:\n      layer:\n        LS|",
        {"LSTM": "LSTM: {units: $1}"},
    ),
    "arguments of compile": (f"{MODEL}training:\n  |", {"optimizer": "optimizer: "}),
    "an optimizer": (f"{MODEL}training:\n  optimizer: |", {"adamw": "adamw"}),
    "an optimizer's argument": (
        f"{MODEL}training:\n  optimizer:\n    AdamW:\n      |",
        {"learning_rate": "learning_rate: ${1:0.001}"},
    ),
    "a metric": (f"{MODEL}training:\n  metrics: [|]", {"accuracy": "accuracy", "auc": "auc"}),
    "a dtype policy": (f"{MODEL}dtype: |", {"mixed_bfloat16": "mixed_bfloat16"}),
    "a param's type": (f"{MODEL}params:\n  width: |", {"int": "int", "layer": "layer"}),
    "an object": ("specc: 1\nkeras: {Ada|}", {"Adam": "Adam"}),
}

# title → text with a cursor, and what the hover says
HOVERS = {
    "a key": (f"{MODEL}bo|dy: x", ["The steps, or one tensor expression"]),
    "a layer": (
        f"{BODY}Con|v2D: {{filters: 3, kernel_size: 3}}",
        ["#### Conv2D", "2D convolution"],
    ),
    "an alias": (f"{BODY}Convo|lution2D: {{filters: 3, kernel_size: 3}}", ["2D convolution"]),
    "a bare layer": (f"{BODY}Flat|ten", ["Flattens the input"]),
    "an argument": (
        f"{CONV}strid|es: 2}}",
        ["#### Conv2D", "stride length", "an integer of at least 1", "default `[1, 1]`"],
    ),
    "an argument that is code": (f"{CONV}padd|ing: =p}}", ["#### Conv2D", "default `valid`"]),
    "a choice": (f"{CONV}padding: sa|me}}", ["Allowed Values", "`valid`", "`same`"]),
    "an initializer": (
        f"{CONV}kernel_initializer: he_|normal}}",
        ["default `glorot_uniform`", "`he_normal`: He normal initializer."],
    ),
    "an initializer's argument": (
        f"{CONV}kernel_initializer: {{HeNormal: {{se|ed: 1}}}}}}",
        ["#### HeNormal", "an integer, or null · default `null`"],
    ),
    "a wrapped layer's argument": (
        f"{BODY}Bidirectional: {{layer: {{LSTM: {{un|its: 3}}}}}}",
        ["#### LSTM", "dimensionality of the output space"],
    ),
    "an optimizer": (
        f"{MODEL}training: {{optimizer: {{Ada|mW: {{}}}}}}",
        ["#### AdamW", "implements the AdamW algorithm"],
    ),
    "a step key": (f"{BODY}{{Add: , i|n: [a, b]}}", ["The first argument"]),
    "a param": (f"{MODEL}params: {{wid|th: 3}}", ["A declared parameter"]),
}

# title → text, and the message at each underlined part
UNDERLINED = {
    "a misspelt argument": (f"{CONV}filtrs: 3}}", {"filtrs": "not allowed"}),
    "a missing argument": (
        f"{BODY}Dense: {{use_bias: true}}",
        {"Dense": 'Missing property "units"'},
    ),
    "text for a number": (f'{BODY}Dense: {{units: "3"}}', {'"3"': "an integer of at least 1"}),
    "an unknown choice": (f"{CONV}padding: vlaid}}", {"vlaid": '"valid", "same"'}),
    "a misspelt step key": (f"{BODY}{{Flatten: , nmae: x}}", {"nmae": "no such key beside it"}),
    "a misspelt key": (f"{MODEL}bdoy: x", {"bdoy": "not allowed"}),
    "no kind": ("specc: 1", {"s": "the second key says what this is"}),
    "code where an expression stands": (
        f"{BODY}for: =i\n    body: []",
        {"=i": "drop the `=`"},
    ),
    "an optimizer's old argument": (
        f"{MODEL}training: {{optimizer: {{AdamW: {{lr: 1.0}}}}}}",
        {"lr": "not allowed"},
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with LanguageServer([NODE, SCRIPT, "--stdio"], tmp_path_factory.mktemp("editor")) as started:
        yield started


def _with_cursor(text):
    before, after = f"{MODELINE}{text}".split("|")
    return before + after, before.count("\n"), len(before) - before.rfind("\n") - 1


@pytest.mark.parametrize("title", COMPLETIONS)
def test_completes(title, server):
    text, expected = COMPLETIONS[title]
    text, line, character = _with_cursor(text)
    items = server.completions(server.open(text), line, character)
    inserted = {item["label"]: item["insertText"] for item in items}
    assert expected.items() <= inserted.items(), {k: inserted.get(k) for k in expected}


def test_completions_show_doc_lines_and_no_aliases(server):
    text, line, character = _with_cursor(f"{BODY}|")
    items = {item["label"]: item for item in server.completions(server.open(text), line, character)}
    assert items["Conv2D"]["documentation"]["value"].startswith("2D convolution layer.")
    assert "Convolution2D" not in items


@pytest.mark.parametrize("title", HOVERS)
def test_shows(title, server):
    text, words = HOVERS[title]
    text, line, character = _with_cursor(text)
    shown = server.hover(server.open(text), line, character)
    assert [word for word in words if word not in shown] == [], shown


@pytest.mark.parametrize("title", UNDERLINED)
def test_underlines(title, server):
    text, expected = UNDERLINED[title]
    text = f"{MODELINE}{text}"
    found = {
        _at(text, problem["range"]): problem["message"]
        for problem in server.diagnostics(server.open(text))
    }
    assert found.keys() == expected.keys()
    assert [part for part, words in expected.items() if words not in found[part]] == [], found


@pytest.mark.parametrize("title", FORMS)
def test_underlines_nothing_that_is_right(title, server):
    found = server.diagnostics(server.open(f"{MODELINE}{FORMS[title]}"))
    assert [problem["message"] for problem in found] == []


def _at(text, span):
    start, end = (_offset(text, span[edge]) for edge in ("start", "end"))
    return text[start:end]


def _offset(text, position):
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position["line"]])) + position["character"]
