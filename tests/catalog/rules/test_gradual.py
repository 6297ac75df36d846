"""What isn't known is never an error: it goes through every rule of a layer."""

import pytest

from specc.catalog import Kind, find
from specc.catalog.rules import (
    SHAPE_RULES,
    SLOT_RULES,
    UNKNOWN,
    RuleError,
    TensorSpec,
    infer_layer,
    leaves,
)
from tests.catalog.class_examples import example

NAMES = sorted(SHAPE_RULES)
POLICY = {"QuantizedDTypePolicy": {"mode": "int8", "source_name": "float32"}}
SEVERAL = {
    "two": [UNKNOWN, UNKNOWN],
    "three": [UNKNOWN] * 3,
    "named": {"a": UNKNOWN, "b": UNKNOWN},
    "none": [],
}


def inferred(name, inputs, dtype="float32"):
    entry = find(Kind.LAYER, name)
    return infer_layer(entry, example(entry), dtype, inputs)


@pytest.mark.parametrize("dtype", ["float32", POLICY], ids=["float32", "a policy"])
@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_tensor_is_taken(name, dtype):
    found = inferred(name, UNKNOWN, dtype)
    assert all(isinstance(leaf, TensorSpec) for leaf in leaves(found.outputs))


@pytest.mark.parametrize("inputs", SEVERAL.values(), ids=SEVERAL)
@pytest.mark.parametrize("name", NAMES)
def test_only_the_number_of_unknown_tensors_can_be_wrong(name, inputs):
    try:
        inferred(name, inputs)
    except RuleError as error:
        assert any(word in error.message for word in ("tensor", "alone")), error.message


def test_a_class_with_one_rule_has_the_other():
    assert SHAPE_RULES.keys() == SLOT_RULES.keys()
