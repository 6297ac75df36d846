"""Every function of `keras.ops`: it has a rule, or stands in a list that says why not."""

import pytest

from specc import catalog
from specc.catalog.rules import UNKNOWN, RuleError, TensorSpec, infer_op, leaves
from specc.catalog.rules.ops import OP_RULES

NO_RULE = {
    "ndim": "a number; of symbolic tensors Keras makes a tensor of a wrong shape",
    "shape": "a tuple of sizes, which programs read by themselves",
}
PARTLY = {
    "adaptive_average_pool": "with channels last Keras says a wrong rank",
    "adaptive_max_pool": "with channels last Keras says a wrong rank",
    "corrcoef": "Keras says the shape of the input",
    "eig": "Keras says that complex numbers are real",
    "lu_factor": "Keras says that pivots are floating-point numbers",
    "multi_hot": "Keras says the dtype of the labels",
    "polar": "Keras says that complex numbers are real",
}
"""Functions whose symbolic result isn't what Keras computes: there the rule says unknown."""

NOT_SYMBOLIC = {"arange"}
DTYPES = (
    "float32", "bfloat16", "float16", "float64", "int8", "int16", "int32", "int64", "uint8",
    "uint16", "uint32", "uint64", "bool", "complex64",
)  # fmt: skip
MAPPED = [name for name in catalog.op_names() if catalog.find_op(name).operation is not None]
RULED = [name for name in MAPPED if name not in NO_RULE and name not in NOT_SYMBOLIC]
ODD = [
    None, UNKNOWN, TensorSpec((), "int32"), TensorSpec((None,), None), TensorSpec((2, 3)), "word",
    0, -1, 7, 1.5, True, [], [UNKNOWN], [None, 2], (0, 0), slice(None, 2), [slice(1, None), ...],
    float("nan"), [[1, 2], [3]], {"a": 1},
]  # fmt: skip


@pytest.fixture(scope="module")
def example(keras, op_example):
    """Arguments by name, with specs for tensors."""

    def spec(value):
        if isinstance(value, keras.KerasTensor):
            return TensorSpec(tuple(value.shape), keras.backend.standardize_dtype(value.dtype))
        return value

    return lambda name: keras.tree.map_structure(spec, op_example(catalog.find_op(name)))


def with_specs(value, change):
    """The same arguments, each spec changed."""
    if isinstance(value, TensorSpec):
        return change(value)
    if isinstance(value, list | tuple):
        return type(value)(with_specs(item, change) for item in value)
    if isinstance(value, dict):
        return {key: with_specs(item, change) for key, item in value.items()}
    return value


def test_every_function_has_a_rule_or_a_reason():
    names = set(catalog.op_names())
    assert set(NO_RULE) == names - set(OP_RULES)
    assert {f"random.{name}" for name in catalog.random_names()} == set(OP_RULES) - names
    assert set(PARTLY) <= set(OP_RULES)
    assert (len(names & set(OP_RULES)), len(NO_RULE)) == (321, 2)


@pytest.mark.parametrize("name", RULED)
def test_as_keras_says_for_every_dtype(op_harness, example, name):
    arguments = example(name)
    for dtype in DTYPES:
        given = with_specs(
            arguments, lambda s, d=dtype: TensorSpec(s.shape, d) if s.dtype == "float32" else s
        )
        op_harness.agree(name, given, known=dtype == "float32" and name not in PARTLY)


@pytest.mark.parametrize("name", RULED)
def test_unknown_sizes_spread(op_harness, example, name):
    arguments = example(name)
    for place in range(3):
        given = with_specs(arguments, lambda s, p=place: TensorSpec(unsized(s.shape, p), s.dtype))
        op_harness.agree(name, given, known=False)
    nothing = with_specs(arguments, lambda s: UNKNOWN)
    for spec in leaves(op_harness.inferred(name, nothing)):
        assert spec.shape is None or name in KNOWN_ANYWAY


KNOWN_ANYWAY = {
    "allclose", "broadcast_to", "cast", "full", "psnr", "scatter", "size", "slice", "unique",
    "vdot",
}  # fmt: skip
"""Functions that say their result's shape whatever their inputs are."""


def unsized(shape, place):
    """A shape with one size unknown, or all of them."""
    if place == 2:
        return (None,) * len(shape)
    return tuple(None if axis == place else size for axis, size in enumerate(shape))


@pytest.mark.parametrize("name", RULED)
def test_less_knowledge_gives_less_and_nothing_else(op_harness, example, name):
    """What is said of unknown sizes holds for every size that they may have."""
    arguments = example(name)
    try:
        full = op_harness.inferred(name, arguments)
    except RuleError:
        pytest.fail("the example is refused")
    for place in range(3):
        given = with_specs(arguments, lambda s, p=place: TensorSpec(unsized(s.shape, p), s.dtype))
        try:
            less = op_harness.inferred(name, given)
        except RuleError as error:
            assert "know" in error.message  # it says that it needs to know a size
            continue
        if less != UNKNOWN:
            assert op_harness.filled(less, full) == full, (given, less, full)


