"""The catalog beside the installed Keras: nothing missing, nothing different."""

import inspect

import pytest

from specc import catalog
from specc.catalog import Kind
from tests.catalog.class_examples import example
from tests.catalog.value_samples import other_value

FILES = {
    Kind.LAYER: "layers",
    Kind.INITIALIZER: "initializers",
    Kind.REGULARIZER: "regularizers",
    Kind.CONSTRAINT: "constraints",
    Kind.ACTIVATION: "activations",
    Kind.DTYPE: "dtype_policies",
    Kind.QUANTIZER: "quantizers",
    Kind.LOSS: "losses",
    Kind.METRIC: "metrics",
    Kind.OPTIMIZER: "optimizers",
    Kind.SCHEDULE: "schedules",
}
CLASSES = [
    pytest.param(kind, name, id=f"{kind.name.lower()}-{name}")
    for kind in Kind
    for name in catalog.names(kind)
    if not catalog.find(kind, name).is_function
]


def test_the_files_are_what_the_tool_writes(introspection):
    data = introspection["documents"].all_files()
    folder = catalog.store.DATA
    stale = [name for name, text in data.items() if (folder / name).read_text("utf-8") != text]
    assert stale == [], "run `python tools/generate_catalog.py`"


def test_the_files_are_of_the_installed_version(keras):
    assert catalog.keras_version() == keras.__version__


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name.lower())
def test_every_public_name_has_an_entry(introspection, kind):
    public = introspection["classes"].public_objects(FILES[kind])
    missing = [n for names in public.values() for n in names if catalog.find(kind, n) is None]
    assert public
    assert missing == []


def test_the_layers_are_143_classes_under_163_names(keras):
    names = [n for n, v in vars(keras.layers).items() if inspect.isclass(v) and n != "InputSpec"]
    entries = {catalog.find(Kind.LAYER, name) for name in names}
    assert (len(names), len(entries)) == (163, 143)


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.DTYPE], ids=lambda k: k.name)
def test_every_string_that_keras_knows_is_known(introspection, kind):
    known = introspection["classes"].string_identifiers(FILES[kind])
    lost = [name for names in known.values() for name in names if not catalog.find(kind, name)]
    assert lost == (["LossFunctionWrapper"] if kind is Kind.LOSS else [])  # not public


@pytest.mark.parametrize(("kind", "name"), CLASSES)
def test_minimal_arguments_pass_the_check_and_make_the_object(keras_forms, kind, name):
    entry = catalog.find(kind, name)
    assert catalog.check_arguments(entry, example(entry)) == []
    made = keras_forms.build(entry, example(entry))
    written = keras_forms.keras.saving.serialize_keras_object(made)
    identity = (entry.module, entry.class_name, entry.registered_name)
    assert tuple(written[k] for k in ("module", "class_name", "registered_name")) == identity


@pytest.mark.parametrize(("kind", "name"), CLASSES)
def test_what_keras_forgets_is_known(keras_forms, kind, name):
    entry = catalog.find(kind, name)
    forgotten = [p.name for p in entry.parameters if _is_forgotten(keras_forms, entry, p)]
    assert sorted(forgotten) == sorted(entry.forgotten)


def _is_forgotten(keras_forms, entry, parameter):
    """Whether a value other than the default is taken, and missing in the config made of it."""
    if parameter.name in {"lora_alpha", "use_cudnn", "flash_attention"}:  # bear on no output
        return False
    value = other_value(parameter.type, parameter.default)
    arguments = {**example(entry), parameter.name: value}
    if value is None or catalog.check_arguments(entry, arguments):
        return False
    try:
        made = keras_forms.build(entry, arguments)
    except (ValueError, TypeError):  # goes only with other arguments
        return False
    return made.get_config().get(parameter.name) in (None, parameter.default)


@pytest.mark.parametrize("name", catalog.names(Kind.LAYER))
def test_step_keys_are_those_that_the_constructor_takes(keras_forms, name):
    entry = catalog.find(Kind.LAYER, name)
    dtype = "int64" if name == "Hashing" else "float32"
    taken = {
        key
        for key, value in {"name": "zz", "trainable": False, "dtype": dtype}.items()
        if _builds(keras_forms, entry, example(entry) | {key: value})
    }
    assert taken == entry.step_keys


def _builds(keras_forms, entry, arguments):
    try:
        keras_forms.build(entry, arguments)
    except (ValueError, TypeError):
        return False
    return True


@pytest.mark.parametrize("name", catalog.names(Kind.ACTIVATION))
def test_activations_are_found_by_keras(keras, name):
    assert keras.activations.get(name).__name__ == catalog.find(Kind.ACTIVATION, name).name


def test_dtype_policy_names_are_those_that_keras_parses(keras):
    words = [*catalog.policy_names(), "int8_from_float32", "int4/64_from_bfloat16", "mixed_float32"]
    words += ["awq/4/128_from_float32", "gptq/3/-1_from_mixed_bfloat16", "int8_from_float16"]
    words += ["float8_from_mixed_bfloat16", "int8_from_mixed_float16", "half", "gptq_from_float32"]
    words += ["int8_from_bfloat16", "int4/0_from_float32", "FLOAT32", ""]

    def parses(word):
        try:
            keras.dtype_policies.get(word)
        except (ValueError, TypeError):
            return False
        return True

    assert {w: catalog.is_policy_name(w) for w in words} == {w: parses(w) for w in words}
