"""Sample arguments for every function of `keras.ops` that has an Operation.

What is not listed gets a float tensor of shape (2, 3) for each required parameter.
"""

import keras


def _float(*shape):
    return keras.KerasTensor(shape, "float32")


def _int(*shape):
    return keras.KerasTensor(shape, "int32")


def _bool(*shape):
    return keras.KerasTensor(shape, "bool")


def _complex(*shape):
    return keras.KerasTensor(shape, "complex64")


_IMAGES = {"inputs": _float(1, 8, 8, 3), "padding": "SAME", "strides": 2}
_HEADS = _float(1, 4, 2, 8)
_SQUARE = {"x": _float(3, 3)}
_INTEGERS = {"x": _int(2, 3), "y": _int(2, 3)}
_TWO_INTEGERS = {"x1": _int(2, 3), "x2": _int(2, 3)}
_BY_AXIS = {"x": _float(2, 3), "axis": 1, "keepdims": True}
_SEGMENTS = {"data": _float(4, 3), "segment_ids": _int(4), "num_segments": 2}
_QUANTILE = {"x": _float(2, 3), "q": 0.5, "axis": 1, "keepdims": True}
_SPLIT = {"x": _float(4, 4, 4), "indices_or_sections": 2}
_WINDOWS = {"sequence_length": 8, "sequence_stride": 4, "fft_length": 8}

_REDUCTIONS = (
    "all amax amin any argmax argmin logsumexp max mean median min nanargmax nanargmin nanmax "
    "nanmean nanmedian nanmin nanprod nanstd nansum nanvar ptp std sum var"
)


def _for(names, example):
    return dict.fromkeys(names.split(), example)


