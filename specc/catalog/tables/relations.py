"""Relations between the arguments of one class, which no single argument's type can say.

A relation gets the values by name, defaults filled in, and says what is wrong, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from specc.catalog.kinds import Kind


class Relation(NamedTuple):
    """A rule over some parameters of a class."""

    parameters: tuple[str, ...]
    broken: Callable[..., str | None]


_CELLS = ("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells")
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


def _values(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _largest(value: Any) -> int:
    return max(_values(value))


def _groups(filters: int, groups: int) -> str | None:
    fits = filters % groups == 0
    return None if fits else f"`filters` ({filters}) is no multiple of `groups` ({groups})"


def _strides_or_dilation(strides: Any, dilation_rate: Any) -> str | None:
    both = _largest(strides) > 1 and _largest(dilation_rate) > 1
    return "`strides` and `dilation_rate` cannot both be above 1" if both else None


def _output_padding(output_padding: Any, strides: Any) -> str | None:
    if output_padding is None:
        return None
    paddings, steps = _values(output_padding), _values(strides)
    length = max(len(paddings), len(steps))
    pairs = zip(_spread(paddings, length), _spread(steps, length), strict=True)
    fits = all(padding < step for padding, step in pairs)
    return None if fits else "`output_padding` must be below `strides` in every dimension"


def _spread(values: tuple[int, ...], length: int) -> tuple[int, ...]:
    return values * length if len(values) == 1 else values


def _uniform_strides(strides: Any) -> str | None:
    return None if len(set(_values(strides))) == 1 else "`strides` must be equal in all dimensions"


def _head_groups(num_query_heads: int, num_key_value_heads: int) -> str | None:
    fits = num_query_heads % num_key_value_heads == 0
    wrong = f"`num_query_heads` ({num_query_heads}) is no multiple of"
    return None if fits else f"{wrong} `num_key_value_heads` ({num_key_value_heads})"


def _flash(flash_attention: bool | None, dropout: float) -> str | None:
    both = flash_attention and dropout > 0
    return "`flash_attention` works only without `dropout`" if both else None


def _permutation(dims: Any) -> str | None:
    fits = sorted(dims) == list(range(1, len(dims) + 1))
    return None if fits else f"`dims` must hold each of 1 to {len(dims)} once"


def _one_free_size(target_shape: Any) -> str | None:
    return "`target_shape` can hold only one -1" if list(target_shape).count(-1) > 1 else None


def _not_empty(groups: int) -> str | None:
    return "`groups` must be at least 1, or -1 for one group a channel" if groups == 0 else None


def _sparse_needs_vector(sparse: bool, output_mode: str) -> str | None:
    both = sparse and output_mode == "int"
    return "`sparse` does not go with `output_mode: int`" if both else None


def _invert_needs_int(invert: bool, output_mode: str) -> str | None:
    both = invert and output_mode != "int"
    return "`invert` needs `output_mode: int`" if both else None


def _pad_needs_limit(pad_to_max_tokens: bool, max_tokens: int | None) -> str | None:
    both = pad_to_max_tokens and max_tokens is None
    return "`pad_to_max_tokens` needs `max_tokens`" if both else None


def _weights_need_tf_idf(idf_weights: Any, output_mode: str) -> str | None:
    both = idf_weights is not None and output_mode != "tf_idf"
    return "`idf_weights` goes only with `output_mode: tf_idf`" if both else None


def _salt_needs_farmhash(salt: Any, oov_method: str) -> str | None:
    both = salt is not None and oov_method != "farmhash"
    return "`salt` needs `oov_method: farmhash`" if both else None


def _unique(vocabulary: Any) -> str | None:
    twice = vocabulary is not None and len(set(vocabulary)) < len(vocabulary)
    return "`vocabulary` holds a word twice" if twice else None


def _tf_idf_needs_weights(vocabulary: Any, output_mode: str, idf_weights: Any) -> str | None:
    wrong = vocabulary is not None and output_mode == "tf_idf" and idf_weights is None
    return "`vocabulary` with `output_mode: tf_idf` needs `idf_weights`" if wrong else None


def _one_weight_a_word(vocabulary: Any, idf_weights: Any) -> str | None:
    both = vocabulary is not None and idf_weights is not None
    wrong = both and len(vocabulary) != len(idf_weights)
    return "`idf_weights` must hold one number for each word of `vocabulary`" if wrong else None


def _odd(kernel_size: Any) -> str | None:
    return None if all(size % 2 for size in _values(kernel_size)) else "`kernel_size` must be odd"


def _known_clipping(renorm_clipping: Any) -> str | None:
    unknown = set(renorm_clipping or ()) - {"rmax", "rmin", "dmax"}
    return "`renorm_clipping` holds only `rmax`, `rmin` and `dmax`" if unknown else None


def _labels_need_multi(num_labels: int | None, multi_label: bool) -> str | None:
    both = num_labels is not None and not multi_label
    return "`num_labels` needs `multi_label: true`" if both else None


def _whole_precision(mode: str, source_name: str | None) -> str | None:
    both = mode == "int8" and source_name in ("float16", "mixed_float16")
    return "`mode: int8` does not work with half precision" if both else None


def _bins(num_bins: int | None, bin_boundaries: Any) -> str | None:
    wrong = (num_bins is None) == (bin_boundaries is None)
    return "exactly one of `num_bins` and `bin_boundaries` is needed" if wrong else None


def _length_needs_int(output_sequence_length: int | None, output_mode: str) -> str | None:
    both = output_sequence_length is not None and output_mode != "int"
    return "`output_sequence_length` needs `output_mode: int`" if both else None


def _ragged_needs_int(ragged: bool, output_mode: str) -> str | None:
    both = ragged and output_mode != "int"
    return "`ragged` needs `output_mode: int`" if both else None


def _tokens(num_tokens: int | None, output_mode: str) -> str | None:
    return "`num_tokens` is needed" if num_tokens is None else None


def _moments(mean: Any, variance: Any) -> str | None:
    wrong = (mean is None) != (variance is None)
    return "`mean` and `variance` go together" if wrong else None


def _frame_step(frame_step: int | None, frame_length: int) -> str | None:
    wrong = frame_step is not None and frame_step > frame_length
    return (
        f"`frame_step` ({frame_step}) is above `frame_length` ({frame_length})" if wrong else None
    )


def _fft_length(fft_length: int | None, frame_length: int) -> str | None:
    wrong = fft_length is not None and fft_length < frame_length
    return (
        f"`fft_length` ({fft_length}) is below `frame_length` ({frame_length})" if wrong else None
    )


def _sequence_length(sequence_length: int | None, fft_length: int) -> str | None:
    wrong = sequence_length is not None and sequence_length > fft_length
    return (
        f"`sequence_length` ({sequence_length}) is above `fft_length` ({fft_length})"
        if wrong
        else None
    )


def _one_clip(clipnorm: Any, clipvalue: Any, global_clipnorm: Any) -> str | None:
    given = [value for value in (clipnorm, clipvalue, global_clipnorm) if value is not None]
    wrong = "only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be given"
    return wrong if len(given) > 1 else None


def _one_value_more(boundaries: Any, values: Any) -> str | None:
    wrong = f"`values` ({len(values)}) must hold one more than `boundaries` ({len(boundaries)})"
    return None if len(values) == len(boundaries) + 1 else wrong


def _known_classes(target_class_ids: Any, num_classes: int) -> str | None:
    wrong = max(target_class_ids) >= num_classes
    return f"`target_class_ids` must be below `num_classes` ({num_classes})" if wrong else None


def _layer_among(parameter: str, known: tuple[str, ...], noun: str) -> Callable[[Any], str | None]:
    """A rule that a parameter's layers, where named, are of these classes."""

    def broken(value: Any) -> str | None:
        layers = value if isinstance(value, list) else [value]
        wrong = [name for layer in layers for name in _layer_name(layer) if name not in known]
        shown = ", ".join(f"`{name}`" for name in known)
        return f"`{parameter}` must be {noun} ({shown}), not `{wrong[0]}`" if wrong else None

    return broken


