"""What TensorFlow's functions are in expressions, as data. `tf_calls` writes them.

Keras 2 held calls of TensorFlow among layers as `TFOpLambda`, with the function's name, and
TensorFlow 2.0 to 2.3 as `TensorFlowOpLayer`, with the graph's node. Names and parameters are those
of TensorFlow 2: https://www.tensorflow.org/api_docs/python/tf
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

INFIX: Final[Mapping[str, str]] = {
    "__operators__.add": "+",
    "nn.bias_add": "+",
    "math.subtract": "-",
    "math.multiply": "*",
    "math.truediv": "/",
    "compat.v1.floor_div": "//",
    "math.floormod": "%",
    "math.pow": "**",
    "math.greater": ">",
    "math.greater_equal": ">=",
    "math.less": "<",
    "math.less_equal": "<=",
    "math.equal": "==",
    "math.not_equal": "!=",
}
"""Functions of two operands."""

_ONE: Final = (
    *("abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "erf"),
    *("exp", "expm1", "floor", "is_finite", "is_inf", "is_nan", "log", "log1p", "log_sigmoid"),
    *("logical_not", "negative", "reciprocal", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh"),
    *("softplus", "softsign", "sqrt", "square", "tan", "tanh", "imag", "real", "conj"),
)
_OTHERWISE: Final = {
    **{"acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh"},
    **{"atan": "arctan", "atanh": "arctanh"},
    **{"is_finite": "isfinite", "is_inf": "isinf", "is_nan": "isnan"},
}
_TWO: Final = {
    "divide_no_nan": "divide_no_nan",
    "logical_and": "logical_and",
    "logical_or": "logical_or",
    "maximum": "maximum",
    "minimum": "minimum",
}
_REDUCTIONS: Final = {
    **{f"reduce_{name}": name for name in ("all", "any", "logsumexp", "max", "mean", "min")},
    **{"reduce_prod": "prod", "reduce_std": "std", "reduce_sum": "sum", "reduce_variance": "var"},
}
_REDUCED: Final = "({input_tensor}{axis:, axis=}{keepdims:, keepdims=})"

CALLS: Final[Mapping[str, str]] = {
    **{f"math.{name}": f"x -> {_OTHERWISE.get(name, name)}({{x}})" for name in _ONE},
    **{f"math.{name}": f"x y -> {new}({{x}}, {{y}})" for name, new in _TWO.items()},
    **{
        f"math.{name}": f"input_tensor axis keepdims -> {new}{_REDUCED}"
        for name, new in _REDUCTIONS.items()
    },
    "math.argmax": "input axis=0 -> argmax({input}, axis={axis})",
    "math.argmin": "input axis=0 -> argmin({input}, axis={axis})",
    "math.cumprod": "x axis=0 -> cumprod({x}, axis={axis})",
    "math.cumsum": "x axis=0 -> cumsum({x}, axis={axis})",
    "math.l2_normalize": (
        "x axis epsilon=1e-12 -> "
        "{x} * rsqrt(maximum(sum({x} ** 2{axis:, axis=}, keepdims=True), {epsilon}))"
    ),
    "compat.v1.math.scalar_mul": "scalar x -> {scalar} * {x}",
    "math.atan2": "y x -> arctan2({y}, {x})",
    "math.squared_difference": "x y -> square({x} - {y})",
    "math.top_k": "input k=1 -> top_k({input}, {k})",
    "math.add_n": "inputs -> sum(stack({inputs}), axis=0)",
    "broadcast_to": "input shape -> broadcast_to({input}, {shape})",
    "cast": "x dtype -> cast({x}, {dtype})",
    "clip_by_value": (
        "t clip_value_min clip_value_max -> clip({t}, {clip_value_min}, {clip_value_max})"
    ),
    "compat.v1.gather": "params indices axis=0 -> take({params}, {indices}, axis={axis})",
    "compat.v1.norm": (
        "tensor ord axis keepdims -> norm({tensor}{axis:, axis=}{keepdims:, keepdims=})"
    ),
    "compat.v1.pad": (
        "tensor paddings mode constant_values -> "
        "pad({tensor}, {paddings}{mode:, mode=}{constant_values:, constant_values=})"
    ),
    "compat.v1.squeeze": "input axis -> squeeze({input}{axis:, axis=})",
    "compat.v1.transpose": "a perm -> transpose({a}{perm:, })",
    "concat": "values axis -> concatenate({values}, axis={axis})",
    "expand_dims": "input axis -> expand_dims({input}, axis={axis})",
    "eye": "num_rows -> eye({num_rows})",
    "fill": "dims value -> full({dims}, {value})",
    "identity": "input -> copy({input})",
    "linalg.diag_part": "input -> diagonal({input}, axis1=-2, axis2=-1)",
    "linalg.trace": "x -> trace({x}, axis1=-2, axis2=-1)",
    "nn.depth_to_space": "input block_size -> depth_to_space({input}, {block_size})",
    "nn.elu": "features -> elu({features})",
    "nn.gelu": "features approximate=False -> gelu({features}, approximate={approximate})",
    "nn.leaky_relu": "features alpha=0.2 -> leaky_relu({features}, negative_slope={alpha})",
    "nn.log_softmax": "logits axis -> log_softmax({logits}{axis:, axis=})",
    "nn.relu": "features -> relu({features})",
    "nn.relu6": "features -> relu6({features})",
    "nn.selu": "features -> selu({features})",
    "nn.silu": "features -> silu({features})",
    "nn.softmax": "logits axis -> softmax({logits}{axis:, axis=})",
    "nn.space_to_depth": "input block_size -> space_to_depth({input}, {block_size})",
    "one_hot": (
        "indices depth axis dtype -> one_hot({indices}, {depth}{axis:, axis=}{dtype:, dtype=})"
    ),
    "ones_like": "input dtype -> ones_like({input}{dtype:, dtype=})",
    "random.normal": (
        "shape mean=0.0 stddev=1.0 -> random.normal({shape}, mean={mean}, stddev={stddev})"
    ),
    "random.uniform": (
        "shape minval=0 maxval=1 -> random.uniform({shape}, minval={minval}, maxval={maxval})"
    ),
    "repeat": "input repeats axis -> repeat({input}, {repeats}{axis:, axis=})",
    "reshape": "tensor shape -> reshape({tensor}, {shape})",
    "reverse": "tensor axis -> flip({tensor}, axis={axis})",
    "roll": "input shift axis -> roll({input}, {shift}{axis:, axis=})",
    "sort": "values axis=-1 -> sort({values}, axis={axis})",
    "stack": "values axis=0 -> stack({values}, axis={axis})",
    "stop_gradient": "input -> stop_gradient({input})",
    "tensordot": "a b axes -> tensordot({a}, {b}, axes={axes})",
    "tile": "input multiples -> tile({input}, {multiples})",
    "where": "condition x y -> where({condition}, {x}, {y})",
    "zeros_like": "input dtype -> zeros_like({input}{dtype:, dtype=})",
}
"""Parameters in TensorFlow's order, with defaults where they must be written; and the text.

