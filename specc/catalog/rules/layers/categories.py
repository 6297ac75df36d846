"""Layers that count categories: numbers, texts and hashes as indices or encodings."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import at_least, shape_of
from specc.catalog.rules.registry import Arguments, CallArguments, RuleError, shapes_of, stateless
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Size, Specs, TensorSpec, show_shape

INDEX = "int64"
"""The dtype of indices into a vocabulary, and of hashes."""


stateless(
    "Discretization", "CategoryEncoding", "Hashing", "HashedCrossing",
    "IntegerLookup", "StringLookup", "TextVectorization",
)  # fmt: skip


@shapes_of("Discretization")
def discretization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The index of each value's bin, or the bins of a sample, encoded."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    if a["output_mode"] == "int":
        return TensorSpec(shape, "int32")
    edges = a["bin_boundaries"]
    depth = a["num_bins"] if edges is None else len(edges) + 1
    if a["output_mode"] == "one_hot":
        return TensorSpec(_one_hot(shape, depth), a.policy.compute)
    head = () if len(shape) < 2 else (shape[0], *shape[2:])
    return TensorSpec((*head, depth), a.policy.compute)


@shapes_of("CategoryEncoding")
def category_encoding(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[…, n]` → `[…, num_tokens]`, or `[…, n, num_tokens]` for `one_hot`."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    return TensorSpec(_encoded(shape, a["output_mode"], a["num_tokens"]), a.policy.compute)


@shapes_of("Hashing")
def hashing(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """A hash for each value, or `num_bins` of them in place of the last size."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    if a["output_mode"] == "int":
        return TensorSpec(shape, _index_dtype(a))
    return TensorSpec((*shape[:-1], a["num_bins"]), a.policy.variable)


@shapes_of("HashedCrossing")
def hashed_crossing(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """A hash for each pair of values, or its encoding."""
    if isinstance(x, TensorSpec) and x.shape is None:
        return UNKNOWN
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise RuleError("needs a list of two tensors", "write `in: [one, other]`")
    one, other = at_least(x[0], 1), at_least(x[1], 1)
    if one is None or other is None:
        return UNKNOWN
    if one[-1] != other[-1]:
        if one[-1] is None or other[-1] is None:
            return UNKNOWN
        raise RuleError(f"can't cross {show_shape(one)} with {show_shape(other)}")
    if a["output_mode"] == "int":
        return TensorSpec(one, _index_dtype(a))
    head = one[:-1] if one[-1] == 1 else one
    return TensorSpec((*head, a["num_bins"]), a.policy.compute)


@shapes_of("IntegerLookup", "StringLookup")
def lookup(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """The index of each value in the vocabulary, or the encoding of a sample."""
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    return _looked_up(a, shape, a["num_oov_indices"], a["oov_token"])


@shapes_of("TextVectorization")
def text_vectorization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """`[batch]` → `[batch, words]` with the index of each word, or the encoding of each text."""
    if a["output_mode"] == "int":
        texts = at_least(x, 1)
        sizes = None if texts is None else (texts[0], a["output_sequence_length"])
        return TensorSpec(sizes, INDEX)
    shape = shape_of(x)
    if shape is None:
        return UNKNOWN
    if a["split"] is not None:
        shape = (*shape, None)
    elif len(shape) < 2:
        shape = (*shape, 1)
    return _looked_up(a, shape, 1, "[UNK]")


def _looked_up(a: Arguments, shape: Shape, unknowns: int, unknown: object) -> TensorSpec:
    mode = a["output_mode"]
    if mode == "int":
        return TensorSpec(shape, INDEX)
    depth = a["max_tokens"] if a["pad_to_max_tokens"] else _words(a, unknowns, unknown)
    return TensorSpec(_encoded(shape, mode, depth), "float32")


def _words(a: Arguments, unknowns: int, unknown: object) -> Size:
    """The size of the vocabulary, with the places for words that it doesn't hold."""
    words = a["vocabulary"]
    if not isinstance(words, list):
        return None  # it stands in a file, or comes with `adapt`
    has_them = words[:unknowns] == [unknown] * unknowns
    return len(words) if has_them else len(words) + unknowns


def _one_hot(shape: Shape, depth: Size) -> Shape:
    """An encoding for each value; a last size of one goes."""
    return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)


def _encoded(shape: Shape, mode: str, depth: Size) -> Shape:
    """An encoding for each value, or one for all those along the last dimension."""
    return _one_hot(shape, depth) if mode == "one_hot" else (*shape[:-1], depth)


def _index_dtype(a: Arguments) -> str:
    """Hashes are integers, whatever the model's dtype is."""
    return a.policy.compute if a.policy.compute in ("int32", INDEX) else INDEX