EXAMPLES = {
    **_for(_REDUCTIONS, _BY_AXIS),
    **_for("cholesky cholesky_inverse det inv logdet slogdet lu_factor", _SQUARE),
    **_for("eig eigh matrix_rank pinv trace", _SQUARE),
    **_for("bitwise_and bitwise_or bitwise_xor left_shift right_shift", _INTEGERS),
    **_for("bitwise_left_shift bitwise_right_shift", _INTEGERS),
    **_for("gcd lcm", _TWO_INTEGERS),
    **_for("bitwise_invert bitwise_not", {"x": _int(2)}),
    **_for("segment_max segment_min segment_prod segment_sum", _SEGMENTS),
    **_for("percentile quantile nanpercentile nanquantile", _QUANTILE),
    **_for("split array_split dsplit hsplit vsplit", _SPLIT),
    **_for("concatenate dstack hstack vstack", {"xs": [_float(2, 3), _float(2, 3)]}),
    **_for("ones_like zeros_like empty_like", {"x": _float(2), "dtype": "int32"}),
    **_for(
        "adaptive_average_pool adaptive_max_pool",
        {"inputs": _float(1, 8, 8, 3), "output_size": (2, 2)},
    ),
    **_for("average_pool max_pool", {**_IMAGES, "pool_size": 2}),
    "argpartition": {"x": _float(2, 3), "kth": 1},
    "batch_normalization": {
        "x": _float(2, 3),
        "mean": _float(3),
        "variance": _float(3),
        "axis": -1,
    },
    "bincount": {"x": _int(4), "minlength": 3},
    "binary_crossentropy": {"target": _float(2, 3), "output": _float(2, 3), "from_logits": True},
    "broadcast_to": {"x": _float(3), "shape": (2, 3)},
    "cast": {"x": _float(2), "dtype": "int32"},
    "categorical_crossentropy": {"target": _float(2, 3), "output": _float(2, 3)},
    "clip": {"x": _float(2), "x_min": 0.0, "x_max": 1.0},
    "conv": {**_IMAGES, "kernel": _float(3, 3, 3, 4)},
    "conv_transpose": {**_IMAGES, "kernel": _float(3, 3, 4, 3)},
    "convert_to_tensor": {"x": _float(2), "dtype": "int32"},
    "correlate": {"x1": _float(4), "x2": _float(4), "mode": "full"},
    "cross": {"x1": _float(2, 3), "x2": _float(2, 3)},
    "ctc_decode": {"inputs": _float(2, 4, 5), "sequence_lengths": _int(2)},
    "ctc_loss": {
        "target": _int(2, 3),
        "output": _float(2, 4, 5),
        "target_length": _int(2),
        "output_length": _int(2),
    },
    "depth_to_space": {"x": _float(1, 4, 4, 8), "block_size": 2},
    "depthwise_conv": {**_IMAGES, "kernel": _float(3, 3, 3, 1)},
    "diag": {"x": _float(3)},
    "diagonal": {"x": _float(3, 3), "offset": 1},
    "digitize": {"x": _float(2, 3), "bins": _float(3)},
    "dot": {"x1": _float(2, 3), "x2": _float(3, 2)},
    "dot_product_attention": {**_for("query key value", _HEADS), "is_causal": True},
    "einsum": {"subscripts": "ij,jk->ik", "operands": (_float(2, 3), _float(3, 4))},
    "expand_dims": {"x": _float(2), "axis": 1},
    "extract_sequences": {"x": _float(16), "sequence_length": 4, "sequence_stride": 2},
    "fft": {"x": (_float(2, 4), _float(2, 4))},
    "fft2": {"x": (_float(2, 4), _float(2, 4))},
    "ifft2": {"x": (_float(2, 4), _float(2, 4))},
    "fold": {"x": _float(1, 12, 4), "output_size": (4, 4), "kernel_size": 2, "stride": 2},
    "glu": {"x": _float(2, 4)},
    "full": {"shape": (2,), "fill_value": _float()},
    "full_like": {"x": _float(2), "fill_value": 1.0},
    "geomspace": {"start": _float(), "stop": _float(), "num": 4},
    "get_item": {"x": _float(2, 3), "key": 0},
    "in_top_k": {"targets": _int(2), "predictions": _float(2, 3), "k": 2},
    "inner": {"x1": _float(3), "x2": _float(3)},
    "irfft": {"x": (_float(2, 5), _float(2, 5)), "fft_length": 8},
    "istft": {"x": (_float(4, 5), _float(4, 5)), **_WINDOWS},
    "layer_normalization": {
        "x": _float(2, 3),
        "gamma": _float(3),
        "beta": _float(3),
        "epsilon": 1e-3,
    },
    "ldexp": {"x1": _float(2), "x2": _int(2)},
    "linspace": {"start": _float(), "stop": _float(), "num": 4},
    "logspace": {"start": _float(), "stop": _float(), "num": 4},
    "lstsq": {"a": _float(3, 2), "b": _float(3)},
    "matmul": {"x1": _float(2, 3), "x2": _float(3, 2)},
    "meshgrid": {"x": (_float(2), _float(3)), "indexing": "ij"},
    "moments": {"x": _float(2, 3), "axes": [0]},
    "moveaxis": {"x": _float(2, 3), "source": 0, "destination": 1},
    "multi_hot": {"inputs": _int(2, 3), "num_classes": 4},
    "norm": {"x": _float(2, 3), "ord": 2, "axis": 1},
    "one_hot": {"x": _int(2), "num_classes": 4},
    "pad": {"x": _float(2, 3), "pad_width": ((0, 0), (1, 1)), "constant_values": 1.0},
    "polar": {"abs_": _float(2), "angle": _float(2)},
    "psnr": {"x1": _float(2, 3), "x2": _float(2, 3), "max_val": 1.0},
    "rearrange": {"tensor": _float(2, 6), "pattern": "a (b c) -> a b c", "axes_lengths": {"b": 2}},
    "repeat": {"x": _float(2), "repeats": 2},
    "reshape": {"x": _float(2, 3), "newshape": 6},
    "rfft": {"x": _float(2, 8), "fft_length": 8},
    "roll": {"x": _float(4), "shift": 1},
    "saturate_cast": {"x": _float(2), "dtype": "int8"},
    "scatter": {"indices": _int(2, 1), "values": _float(2), "shape": (4,)},
    "scatter_update": {
        "inputs": _float(4),
        "indices": _int(2, 1),
        "updates": _float(2),
        "reduction": "ADD",
    },
    "searchsorted": {"sorted_sequence": _float(4), "values": _float(2), "side": "right"},
    "select": {
        "condlist": [_bool(2), _bool(2)],
        "choicelist": [_float(2), _float(2)],
        "default": 0,
    },
    "separable_conv": {
        **_IMAGES,
        "depthwise_kernel": _float(3, 3, 3, 1),
        "pointwise_kernel": _float(1, 1, 3, 4),
    },
    "slice": {"inputs": _float(4), "start_indices": (1,), "shape": (2,)},
    "slice_update": {"inputs": _float(4), "start_indices": (1,), "updates": _float(2)},
    "solve": {"a": _float(3, 3), "b": _float(3, 2)},
    "solve_triangular": {"a": _float(3, 3), "b": _float(3, 2), "lower": True},
    "space_to_depth": {"x": _float(1, 4, 4, 2), "block_size": 2},
    "sparse_categorical_crossentropy": {"target": _int(2), "output": _float(2, 3)},
    "squeeze": {"x": _float(2, 1), "axis": 1},
    "stack": {"x": [_float(2), _float(2)], "axis": 1},
    "stft": {"x": _float(16), **_WINDOWS},
    "stop_gradient": {"variable": _float(2)},
    "swapaxes": {"x": _float(2, 3), "axis1": 0, "axis2": 1},
    "take": {"x": _float(4), "indices": _int(2), "axis": 0},
    "take_along_axis": {"x": _float(2, 3), "indices": _int(2, 1), "axis": 1},
    "tensordot": {"x1": _float(2, 3), "x2": _float(3, 2), "axes": 1},
    "threshold": {"x": _float(2), "threshold": 0.5, "default_value": 0.0},
    "tile": {"x": _float(2), "repeats": 2},
    "top_k": {"x": _float(4), "k": 2},
    "transpose": {"x": _float(2, 3), "axes": (1, 0)},
    "unfold": {"x": _float(1, 3, 4, 4), "kernel_size": 2, "stride": 2},
    "unique": {"x": _int(4), "size": 4},
    "unravel_index": {"indices": _int(4), "shape": (2, 2)},
    "unstack": {"x": _float(2, 3), "num": 2},
    "vander": {"x": _float(3), "N": 3},
    "vdot": {"x1": _float(3), "x2": _float(3)},
    "view": {"x": _float(2), "dtype": "int32"},
    "view_as_complex": {"x": _float(3, 2)},
    "view_as_real": {"x": _complex(3)},
    "where": {"condition": _bool(2), "x1": _float(2), "x2": _float(2)},
}


def op_example(op):
    """Arguments by name."""
    given = EXAMPLES.get(op.name)
    return given or {p.name: _float(2, 3) for p in op.parameters if p.required}
