"""Sample arguments for every function of `keras.ops` that has an Operation.

`T(2, 3)` is a symbolic float tensor of that shape, `I(4)` one of integers, `B(2)` of booleans,
`C(2, 3)` of complex numbers. What is not listed gets `T(2, 3)` for each required parameter.
"""

import keras


def T(*shape):
    return keras.KerasTensor(shape, "float32")


def I(*shape):
    return keras.KerasTensor(shape, "int32")


def B(*shape):
    return keras.KerasTensor(shape, "bool")


def C(*shape):
    return keras.KerasTensor(shape, "complex64")


_IMAGES = {"inputs": T(1, 8, 8, 3), "padding": "SAME", "strides": 2}
_SQUARE = {"x": T(3, 3)}
_INTEGERS = {"x": I(2, 3), "y": I(2, 3)}
_TWO_INTEGERS = {"x1": I(2, 3), "x2": I(2, 3)}
_BY_AXIS = {"x": T(2, 3), "axis": 1, "keepdims": True}
_SEGMENTS = {"data": T(4, 3), "segment_ids": I(4), "num_segments": 2}
_QUANTILE = {"x": T(2, 3), "q": 0.5, "axis": 1, "keepdims": True}
_SPLIT = {"x": T(4, 4, 4), "indices_or_sections": 2}
_WINDOWS = {"sequence_length": 8, "sequence_stride": 4, "fft_length": 8}

_REDUCTIONS = (
    "all amax amin any argmax argmin logsumexp max mean median min nanargmax nanargmin nanmax "
    "nanmean nanmedian nanmin nanprod nanstd nansum nanvar ptp std sum var"
)

