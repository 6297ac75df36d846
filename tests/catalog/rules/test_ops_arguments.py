"""Functions of `keras.ops` whose shapes depend on arguments, against Keras, over draws of them."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec
from tests.catalog.rules.op_draws import AXES, DTYPES, FLOATS, SHAPES, SIZES, TENSORS


@pytest.fixture(scope="module")
def agree(op_harness):
    return op_harness.agree


ARGUMENTS = {
    "transpose": {"axes": st.none() | st.permutations(range(3)) | st.lists(AXES, max_size=3)},
    "swapaxes": {"axis1": AXES, "axis2": AXES},
    "moveaxis": {"source": AXES, "destination": AXES | st.lists(AXES, max_size=2)},
    "expand_dims": {"axis": AXES | st.lists(AXES, min_size=1, max_size=2, unique=True)},
    "squeeze": {"axis": st.none() | AXES | st.lists(AXES, min_size=1, max_size=2)},
    "flip": {"axis": st.none() | AXES | st.lists(AXES, max_size=2)},
    "roll": {"shift": st.just(1), "axis": st.none() | AXES},
    "tile": {"repeats": st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=5)},
    "repeat": {
        "repeats": st.integers(0, 3) | st.lists(st.integers(0, 3), min_size=1, max_size=4),
        "axis": st.none() | AXES,
    },
    "broadcast_to": {"shape": st.lists(st.integers(1, 4), max_size=4).map(tuple)},
    "pad": {
        "pad_width": st.integers(0, 2)
        | st.tuples(st.integers(0, 2), st.integers(0, 2))
        | st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4)
    },
    "take": {
        "indices": st.builds(TensorSpec, SHAPES, st.just("int32")) | st.just([[0, 1]]) | st.just(0),
        "axis": st.none() | AXES,
    },
    "take_along_axis": {
        "indices": st.builds(TensorSpec, SHAPES, st.just("int32")),
        "axis": st.none() | AXES,
    },
    "cumsum": {"axis": st.none() | AXES, "dtype": st.none() | DTYPES},
    "sort": {"axis": st.none() | AXES},
    "argsort": {"axis": st.none() | AXES},
    "top_k": {"k": st.integers(1, 3)},
    "one_hot": {"num_classes": st.integers(1, 3), "axis": AXES, "dtype": st.none() | DTYPES},
    "softmax": {"axis": AXES | st.lists(AXES, max_size=2).map(tuple)},
    "glu": {"axis": AXES},
    "norm": {"axis": st.none() | AXES, "ord": st.sampled_from([None, 1, 2, "fro"])},
    "moments": {"axes": st.lists(AXES, max_size=2, unique=True), "keepdims": st.booleans()},
    "trace": {"offset": st.just(0), "axis1": AXES, "axis2": AXES},
    "diagonal": {"offset": st.integers(-3, 3), "axis1": AXES, "axis2": AXES},
    "diag": {"k": st.integers(-3, 3)},
    "diagflat": {"k": st.integers(-3, 3)},
    "cast": {"dtype": DTYPES},
    "view": {"dtype": DTYPES},
    "zeros_like": {"dtype": st.none() | DTYPES},
    "rfft": {"fft_length": st.none() | st.integers(1, 8)},
    "extract_sequences": {"sequence_length": st.just(2), "sequence_stride": st.just(1)},
    "quantile": {"q": st.sampled_from([0.5, [0.1, 0.9], [0.5]]), "axis": st.none() | AXES},
    "percentile": {"q": st.sampled_from([50, [10, 90], [50]]), "axis": st.none() | AXES},
    "average": {"axis": st.none() | AXES, "weights": st.none() | FLOATS},
    "slice": {
        "start_indices": st.lists(st.integers(0, 1), max_size=4).map(tuple),
        "shape": st.lists(st.sampled_from([-1, 1, 2]), max_size=4).map(tuple),
    },
    "vander": {"N": st.none() | st.integers(1, 3)},
    "rot90": {"k": st.integers(-1, 2), "axes": st.tuples(AXES, AXES)},
    "unique": {"size": st.none() | st.just(2), "return_counts": st.booleans(), "axis": AXES},
    "append": {"x1": TENSORS, "x2": TENSORS, "axis": st.none() | AXES},
    "cross": {"x1": FLOATS, "x2": FLOATS},
    "diff": {"a": TENSORS, "n": st.integers(0, 3), "axis": AXES},
    "trapezoid": {"y": TENSORS, "axis": AXES},
    "depth_to_space": {"block_size": st.just(2)},
    "space_to_depth": {"block_size": st.just(2)},
    "segment_sum": {"data": FLOATS, "segment_ids": FLOATS, "num_segments": st.none() | st.just(3)},
    "qr": {"mode": st.sampled_from(["reduced", "complete"])},
    "svd": {"full_matrices": st.booleans(), "compute_uv": st.booleans()},
    "solve": {"a": FLOATS, "b": FLOATS},
    "lstsq": {"a": FLOATS, "b": FLOATS},
    "cdist": {"x": FLOATS, "y": FLOATS},
    "inv": {},
    "det": {},
    "pinv": {},
    "eigh": {},
    "ravel": {},
    "categorical_crossentropy": {"target": FLOATS, "output": FLOATS},
    "sparse_categorical_crossentropy": {"target": FLOATS, "output": FLOATS},
}


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_arguments(draws, agree, name):
    drawn = ARGUMENTS[name]
    tensor = {} if {"x1", "a", "y", "data", "target"} & set(drawn) else {"x": TENSORS}

    @draws(20, **{**tensor, **drawn})
    def check(arguments):
        agree(name, arguments, known=False)

    check()


STEPS = st.integers(1, 3)
WINDOWS = {
    "padding": st.sampled_from(["valid", "same", "SAME"]),
    "data_format": st.sampled_from([None, "channels_last", "channels_first"]),
}
IMAGES = st.builds(TensorSpec, st.tuples(SIZES, *[st.sampled_from([3, 5, 8, None])] * 3))
KERNELS = st.builds(TensorSpec, st.tuples(*[st.integers(1, 3)] * 2, *[st.sampled_from([2, 3])] * 2))


@pytest.mark.parametrize("name", ["conv", "depthwise_conv", "conv_transpose"])
def test_convolution(draws, agree, name):
    further = {"output_padding": st.none() | st.just(0)} if name == "conv_transpose" else {}

    @draws(
        100, inputs=IMAGES, kernel=KERNELS, strides=STEPS, dilation_rate=STEPS, **WINDOWS, **further
    )
    def check(arguments):
        agree(name, arguments, known=False)

    check()


def test_separable_convolution(draws, agree):
    pointwise = st.just(TensorSpec((1, 1, 6, 4)))

    @draws(
        inputs=IMAGES,
        depthwise_kernel=KERNELS,
        pointwise_kernel=pointwise,
        strides=STEPS,
        **WINDOWS,
    )
    def check(arguments):
        agree("separable_conv", arguments, known=False)

    check()


@pytest.mark.parametrize("name", ["max_pool", "average_pool"])
def test_pooling(draws, agree, name):
    pairs = STEPS | st.tuples(STEPS, STEPS)

    @draws(30, inputs=IMAGES, pool_size=pairs, strides=st.none() | pairs, **WINDOWS)
    def check(arguments):
        agree(name, arguments, known=False)

    check()