@pytest.mark.parametrize("name", sorted(OP_RULES))
def test_odd_arguments_are_refused_or_unknown(name):
    """Whatever stands in an argument: no other error than a refusal."""
    random = name.startswith("random.")
    op = catalog.find_random(name.removeprefix("random.")) if random else catalog.find_op(name)
    usual = {each.name: each.default for each in op.parameters}
    tensors = dict.fromkeys(op.tensors, TensorSpec((2, 3, 4)))
    for base in ({**usual}, {**usual, **tensors}):
        for parameter in base:
            for odd in ODD:
                try:
                    infer_op(name, {**base, parameter: odd})
                except RuleError as error:
                    assert error.message[:1].islower()


EAGER = [
    ("zeros", {"shape": (2, 3)}),
    ("ones", {"shape": [2], "dtype": "int32"}),
    ("empty", {"shape": ()}),
    ("full", {"shape": (2,), "fill_value": 1.0}),
    ("eye", {"N": 3}),
    ("eye", {"N": 3, "M": 4, "k": 1, "dtype": "int32"}),
    ("tri", {"N": 3, "M": 2}),
    ("identity", {"n": 4, "dtype": "bool"}),
    ("bartlett", {"x": 5}),
    ("blackman", {"x": 5}),
    ("hamming", {"x": 5}),
    ("hanning", {"x": 5}),
    ("kaiser", {"x": 5, "beta": 2.0}),
    ("arange", {"start": 5}),
    ("arange", {"start": 5.0}),
    ("arange", {"start": 1, "stop": 8, "step": 3}),
    ("arange", {"start": 8, "stop": 1, "step": -2}),
    ("arange", {"start": 3, "stop": 1}),
    ("arange", {"start": 0, "stop": 1, "step": 0.25, "dtype": "float16"}),
    ("linspace", {"start": 0, "stop": 1, "num": 5}),
    ("linspace", {"start": 0.0, "stop": 1.0, "dtype": "float16"}),
    ("logspace", {"start": 0.0, "stop": 1.0, "num": 3}),
    ("geomspace", {"start": 1.0, "stop": 8.0, "num": 4}),
    ("array", {"x": 3.0, "dtype": "int32"}),
]


@pytest.mark.parametrize(("name", "arguments"), EAGER)
def test_tensors_made_of_numbers(op_harness, name, arguments):
    op_harness.agree(name, arguments, known=name != "array")


RANDOM = [
    ("normal", {"shape": (2, 3)}),
    ("uniform", {"shape": (2,), "dtype": "float16"}),
    ("truncated_normal", {"shape": ()}),
    ("randint", {"shape": (4,), "minval": 0, "maxval": 3}),
    ("randint", {"shape": (4,), "minval": 0, "maxval": 3, "dtype": "uint8"}),
    ("gamma", {"shape": (2,), "alpha": 1.0}),
    ("beta", {"shape": (2,), "alpha": 1.0, "beta": 1.0}),
    ("binomial", {"shape": (2,), "counts": 3.0, "probabilities": 0.5}),
    ("categorical", {"logits": TensorSpec((2, 5)), "num_samples": 3}),
    ("dropout", {"inputs": TensorSpec((2, 5), "float16"), "rate": 0.5}),
    ("shuffle", {"x": TensorSpec((4, 2), "int64")}),
]


@pytest.mark.parametrize(("name", "arguments"), RANDOM)
def test_random_functions(keras, name, arguments):
    def tensor(value):
        return keras.ops.ones(value.shape, value.dtype) if isinstance(value, TensorSpec) else value

    made = getattr(keras.random, name)(**{key: tensor(v) for key, v in arguments.items()})
    usual = {each.name: each.default for each in catalog.find_random(name).parameters}
    dtype = keras.backend.standardize_dtype(made.dtype)
    found = infer_op(f"random.{name}", {**usual, **arguments})
    assert found == TensorSpec(tuple(made.shape), dtype)


@pytest.mark.long
@pytest.mark.parametrize("name", RULED)
def test_nothing_else_is_computed(keras, op_harness, example, name):
    """What the backend makes of real tensors is what the rule says, as far as it says it."""
    from keras.src import backend

    arguments = example(name)
    for dtype in ("float32", "bfloat16", "int32", "int64", "int8", "bool"):
        given = with_specs(
            arguments, lambda s, d=dtype: TensorSpec(s.shape, d) if s.dtype == "float32" else s
        )
        computed = op_harness.computed(backend, name, given)
        if computed is None:
            continue  # not all take all dtypes
        ours, theirs = op_harness.inferred(name, given), list(leaves(computed))
        if ours != UNKNOWN:
            assert op_harness.filled(list(leaves(ours)), theirs) == theirs, (given, ours)