EXAMPLES = {
    **dict.fromkeys(_REDUCTIONS.split(), _BY_AXIS),
    **dict.fromkeys("cholesky cholesky_inverse det inv logdet slogdet lu_factor".split(), _SQUARE),
    **dict.fromkeys("eig eigh matrix_rank pinv trace".split(), _SQUARE),
    **dict.fromkeys("bitwise_and bitwise_or bitwise_xor left_shift right_shift".split(), _INTEGERS),
    **dict.fromkeys("bitwise_left_shift bitwise_right_shift".split(), _INTEGERS),
    **dict.fromkeys("gcd lcm".split(), _TWO_INTEGERS),
    **dict.fromkeys("bitwise_invert bitwise_not".split(), {"x": I(2)}),
    **dict.fromkeys("segment_max segment_min segment_prod segment_sum".split(), _SEGMENTS),
    **dict.fromkeys("percentile quantile nanpercentile nanquantile".split(), _QUANTILE),
    **dict.fromkeys("split array_split dsplit hsplit vsplit".split(), _SPLIT),
    **dict.fromkeys("concatenate dstack hstack vstack".split(), {"xs": [T(2, 3), T(2, 3)]}),
    **dict.fromkeys("ones_like zeros_like empty_like".split(), {"x": T(2), "dtype": "int32"}),
    **dict.fromkeys("adaptive_average_pool adaptive_max_pool".split(),
        {"inputs": T(1, 8, 8, 3), "output_size": 2}),
    **dict.fromkeys("average_pool max_pool".split(), {**_IMAGES, "pool_size": 2}),
    "arange": {"start": T(), "stop": T(), "dtype": "float32"},
    "argpartition": {"x": T(2, 3), "kth": 1},
    "batch_normalization": {"x": T(2, 3), "mean": T(3), "variance": T(3), "axis": -1},
    "bincount": {"x": I(4), "minlength": 3},
    "binary_crossentropy": {"target": T(2, 3), "output": T(2, 3), "from_logits": True},
    "broadcast_to": {"x": T(3), "shape": (2, 3)},
    "cast": {"x": T(2), "dtype": "int32"},
    "categorical_crossentropy": {"target": T(2, 3), "output": T(2, 3)},
    "clip": {"x": T(2), "x_min": 0.0, "x_max": 1.0},
    "conv": {**_IMAGES, "kernel": T(3, 3, 3, 4)},
    "conv_transpose": {**_IMAGES, "kernel": T(3, 3, 4, 3)},
    "convert_to_tensor": {"x": T(2), "dtype": "int32"},
    "correlate": {"x1": T(4), "x2": T(4), "mode": "full"},
    "cross": {"x1": T(2, 3), "x2": T(2, 3)},
    "ctc_decode": {"inputs": T(2, 4, 5), "sequence_lengths": I(2)},
    "ctc_loss": {"target": I(2, 3), "output": T(2, 4, 5), "target_length": I(2), "output_length": I(2)},
    "depth_to_space": {"x": T(1, 4, 4, 8), "block_size": 2},
    "depthwise_conv": {**_IMAGES, "kernel": T(3, 3, 3, 1)},
    "diag": {"x": T(3)},
    "diagonal": {"x": T(3, 3), "offset": 1},
    "digitize": {"x": T(2, 3), "bins": [0.0, 1.0]},
    "dot": {"x1": T(2, 3), "x2": T(3, 2)},
    "dot_product_attention": {"query": T(1, 4, 2, 8), "key": T(1, 4, 2, 8), "value": T(1, 4, 2, 8), "is_causal": True},
    "einsum": {"subscripts": "ij,jk->ik", "operands": (T(2, 3), T(3, 4))},
    "expand_dims": {"x": T(2), "axis": 1},
    "extract_sequences": {"x": T(16), "sequence_length": 4, "sequence_stride": 2},
    "fft": {"x": (T(2, 4), T(2, 4))},
    "fft2": {"x": (T(2, 4), T(2, 4))},
    "ifft2": {"x": (T(2, 4), T(2, 4))},
    "fold": {"x": T(1, 12, 4), "output_size": (4, 4), "kernel_size": 2, "stride": 2},
    "full": {"shape": (2,), "fill_value": T()},
    "full_like": {"x": T(2), "fill_value": 1.0},
    "geomspace": {"start": T(), "stop": T(), "num": 4},
    "get_item": {"x": T(2, 3), "key": 0},
    "in_top_k": {"targets": I(2), "predictions": T(2, 3), "k": 2},
    "inner": {"x1": T(3), "x2": T(3)},
    "irfft": {"x": (T(2, 5), T(2, 5)), "fft_length": 8},
    "istft": {"x": (T(4, 5), T(4, 5)), **_WINDOWS},
    "layer_normalization": {"x": T(2, 3), "gamma": T(3), "beta": T(3), "epsilon": 1e-3},
    "ldexp": {"x1": T(2), "x2": I(2)},
    "linspace": {"start": T(), "stop": T(), "num": 4},
    "logspace": {"start": T(), "stop": T(), "num": 4},
    "lstsq": {"a": T(3, 2), "b": T(3)},
    "matmul": {"x1": T(2, 3), "x2": T(3, 2)},
    "meshgrid": {"x": (T(2), T(3)), "indexing": "ij"},
    "moments": {"x": T(2, 3), "axes": [0]},
    "moveaxis": {"x": T(2, 3), "source": 0, "destination": 1},
    "multi_hot": {"inputs": I(2, 3), "num_classes": 4},
    "norm": {"x": T(2, 3), "ord": 2, "axis": 1},
    "one_hot": {"x": I(2), "num_classes": 4},
    "pad": {"x": T(2, 3), "pad_width": ((0, 0), (1, 1)), "constant_values": 1.0},
    "polar": {"abs_": T(2), "angle": T(2)},
    "psnr": {"x1": T(2, 3), "x2": T(2, 3), "max_val": 1.0},
    "rearrange": {"tensor": T(2, 6), "pattern": "a (b c) -> a b c", "axes_lengths": {"b": 2}},
    "repeat": {"x": T(2), "repeats": 2},
    "reshape": {"x": T(2, 3), "newshape": 6},
    "rfft": {"x": T(2, 8), "fft_length": 8},
    "roll": {"x": T(4), "shift": 1},
    "scatter": {"indices": I(2, 1), "values": T(2), "shape": (4,)},
    "scatter_update": {"inputs": T(4), "indices": I(2, 1), "updates": T(2), "reduction": "ADD"},
    "searchsorted": {"sorted_sequence": T(4), "values": T(2), "side": "right"},
    "select": {"condlist": [B(2), B(2)], "choicelist": [T(2), T(2)], "default": 0},
    "separable_conv": {**_IMAGES, "depthwise_kernel": T(3, 3, 3, 1), "pointwise_kernel": T(1, 1, 3, 4)},
    "slice": {"inputs": T(4), "start_indices": (1,), "shape": (2,)},
    "slice_update": {"inputs": T(4), "start_indices": (1,), "updates": T(2)},
    "solve": {"a": T(3, 3), "b": T(3, 2)},
    "solve_triangular": {"a": T(3, 3), "b": T(3, 2), "lower": True},
    "space_to_depth": {"x": T(1, 4, 4, 2), "block_size": 2},
    "sparse_categorical_crossentropy": {"target": I(2), "output": T(2, 3)},
    "squeeze": {"x": T(2, 1), "axis": 1},
    "stack": {"x": [T(2), T(2)], "axis": 1},
    "stft": {"x": T(16), **_WINDOWS},
    "stop_gradient": {"variable": T(2)},
    "swapaxes": {"x": T(2, 3), "axis1": 0, "axis2": 1},
    "take": {"x": T(4), "indices": I(2), "axis": 0},
    "take_along_axis": {"x": T(2, 3), "indices": I(2, 1), "axis": 1},
    "tensordot": {"x1": T(2, 3), "x2": T(3, 2), "axes": 1},
    "threshold": {"x": T(2), "threshold": 0.5, "default_value": 0.0},
    "tile": {"x": T(2), "repeats": 2},
    "top_k": {"x": T(4), "k": 2},
    "transpose": {"x": T(2, 3), "axes": (1, 0)},
    "unfold": {"x": T(1, 3, 4, 4), "kernel_size": 2, "stride": 2},
    "unique": {"x": I(4), "size": 4},
    "unravel_index": {"indices": I(4), "shape": (2, 2)},
    "unstack": {"x": T(2, 3), "num": 2},
    "vander": {"x": T(3), "N": 3},
    "vdot": {"x1": T(3), "x2": T(3)},
    "view": {"x": T(2), "dtype": "int32"},
    "view_as_complex": {"x": T(3, 2)},
    "view_as_real": {"x": C(3)},
    "where": {"condition": B(2), "x1": T(2), "x2": T(2)},
}  # fmt: skip


def op_example(op):
    """Arguments by name."""
    given = EXAMPLES.get(op.name)
    return given or {p.name: T(2, 3) for p in op.parameters if p.required}
