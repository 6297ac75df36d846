"""Nothing of a package is imported before the caller trusts it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import specc
from specc.errors import SpeccError


def test_untrusted_nothing_is_imported(package) -> None:
    text = package.model("Fancy: {units: 2}")
    for trust in ((), ["my_pkg_evil"], ["my_pkg.other"], ["other"]):
        with pytest.raises(SpeccError) as caught:
            specc.loads(text, trust=trust)
        assert {each.code for each in caught.value.diagnostics} == {"S504"}
    assert not package.imported.exists()
    assert "my_pkg" not in sys.modules


def test_trusted_it_is_imported(package) -> None:
    package.load("Fancy: {units: 2}")
    assert package.imported.exists()


def test_a_subpackage_may_be_trusted_alone(package) -> None:
    specc.loads(package.model("Fancy: {units: 2}"), trust=["my_pkg.layers"])


def test_a_spec_beside_a_file_of_settings_gets_no_trust(package) -> None:
    there = package.folder / "there"
    there.mkdir()
    (there / "specc.toml").write_text('trust = ["my_pkg"]\n')
    (there / "spec.yaml").write_text(package.model("Fancy: {units: 2}"))
    found = {each.code for each in specc.check(there / "spec.yaml")}
    assert found == {"S504"}
    assert not package.imported.exists()


def test_the_working_directorys_settings_trust(package) -> None:
    Path("specc.toml").write_text('trust = ["my_pkg"]\n')
    assert specc.loads(package.model("Fancy: {units: 2}")).graph is not None


def test_a_library_has_the_trust_of_its_caller_and_no_more(package) -> None:
    Path("lib.yaml").write_text(
        'specc: 1\nlibrary: lib\nimports: {Fancy: "python:my_pkg.layers:Fancy"}\n'
        "define:\n  twice:\n    inputs: [x]\n    body:\n"
        "      - {Fancy: {units: 4}, name: a}\n      - {Fancy: {units: 4}, name: b}\n"
    )
    text = (
        "specc: 1\nmodel: m\nimports: {twice: ./lib.yaml, Fancy: ./lib.yaml}\n"
        "inputs: {x: {shape: [4]}}\nbody:\n  - {twice: {}, name: t}\n  - Fancy: {units: 2}\n"
    )
    with pytest.raises(SpeccError, match="S504"):
        specc.loads(text)
    model = specc.compile(specc.loads(text, trust="my_pkg"))
    assert [layer.name for layer in model.layers] == ["x", "t.a", "t.b", "fancy_0"]


def test_check_of_a_loaded_spec_keeps_its_trust(package) -> None:
    assert specc.check(package.load("{Fancy: {units: 2}, name: f}")) == []


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("python:my_pkg.layers:Fency", "S511"),
        ("python:my_pkg.layers:system", "S511"),
        ("python:my_pkg.layers:Lambda", "S511"),
        ("python:my_pkg.layers:keras", "S511"),
        ("python:my_pkg.layers:unregistered", "S511"),
        ("python:my_pkg.nothing:X", "S510"),
        ("python:my_pkg.layers:Fancy.__init__", "S509"),
        ("python:os:system", "S504"),
        ("python:specc_tests_evil:X", "S504"),
    ],
)
def test_what_leads_to_nothing_usable(package, target: str, found: str) -> None:
    text = package.model("Bad: {}", imports=f'Bad: "{target}"')
    with pytest.raises(SpeccError) as caught:
        specc.loads(text, trust=["my_pkg"])
    assert [each.code for each in caught.value.diagnostics] == [found]
    assert caught.value.diagnostics[0].span.text == f'"{target}"'


@pytest.mark.parametrize("target", ["python:os:system", "python:builtins:eval"])
def test_a_trusted_function_is_no_op_of_a_spec(package, target: str) -> None:
    """Not even trust makes any function callable: its author registers it for that."""
    text = package.model("expr: bad('true')", imports=f'bad: "{target}"')
    with pytest.raises(SpeccError) as caught:
        specc.loads(text, trust=["my_pkg", "os", "builtins", "posix"])
    assert [each.code for each in caught.value.diagnostics] == ["S511"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise ValueError('not today')", "it raised ValueError: not today"),
        ("raise SystemExit(3)", "it raised SystemExit: 3"),
        ("def f(:", "it raised SyntaxError"),
        ("import nowhere_at_all", "it raised ModuleNotFoundError: No module named"),
        ("def f(): f()\nf()", "it raised RecursionError"),
    ],
    ids=["raises", "exits", "syntax", "imports nothing", "recurses"],
)
def test_a_module_that_fails(package, text: str, said: str) -> None:
    package.write("my_pkg.broken", text)
    spec = package.model("Bad: {}", imports='Bad: "python:my_pkg.broken:Bad"')
    with pytest.raises(SpeccError) as caught:
        specc.loads(spec, trust=["my_pkg"])
    (problem,) = caught.value.diagnostics
    assert problem.code == "S510"
    assert problem.help.startswith(said)


def test_what_a_module_prints_is_no_result(package, capsys) -> None:
    package.write("my_pkg.loud", f"print('hello')\n{'from my_pkg.layers import Fancy'}\n")
    spec = package.model("Loud: {}", imports='Loud: "python:my_pkg.loud:Nothing"')
    with pytest.raises(SpeccError):
        specc.loads(spec, trust=["my_pkg"])
    out, err = capsys.readouterr()
    assert (out, "hello" in err) == ("", True)
