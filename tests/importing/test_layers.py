"""Every class of the catalog, with several arguments, survives the way to text and back."""

from __future__ import annotations

import json
from contextlib import suppress

import keras
import pytest

import specc
from specc import catalog
from specc.catalog import Kind
from specc.importing import object_text
from tests.catalog.class_examples import example
from tests.catalog.value_samples import other_value

KINDS = [kind for kind in Kind if kind not in (Kind.ACTIVATION, Kind.DTYPE)]
CLASSES = [
    (kind, name)
    for kind in KINDS
    for name in catalog.names(kind)
    if not catalog.find(kind, name).is_function and not name.endswith("QuantizationConfig")
]
DRAWN = {"seed"}
"""What Keras draws where none is given."""


def configs(entry):
    """The fewest arguments, and each other argument beside them."""
    fewest = example(entry)
    yield fewest
    for parameter in entry.parameters:
        if parameter.name in entry.forgotten or parameter.name in fewest:
            continue
        with suppress(StopIteration):  # of a type without another value
            value = other_value(parameter.type, parameter.default)
            yield {**fewest, parameter.name: value}


def make(entry, arguments):
    """The Keras object of arguments; None where they don't go together."""
    text = json.dumps({"specc": 1, "keras": {entry.name: arguments}})
    try:
        return specc.compile(specc.loads(text))
    except specc.SpeccError:
        return None


def written(made):
    """Its config, without what is counted or drawn."""
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    return _stripped(config)


def _stripped(value):
    if isinstance(value, dict):
        return {k: _stripped(v) for k, v in value.items() if k not in {"name", "build_config"}}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name"), CLASSES, ids=str)
def test_a_class_comes_back(kind, name) -> None:
    entry = catalog.find(kind, name)
    objects = [made for given in configs(entry) if (made := make(entry, given)) is not None]
    assert objects
    for made in objects:
        spec = specc.from_keras(made)
        again = specc.compile(spec)
        assert written(again) == written(made), spec.text


REFUSED = {
    name
    for name in catalog.all_names(Kind.LAYER)
    if (entry := catalog.find(Kind.LAYER, name)) is not None and entry.refused is not None
}


def test_the_table_has_every_public_layer() -> None:
    public = {
        name
        for name, each in vars(keras.layers).items()
        if isinstance(each, type) and issubclass(each, keras.layers.Layer)
    }
    tried = {catalog.find(kind, name).class_name for kind, name in CLASSES if kind is Kind.LAYER}
    aliases = {name for name in public if getattr(keras.layers, name).__name__ in tried}
    bases = {"Layer", "InputLayer", "Wrapper"}  # nothing to write: no computation of their own
    assert public - tried - aliases - bases <= REFUSED
    assert {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"} <= REFUSED


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_refused_layer_says_why_and_what_instead(name) -> None:
    inner = {"module": "keras.layers", "class_name": name, "config": {"name": "it"}}
    config = {"module": "keras.layers", "registered_name": None, **inner}
    with pytest.raises(specc.SpeccError, match="S522") as caught:
        object_text(config, "it")
    assert len(caught.value.diagnostics[0].help) > 20