def _layer_name(layer: Any) -> list[str]:
    """The class of a layer in YAML form; nothing for what the compiler has resolved."""
    if isinstance(layer, str):
        return [layer]
    keys = layer if isinstance(layer, dict) else ()
    return [key for key in keys if key not in ("name", "trainable", "dtype")]


def _cells(parameter: str) -> Callable[[Any], str | None]:
    return _layer_among(parameter, _CELLS, "an RNN cell")


def _recurrent(parameter: str) -> Callable[[Any], str | None]:
    return _layer_among(parameter, _RECURRENT, "a recurrent layer")


def _ordered(lower: str, upper: str) -> Relation:
    def broken(low: float, high: float) -> str | None:
        return f"`{lower}` ({low}) is above `{upper}` ({high})" if low > high else None

    return Relation((lower, upper), broken)


_GROUPS = Relation(("filters", "groups"), _groups)
_STRIDES = Relation(("strides", "dilation_rate"), _strides_or_dilation)
_OUTPUT_PADDING = Relation(("output_padding", "strides"), _output_padding)
_FLASH = Relation(("flash_attention", "dropout"), _flash)
_SPARSE = Relation(("sparse", "output_mode"), _sparse_needs_vector)
_PAD = Relation(("pad_to_max_tokens", "max_tokens"), _pad_needs_limit)
_IDF = Relation(("idf_weights", "output_mode"), _weights_need_tf_idf)
_INVERT = Relation(("invert", "output_mode"), _invert_needs_int)
_CLIP = Relation(("clipnorm", "clipvalue", "global_clipnorm"), _one_clip)
_VOCABULARY = (
    Relation(("vocabulary",), _unique),
    Relation(("vocabulary", "output_mode", "idf_weights"), _tf_idf_needs_weights),
    Relation(("vocabulary", "idf_weights"), _one_weight_a_word),
)
_CLASSES = Relation(("target_class_ids", "num_classes"), _known_classes)

