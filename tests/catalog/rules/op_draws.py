"""What the tests of functions draw: sizes, shapes, tensors."""

from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec

SIZES = st.sampled_from([1, 2, 3, 4, 6, None])
SHAPES = st.lists(SIZES, max_size=4).map(tuple)
AXES = st.integers(-5, 4)
DTYPES = st.sampled_from(["float32", "float16", "int32", "int8", "uint8", "int64", "bool"])
TENSORS = st.builds(TensorSpec, SHAPES, DTYPES)
FLOATS = st.builds(TensorSpec, SHAPES)
NUMBERS = st.sampled_from([True, 2, 0.5])
