"""The schema, ready to validate with."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from specc.diagnostics import Diagnostics, Source
from specc.schema import language_schema
from specc.source import read_yaml
from specc.source.nodes import to_plain


@pytest.fixture(scope="session")
def validator() -> Draft202012Validator:
    return Draft202012Validator(language_schema())


@pytest.fixture(scope="session")
def plain():
    """Reads YAML as specc does: 1.2's core scalars, no duplicate keys."""

    def read(text: str) -> object:
        diagnostics = Diagnostics()
        node = read_yaml(Source("spec.yaml", text), diagnostics)
        assert node is not None, list(diagnostics)
        return to_plain(node)

    return read