_LAYERS: dict[str, tuple[Relation, ...]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), (_GROUPS, _STRIDES)),
    **dict.fromkeys(
        ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), (_STRIDES, _OUTPUT_PADDING)
    ),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), (_STRIDES,)),
    "CategoryEncoding": (Relation(("num_tokens", "output_mode"), _tokens),),
    "DepthwiseConv2D": (Relation(("strides",), _uniform_strides),),
    "SeparableConv2D": (Relation(("strides",), _uniform_strides),),
    "Bidirectional": (
        Relation(("layer",), _recurrent("layer")),
        Relation(("backward_layer",), _recurrent("backward_layer")),
    ),
    "RNN": (Relation(("cell",), _cells("cell")),),
    "StackedRNNCells": (Relation(("cells",), _cells("cells")),),
    "Discretization": (Relation(("num_bins", "bin_boundaries"), _bins), _SPARSE),
    "GroupNormalization": (Relation(("groups",), _not_empty),),
    "GroupQueryAttention": (
        Relation(("num_query_heads", "num_key_value_heads"), _head_groups),
        _FLASH,
    ),
    "Hashing": (_SPARSE,),
    "IntegerLookup": (
        *_VOCABULARY,
        *(_INVERT, _SPARSE, _PAD, _IDF),
        Relation(("salt", "oov_method"), _salt_needs_farmhash),
    ),
    "MelSpectrogram": (Relation(("sequence_length", "fft_length"), _sequence_length),),
    "MultiHeadAttention": (_FLASH,),
    "Normalization": (Relation(("mean", "variance"), _moments),),
    "Permute": (Relation(("dims",), _permutation),),
    "BatchNormalization": (Relation(("renorm_clipping",), _known_clipping),),
    "RandomGaussianBlur": (Relation(("kernel_size",), _odd),),
    "Reshape": (Relation(("target_shape",), _one_free_size),),
    "STFTSpectrogram": (
        Relation(("frame_step", "frame_length"), _frame_step),
        Relation(("fft_length", "frame_length"), _fft_length),
    ),
    "StringLookup": (*_VOCABULARY, _INVERT, _SPARSE, _PAD, _IDF),
    "TextVectorization": (
        Relation(("output_sequence_length", "output_mode"), _length_needs_int),
        Relation(("ragged", "output_mode"), _ragged_needs_int),
        *_VOCABULARY,
        _SPARSE,
        _PAD,
        _IDF,
    ),
}
_BY_KIND: dict[Kind, dict[str, tuple[Relation, ...]]] = {
    Kind.LAYER: _LAYERS,
    Kind.INITIALIZER: {"RandomUniform": (_ordered("minval", "maxval"),)},
    Kind.CONSTRAINT: {"MinMaxNorm": (_ordered("min_value", "max_value"),)},
    Kind.SCHEDULE: {
        "PiecewiseConstantDecay": (Relation(("boundaries", "values"), _one_value_more),)
    },
    Kind.DTYPE: {"QuantizedDTypePolicy": (Relation(("mode", "source_name"), _whole_precision),)},
    Kind.METRIC: {
        "AUC": (Relation(("num_labels", "multi_label"), _labels_need_multi),),
        "IoU": (_CLASSES,),
        "OneHotIoU": (_CLASSES,),
    },
}


def relations_of(kind: Kind, name: str, parameters: Iterable[str]) -> tuple[Relation, ...]:
    """The relations that hold between the parameters of a class."""
    if kind is Kind.OPTIMIZER:
        return (_CLIP,) if "clipnorm" in parameters else ()
    return _BY_KIND.get(kind, {}).get(name, ())
