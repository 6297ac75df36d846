"""The schema itself: valid, complete, small, and the same as the file."""

from __future__ import annotations

import json
from pathlib import Path

import generate_schemas
from jsonschema import Draft202012Validator

from specc.catalog import Kind, find, names
from specc.language import KINDS, Part, Step
from specc.schema import language_schema
from specc.schema.later import LATER

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = language_schema()


def test_is_a_valid_schema():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_definition_is_there_and_used():
    text = json.dumps(SCHEMA)
    used = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert used == SCHEMA["$defs"].keys()


def test_files_are_what_the_code_says():
    for name, text in generate_schemas.texts().items():
        assert (ROOT / "schemas" / name).read_text(encoding="utf-8") == text, "run `make schemas`"


def test_is_deterministic_and_of_sensible_size():
    [text] = generate_schemas.texts().values()
    assert json.dumps(language_schema()) == json.dumps(SCHEMA)
    assert len(text.encode()) < 1_500_000


def test_documents_have_the_keys_of_the_language():
    for name, kind in KINDS.items():
        assert tuple(SCHEMA["$defs"][f"document.{name}"]["properties"]) == kind.keys()


def test_steps_have_the_keys_of_the_language():
    assert set(Step.keys()) <= SCHEMA["$defs"]["step"]["properties"].keys()


def test_forms_of_later_keys_are_of_keys_that_there_are():
    keys = {part.__name__: part.keys() for part in _parts(Part)}
    assert [(part, key) for part, key in LATER if key not in keys[part]] == []


def _parts(part):
    return [part, *(below for child in part.__subclasses__() for below in _parts(child))]


def test_every_key_of_the_language_is_described():
    bare = [
        f"{name}.{key}"
        for name, schema in SCHEMA["$defs"].items()
        if name.startswith("document.") or name in ("step", "input", "table", "definition")
        for key, value in schema["properties"].items()
        if "description" not in _resolved(value) and "doNotSuggest" not in value
    ]
    assert bare == []


def test_every_class_is_offered_with_its_doc_line_and_arguments():
    steps = SCHEMA["$defs"]["step"]["properties"]
    for name in names(Kind.LAYER):
        entry, use = find(Kind.LAYER, name), _resolved(steps[name])
        assert entry.doc in use["description"]
        arguments = SCHEMA["$defs"][f"layer.{name}.arguments"]["properties"]
        assert [*arguments] == [parameter.name for parameter in entry.parameters]
        assert all(value["markdownDescription"] for value in arguments.values())


def test_aliases_are_known_and_not_offered():
    steps = SCHEMA["$defs"]["step"]["properties"]
    assert steps["Convolution2D"]["doNotSuggest"]
    assert _resolved(steps["Convolution2D"]["allOf"][0]) == _resolved(steps["Conv2D"])


def _resolved(schema):
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**SCHEMA["$defs"][name], **schema} if name else schema
