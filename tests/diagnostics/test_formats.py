"""What programs read: JSON, SARIF and GitHub's workflow commands."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diagnostics import CODES, Diagnostic, Source, Span
from specc.diagnostics.render import github, sarif
from specc.diagnostics.render import json as json_format
from specc.diagnostics.render.explain import explain
from tests.diagnostics.samples import SAMPLES
from tests.diagnostics.sarif_schema import SARIF

EVERYTHING = list(SAMPLES.values())


# --- JSON ---


def report(diagnostics: list[Diagnostic]) -> Any:
    return json.loads(json_format.render(diagnostics))


@pytest.mark.parametrize("diagnostics", [[], EVERYTHING], ids=["none", "all"])
def test_json_follows_its_schema(diagnostics: list[Diagnostic]) -> None:
    jsonschema.Draft202012Validator.check_schema(json_format.SCHEMA)
    jsonschema.validate(report(diagnostics), json_format.SCHEMA)


def test_the_schema_is_no_empty_promise() -> None:
    for broken in (
        {**report(EVERYTHING), "version": 2},
        {**report(EVERYTHING), "more": 1},
        {**report([]), "diagnostics": [{"code": "S001"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, json_format.SCHEMA)


def test_json_says_all_of_a_diagnostic() -> None:
    [found] = report([SAMPLES["related"]])["diagnostics"]
    assert found == {
        "code": "S013",
        "severity": "error",
        "message": "`doc` is given twice",
        "label": "remove one",
        "help": "YAML readers differ\nin which one they keep",
        "location": {
            "file": "specs/mnist.yaml",
            "start": {"line": 12, "column": 1, "offset": 214},
            "end": {"line": 12, "column": 4, "offset": 217},
        },
        "related": [
            {
                "location": {
                    "file": "specs/mnist.yaml",
                    "start": {"line": 11, "column": 1, "offset": 205},
                    "end": {"line": 11, "column": 4, "offset": 208},
                },
                "message": "first given here",
            }
        ],
        "edits": [],
    }


def test_json_edits_and_counts() -> None:
    found = report(EVERYTHING)
    assert found["counts"] == {"error": len(EVERYTHING) - 2, "warning": 1, "note": 1}
    [edit] = found["diagnostics"][1]["edits"]
    assert edit["replacement"] == '"=min(a, b)"'


# --- SARIF ---


def run_of(diagnostics: list[Diagnostic]) -> Any:
    log = json.loads(sarif.render(diagnostics, version="1.2.3"))
    jsonschema.validate(log, SARIF)
    [run] = log["runs"]
    return run


@pytest.mark.parametrize("diagnostics", [[], EVERYTHING], ids=["none", "all"])
def test_sarif_follows_its_schema(diagnostics: list[Diagnostic]) -> None:
    run = run_of(diagnostics)
    assert len(run["results"]) == len(diagnostics)


def test_sarif_rules_are_those_used_with_their_help() -> None:
    run = run_of(EVERYTHING)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({d.code for d in EVERYTHING})
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"] == CODES[rule["id"]].explanation


def test_sarif_paths_are_relative_uris() -> None:
    locations = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]
        for result in run_of(EVERYTHING)["results"]
        if "locations" in result
    ]
    assert locations[0] == {"uri": "specs/mnist.yaml", "uriBaseId": "%SRCROOT%"}
    assert locations[-1] == {"uri": "od%20d%2C%3A%25.yaml", "uriBaseId": "%SRCROOT%"}


def test_sarif_of_an_absolute_path() -> None:
    place = Span(Source("/specs/a b.yaml", "a"), 0, 1)
    [result] = run_of([Diagnostic("S013", "x", place)])["results"]
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "file:///specs/a%20b.yaml"}


def test_sarif_fixes_and_regions() -> None:
    [result] = run_of([SAMPLES["edit"]])["results"]
    [fix] = result["fixes"]
    [change] = fix["artifactChanges"]
    region = {"startLine": 10, "startColumn": 20, "endLine": 10, "endColumn": 30}
    assert change["replacements"] == [
        {"deletedRegion": region, "insertedContent": {"text": '"=min(a, b)"'}}
    ]
    assert result["locations"][0]["physicalLocation"]["region"] == region


def test_sarif_related_places_and_levels() -> None:
    run = run_of(EVERYTHING)
    related = [
        result["relatedLocations"] for result in run["results"] if "relatedLocations" in result
    ]
    assert [[place["message"]["text"] for place in places] for places in related] == [
        ["first given here"]
    ]
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}


# --- GitHub ---


def test_github_command() -> None:
    assert github.render([SAMPLES["edit"]]) == (
        "::error file=specs/mnist.yaml,line=10,col=20,endLine=10,endColumn=30,"
        "title=S012 expression needs quotes::"
        "inside {…} quote this: YAML ends the expression at its `,`%0Amust be quoted\n"
    )


def test_github_severities_and_no_place() -> None:
    lines = github.render([SAMPLES["warning"], SAMPLES["note"], SAMPLES["no place"]]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::warning", "::notice", "::error"]
    assert lines[2].startswith("::error title=S001 file not found::`x.yaml` does not exist%0A")


def test_github_leaves_columns_out_over_several_lines() -> None:
    command = github.render([SAMPLES["several lines"]])
    assert command.startswith("::error file=od d%2C%3A%25.yaml,line=2,endLine=3,title=")


@given(st.text(), st.text())
def test_github_cannot_be_escaped_from(name: str, words: str) -> None:
    """No text in a spec or its name makes a second command, or another property."""
    place = Span(Source(name, "a"), 0, 1)
    command = github.render([Diagnostic("S013", words, place, words)])
    assert re.fullmatch(r"::error file=[^,:\n\r]*,line=1,col=1,endLine=1,[^\n\r]*\n", command)


# --- explain ---


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    title, body = explain(code.lower()).split("\n\n", 1)
    assert title == f"{code}: {CODES[code].title}"
    assert body.strip()


def test_an_unknown_code() -> None:
    with pytest.raises(LookupError, match="S999"):
        explain("S999")
