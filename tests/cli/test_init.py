"""`specc init` and `specc schema`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from specc.cli.commands.init import FILES, SCHEMA
from tests.cli.conftest import Specc

KINDS = {".json": json.loads, ".yaml": yaml.safe_load, ".yml": yaml.safe_load}


def test_a_new_project_is_in_order(specc: Specc, folder: Path) -> None:
    done = specc("init", "new")
    assert (done.code, done.out) == (0, "")
    assert "cd new\n" in done.err
    made = {
        p.relative_to(folder / "new").as_posix() for p in (folder / "new").rglob("*") if p.is_file()
    }
    assert made == {*FILES, SCHEMA}
    assert specc("check", "new/specs") == (0, "1 spec, no problems\n", "")


def test_its_files_are_well_formed(specc: Specc, folder: Path) -> None:
    specc("init", "new", "--quiet")
    for path in (folder / "new").rglob("*.*"):
        if path.suffix in KINDS and path.name != "digits.yaml":
            assert KINDS[path.suffix](path.read_text(encoding="utf-8"))


def test_its_editor_knows_its_spec(specc: Specc, folder: Path) -> None:
    specc("init", "new")
    spec, schema = (folder / "new" / name for name in ("specs/digits.yaml", SCHEMA))
    modeline = spec.read_text(encoding="utf-8").partition("\n")[0]
    assert (spec.parent / modeline.partition("$schema=")[2]).resolve() == schema
    loaded = json.loads(schema.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(loaded)
    document = yaml.safe_load(spec.read_text(encoding="utf-8"))
    assert not list(validator.iter_errors(document))
    document["body"][0]["Conv2D"]["filtrs"] = 3
    assert list(validator.iter_errors(document))


def test_nothing_is_overwritten(specc: Specc, folder: Path) -> None:
    (folder / "specs").mkdir()
    (folder / "specs/digits.yaml").write_text("mine")
    (folder / "specc.toml").symlink_to("nowhere.toml")
    done = specc("init")
    assert done.code == 0
    assert "kept  specs/digits.yaml\n" in done.err
    assert "cd " not in done.err
    assert (folder / "specs/digits.yaml").read_text() == "mine"
    assert (folder / "specc.toml").is_symlink()
    again = specc("init")
    assert "wrote" not in again.err


def test_a_file_in_the_way(specc: Specc) -> None:
    done = specc("init", "digits.yaml")
    assert done.code == 1
    assert "error[S802]" in done.err


def test_schema(specc: Specc, folder: Path) -> None:
    printed = specc("schema")
    assert (printed.code, printed.err) == (0, "")
    jsonschema.Draft202012Validator.check_schema(json.loads(printed.out))
    assert specc("schema", "-o", "s.json") == (0, "", "wrote s.json\n")
    assert (folder / "s.json").read_text(encoding="utf-8") == printed.out
    assert specc("schema", "-o", "s.json").code == 1
    assert specc("schema", "-o", "s.json", "--force", "-q") == (0, "", "")


@pytest.mark.parametrize("name", [name for name in FILES if name != "specs/digits.yaml"])
def test_templates_end_in_a_newline(specc: Specc, folder: Path, name: str) -> None:
    specc("init", "new")
    assert (folder / "new" / name).read_text(encoding="utf-8").endswith("\n")
