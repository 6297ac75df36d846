"""What an expression's program gives, against the layer that runs it."""

import pytest

from specc.catalog.rules import UNKNOWN, RuleError, TensorSpec
from specc.passes.program_inference import infer_program
from tests.keras_backend.specs import compile_body

X, Y = TensorSpec((None, 4, 8)), TensorSpec((2, 8), "int32")


def inferred(*steps, inputs=(X, Y)):
    program = [[name, text] for name, text in steps]
    arguments = {"inputs": ["x", "y"][: len(inputs)], "program": program}
    return infer_program(arguments, list(inputs), lambda name, attribute: UNKNOWN)


@pytest.fixture(scope="module")
def observed(keras):
    """What the layer says of symbolic tensors."""
    from specc.keras_backend.expression import Expression

    def spec(tensor):
        return TensorSpec(tuple(tensor.shape), keras.backend.standardize_dtype(tensor.dtype))

    def call(*steps):
        layer = Expression(inputs=["x", "y"], program=[list(step) for step in steps])
        tensors = [keras.KerasTensor(each.shape, each.dtype) for each in (X, Y)]
        return keras.tree.map_structure(spec, layer(tensors))

    return call


PROGRAMS = [
    "x * 2 + 1",
    "x / y[:1]",
    "y // 2",
    "-x",
    "x > 0",
    "x[:, 0]",
    "x[1:]",
    "x[..., None]",
    "x[:, ::2, 1:-1]",
    "x @ transpose(x, [0, 2, 1])",
    "reshape(x, (x.shape[0], -1))",
    "reshape(x, (-1, x.shape[1] * x.shape[2]))",
    "mean(x, axis=-1, keepdims=True)",
    "concatenate([x, zeros(shape(x))], axis=-1)",
    "einsum('bij,kj->bik', x, cast(y, 'float32'))",
    "where(x > 0, x, 0.0)",
    "one_hot(argmax(x, axis=-1), 5)",
    "arange(x.shape[1])",
    "ones((2, x.shape[-1]), dtype='int32')",
    "random.normal(shape(y))",
    "random.uniform((3, x.shape[2]))",
    "random.dropout(x, 0.5)",
    "sum(y)",
    "cast(x, 'bfloat16') + 1",
    "stack([y, y + 1], axis=1)",
    "softmax(x)",
]


@pytest.mark.parametrize("text", PROGRAMS)
def test_as_the_layer_says(observed, text):
    ours, theirs = inferred(("a", text)), observed(("a", text))
    assert ours.dtype == theirs.dtype
    assert len(ours.shape) == len(theirs.shape)
    pairs = zip(ours.shape, theirs.shape, strict=True)
    assert all(size in (None, real) for size, real in pairs), (ours, theirs)


def test_steps_read_those_before(observed):
    steps = [("a", "x[:, 0]"), ("b", "a * 2.0"), ("c", "expand_dims(b, -1)")]
    assert inferred(*steps) == observed(*steps)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[:, x.shape[0]:]", TensorSpec((None, None, 8))),
        ("x[:, :x.shape[0] // 2]", TensorSpec((None, None, 8))),
        ("zeros((x.shape[0], 3))", TensorSpec((None, 3))),
        ("arange(x.shape[0])", TensorSpec((None,), None)),
        ("arange(0, x.shape[0] + 1)", TensorSpec((None,), None)),
        ("tile(y, [x.shape[0], 1])", TensorSpec((None, 8), "int32")),
        ("x * x.shape[0]", TensorSpec(X.shape, None)),
        ("x[x.shape[0] - 1]", TensorSpec(None)),
        ("x if x.shape[0] > 2 else y", UNKNOWN),
    ],
)
def test_sizes_that_are_not_known_spread(text, expected):
    assert inferred(("a", text)) == expected


def test_what_cannot_run_is_refused():
    with pytest.raises(RuleError, match="can't combine"):
        inferred(("a", "x + y"), inputs=(X, TensorSpec((2, 7))))


@pytest.mark.parametrize(
    ("key", "shape"),
    [("1:", (None, 6, 4)), ("1:, 0", (None, 4)), (":, -1", (None, 4)), ("..., ::2", (None, 6, 2))],
)
def test_slices_become_operations(keras, key, shape):
    """Keras's operation takes a slice in a tuple only."""
    assert compile_body(f"- expr: 'x[{key}]'").output_shape == shape
