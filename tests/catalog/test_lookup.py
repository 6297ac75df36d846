"""Finding entries, and what they hold."""

import subprocess
import sys

import pytest

from specc import catalog
from specc.catalog import Kind

SAME = {
    "an alias": (Kind.LAYER, "Convolution2D", "Conv2D"),
    "a short name": (Kind.LAYER, "MaxPool2D", "MaxPooling2D"),
    "an identifier": (Kind.INITIALIZER, "glorot_uniform", "GlorotUniform"),
    "an old identifier": (Kind.INITIALIZER, "uniform", "RandomUniform"),
    "a regularizer": (Kind.REGULARIZER, "l1_l2", "L1L2"),
    "an optimizer": (Kind.OPTIMIZER, "adamw", "AdamW"),
    "a loss function": (Kind.LOSS, "mse", "mean_squared_error"),
    "a metric": (Kind.METRIC, "mse", "MeanSquaredError"),
    "an activation": (Kind.ACTIVATION, "swish", "silu"),
}


@pytest.mark.parametrize(("kind", "name", "canonical"), SAME.values(), ids=SAME)
def test_aliases_resolve_to_one_entry(kind, name, canonical):
    assert catalog.find(kind, name) is catalog.find(kind, canonical)
    assert catalog.find(kind, name).name == canonical


def test_unknown_names_are_not_found():
    assert catalog.find(Kind.LAYER, "Conv2d") is None
    assert catalog.find(Kind.LAYER, "relu") is None


def test_private_layers_of_the_applications_are_found():
    entry = catalog.find(Kind.LAYER, "LayerScale")
    assert (entry.module, entry.registered_name) == (
        "keras.src.applications.convnext",
        "LayerScale",
    )


def test_names_are_those_that_a_spec_may_use():
    assert "Lambda" not in catalog.names(Kind.LAYER)
    assert "expr:" in catalog.find(Kind.LAYER, "Lambda").refused
    assert catalog.find(Kind.LAYER, "Dense").refused is None


def test_calls_tell_tensors_from_constants():
    call = catalog.find(Kind.LAYER, "MultiHeadAttention").call
    assert call.first == "query"
    assert call.tensors[:3] == ("query", "value", "key")
    assert "use_causal_mask" not in call.tensors
    assert (call.takes_training, call.takes_mask) == (True, False)
    assert call.argument("value").required


def test_every_parameter_says_what_it_takes():
    silent = [
        f"{name}.{parameter.name}"
        for kind in Kind
        for name in catalog.names(kind)
        for parameter in catalog.find(kind, name).parameters
        if parameter.type.describe() == "null"
    ]
    assert silent == []


def test_every_relation_speaks_of_parameters_that_exist():
    for kind in Kind:
        for name in catalog.names(kind):
            entry = catalog.find(kind, name)
            for relation in catalog.check.relations_of(kind, name, entry.by_name):
                assert set(relation.parameters) <= entry.by_name.keys(), name


def test_every_line_of_the_tables_speaks_of_something_that_exists():
    tables, refused, configs = catalog.store.TABLES, catalog.store.REFUSED, catalog.store.configs
    named = [(k, n, p) for k, table in tables.items() for n, ps in table.items() for p in ps]
    named += [(k, n, None) for k, names in refused.items() for n in names]
    named += [(*key, p) for key, ps in configs.FORGOTTEN.items() for p in ps]
    named += [(*key, p) for key, ps in configs.ALWAYS_WRITTEN.items() for p in ps]
    lost = [line for line in named if not _exists(*line)]
    assert lost == []


def _exists(kind, name, parameter):
    entry = catalog.find(kind, name)
    return entry is not None and (parameter is None or entry.parameter(parameter) is not None)


def test_nothing_of_keras_is_imported():
    code = (
        "import sys\n"
        "from specc import catalog\n"
        "for kind in catalog.Kind:\n"
        "    for name in catalog.names(kind):\n"
        "        catalog.model_of(catalog.find(kind, name))\n"
        "catalog.operators(), catalog.find_random('normal')\n"
        "print(sorted({'keras', 'tensorflow', 'numpy'} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