`{axis:, axis=}` stands for `, axis=…`, and for nothing where the argument is none or false.
"""

ALIASES: Final[Mapping[str, str]] = {
    **{name: f"math.{name}" for name in ("abs", "cos", "equal", "exp", "floor")},
    **{name: f"math.{name}" for name in ("multiply", "negative", "pow", "round", "sigmoid")},
    **{name: f"math.{name}" for name in ("sign", "sin", "sqrt", "square", "subtract", "tanh")},
    **{name: f"math.{name}" for name in ("greater", "greater_equal", "less", "less_equal")},
    **{name: f"math.{name}" for name in ("maximum", "minimum", "argmax", "argmin", "cumsum")},
    **{name: f"math.{name}" for name in ("logical_and", "logical_not", "logical_or")},
    **{name: f"math.{name}" for name in _REDUCTIONS},
    **{f"compat.v1.{name}": f"math.{name}" for name in _REDUCTIONS},
    **{f"nn.{name}": f"math.{name}" for name in ("sigmoid", "softplus", "tanh", "top_k")},
    **{f"nn.{name}": f"math.{name}" for name in ("l2_normalize", "softsign")},
    "__operators__.eq": "math.equal",
    "__operators__.ne": "math.not_equal",
    "compat.v1.argmax": "math.argmax",
    "compat.v1.div": "math.truediv",
    "compat.v1.concat": "concat",
    "compat.v1.expand_dims": "expand_dims",
    "compat.v1.nn.softmax": "nn.softmax",
    "compat.v1.ones_like": "ones_like",
    "compat.v1.where": "where",
    "compat.v1.where_v2": "where",
    "compat.v1.zeros_like": "zeros_like",
    "gather": "compat.v1.gather",
    "add": "__operators__.add",
    "divide": "math.truediv",
    "math.add": "__operators__.add",
    "math.divide": "math.truediv",
    "math.floordiv": "compat.v1.floor_div",
    "math.mod": "math.floormod",
    "math.scalar_mul": "compat.v1.math.scalar_mul",
    "linalg.l2_normalize": "math.l2_normalize",
    "matmul": "linalg.matmul",
    "nn.softsign": "math.softsign",
    "nn.swish": "nn.silu",
    "norm": "compat.v1.norm",
    "pad": "compat.v1.pad",
    "shape": "compat.v1.shape",
    "squeeze": "compat.v1.squeeze",
    "transpose": "compat.v1.transpose",
}
"""Other names of the same."""

PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "__operators__.getitem": ("tensor", "slice_spec"),
    "compat.v1.shape": ("input", "out_type"),
    "image.resize": ("images", "size", "method"),
    "linalg.matmul": ("a", "b", "transpose_a", "transpose_b"),
    "slice": ("input_", "begin", "size"),
    "split": ("value", "num_or_size_splits", "axis"),
    "unstack": ("value", "num", "axis"),
    "strided_slice": (
        *("input_", "begin", "end", "strides"),
        *("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"),
    ),
}
"""Functions that have a writer of their own in `tf_calls`."""

SAY_NOTHING: Final[Mapping[str, tuple[object, ...]]] = {
    "antialias": (False,),
    "batch_dims": (0,),
    "beta": (1, 1.0),
    "constant_values": (0, 0.0),
    "data_format": ("NHWC", None),
    "direction": ("ASCENDING",),
    "mode": ("CONSTANT",),
    "offset": (0,),
    "off_value": (0, 0.0),
    "on_value": (1, 1.0),
    "ord": ("euclidean",),
    "out_type": ("int32",),
    "output_type": ("int64",),
    "sorted": (True,),
}
"""Arguments that change nothing with these values; none and false say nothing of any."""

VALUES: Final[Mapping[str, Mapping[object, str]]] = {
    "mode": {"REFLECT": "reflect", "SYMMETRIC": "symmetric"}
}
"""Values that are called otherwise."""

TENSORS: Final = frozenset({"a", "b", "condition", "input", "tensor", "x", "y"})
"""Parameters of which a list is an array."""

_NODES_OF_TWO: Final = {
    **{
        "Add": "__operators__.add",
        "AddV2": "__operators__.add",
        "BiasAdd": "nn.bias_add",
        "Sub": "math.subtract",
    },
    **{"Mul": "math.multiply", "RealDiv": "math.truediv", "Div": "math.truediv", "Pow": "math.pow"},
    **{"FloorDiv": "compat.v1.floor_div", "FloorMod": "math.floormod", "Greater": "math.greater"},
    **{"GreaterEqual": "math.greater_equal", "Less": "math.less", "LessEqual": "math.less_equal"},
    **{"Equal": "math.equal", "NotEqual": "math.not_equal", "Maximum": "math.maximum"},
    **{"Minimum": "math.minimum", "LogicalAnd": "math.logical_and", "LogicalOr": "math.logical_or"},
    "SquaredDifference": "math.squared_difference",
    "DivNoNan": "math.divide_no_nan",
}
_NODES_OF_ONE: Final = {
    **{name: f"math.{name.lower()}" for name in ("Abs", "Ceil", "Cos", "Erf", "Exp", "Expm1")},
    **{name: f"math.{name.lower()}" for name in ("Floor", "Log", "Log1p", "Round", "Rsqrt")},
    **{name: f"math.{name.lower()}" for name in ("Sigmoid", "Sign", "Sin", "Softplus", "Softsign")},
    **{name: f"math.{name.lower()}" for name in ("Sqrt", "Square", "Tan", "Tanh", "Reciprocal")},
    **{"Neg": "math.negative", "LogicalNot": "math.logical_not", "Identity": "identity"},
    **{"Elu": "nn.elu", "Relu": "nn.relu", "Relu6": "nn.relu6", "Selu": "nn.selu"},
    **{"Softmax": "nn.softmax", "LogSoftmax": "nn.log_softmax", "StopGradient": "stop_gradient"},
    **{"ZerosLike": "zeros_like", "OnesLike": "ones_like", "Shape": "compat.v1.shape"},
}
_NODES_OF_REDUCTIONS: Final = {
    **{"All": "reduce_all", "Any": "reduce_any", "Max": "reduce_max", "Mean": "reduce_mean"},
    **{"Min": "reduce_min", "Prod": "reduce_prod", "Sum": "reduce_sum"},
}
NODES: Final[Mapping[str, tuple[str, str, str]]] = {
    **{node: (function, "x y", "") for node, function in _NODES_OF_TWO.items()},
    **{node: (function, "*", "") for node, function in _NODES_OF_ONE.items()},
    **{
        node: (f"math.{function}", "input_tensor axis", "keep_dims=keepdims")
        for node, function in _NODES_OF_REDUCTIONS.items()
    },
    "ArgMax": ("math.argmax", "input axis", ""),
    "ArgMin": ("math.argmin", "input axis", ""),
    "BatchMatMulV2": ("linalg.matmul", "a b", "adj_x=transpose_a adj_y=transpose_b"),
    "BroadcastTo": ("broadcast_to", "input shape", ""),
    "Cast": ("cast", "x", "DstT=dtype"),
    "ClipByValue": ("clip_by_value", "t clip_value_min clip_value_max", ""),
    "ConcatV2": ("concat", "*values axis", ""),
    "Cumsum": ("math.cumsum", "x axis", "exclusive=exclusive reverse=reverse"),
    "DepthToSpace": ("nn.depth_to_space", "input", "block_size=block_size"),
    "ExpandDims": ("expand_dims", "input axis", ""),
    "GatherV2": ("compat.v1.gather", "params indices axis", "batch_dims=batch_dims"),
    "LeakyRelu": ("nn.leaky_relu", "features", "alpha=alpha"),
    "MatMul": ("linalg.matmul", "a b", "transpose_a=transpose_a transpose_b=transpose_b"),
    "MirrorPad": ("compat.v1.pad", "tensor paddings", "mode=mode"),
    "Pack": ("stack", "*values", "axis=axis"),
    "Pad": ("compat.v1.pad", "tensor paddings", ""),
    "PadV2": ("compat.v1.pad", "tensor paddings constant_values", ""),
    "Reshape": ("reshape", "tensor shape", ""),
    "ReverseV2": ("reverse", "tensor axis", ""),
    "SelectV2": ("where", "condition x y", ""),
    "Slice": ("slice", "input_ begin size", ""),
    "SpaceToDepth": ("nn.space_to_depth", "input", "block_size=block_size"),
    "Split": ("split", "axis value", "num_split=num_or_size_splits"),
    "Squeeze": ("compat.v1.squeeze", "input", "squeeze_dims=axis"),
    "StridedSlice": (
        "strided_slice",
        "input_ begin end strides",
        "begin_mask=begin_mask end_mask=end_mask ellipsis_mask=ellipsis_mask "
        "new_axis_mask=new_axis_mask shrink_axis_mask=shrink_axis_mask",
    ),
    "Tile": ("tile", "input multiples", ""),
    "Transpose": ("compat.v1.transpose", "a perm", ""),
    "Unpack": ("unstack", "value", "num=num axis=axis"),
}
"""Of a node's operation: the function, what its inputs are, and what its attributes are.

`*` is the function's own first parameter, `*values` all inputs that no other name takes.
"""
