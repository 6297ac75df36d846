"""Dense, Embedding, Identity and the others of no family, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import UNKNOWN, TensorSpec
from tests.catalog.rules.cases import EXAMPLES, Case

U = {"units": 3}
E = {"input_dim": 7, "output_dim": 4}
TOKENS = TensorSpec((None, 5), "int32")
DENSE = {
    "plain": Case("Dense", (None, 8), U),
    "no bias": Case("Dense", (2, 5, 8), U | {"use_bias": False}),
    "mixed": Case("Dense", (2, 5, 8), U, dtype="mixed_bfloat16"),
    "lora": Case("Dense", (2, 5, 8), U | {"lora_rank": 2}, dtype="bfloat16"),
    "int8": Case("Dense", (2, 5, 8), U, dtype="int8_from_mixed_bfloat16"),
    "int8 lora": Case("Dense", (2, 5, 8), U | {"lora_rank": 2}, dtype="int8_from_float32"),
    "float8": Case("Dense", (2, 5, 8), U, dtype="float8_from_mixed_bfloat16"),
    "activation layer": Case("Dense", (2, 8), U | {"activation": {"PReLU": {}}}),
    "integers": Case("Dense", TensorSpec((2, 8), "int32"), U),
    "rank 1": Case("Dense", (8,), U),
    "last unknown": Case("Dense", (3, None), U),
    "two tensors": Case("Dense", [(3, 2), (3, 2)], U),
}
EMBEDDING = {
    "plain": Case("Embedding", TOKENS, E),
    "floats": Case("Embedding", (None, 5, None), E),
    "scalar": Case("Embedding", TensorSpec((), "int32"), E),
    "masked": Case("Embedding", TOKENS, E | {"mask_zero": True}),
    "half": Case("Embedding", TOKENS, E, dtype="mixed_float16"),
    "lora": Case("Embedding", TOKENS, E | {"lora_rank": 2}, dtype="float16"),
    "int8": Case("Embedding", TOKENS, E, dtype="int8_from_mixed_bfloat16"),
    "float8": Case("Embedding", TOKENS, E, dtype="float8_from_float32"),
    "two tensors": Case("Embedding", [TOKENS, TOKENS], E),
    "reversible": Case("ReversibleEmbedding", TOKENS, E),
    "reversible untied": Case("ReversibleEmbedding", TOKENS, E | {"tie_weights": False}),
    "reversible int8": Case(
        "ReversibleEmbedding", TOKENS, E | {"tie_weights": False}, dtype="int8_from_float32"
    ),
    "reversible untied lora int8": Case(
        "ReversibleEmbedding",
        TOKENS,
        E | {"lora_rank": 2, "tie_weights": False},
        dtype="int8_from_float32",
    ),
    "reversible lora": Case("ReversibleEmbedding", TOKENS, E | {"lora_rank": 2}),
    "reversible untied lora": Case(
        "ReversibleEmbedding", TOKENS, E | {"lora_rank": 2, "tie_weights": False}
    ),
    "reversed": Case("ReversibleEmbedding", (None, 5, 4), E, {"reverse": True}),
    "reversed mixed": Case(
        "ReversibleEmbedding", (2, 4), E, {"reverse": True}, dtype="mixed_float16"
    ),
    "reversed scalar": Case("ReversibleEmbedding", (), E, {"reverse": True}),
}
OTHERS = {
    "identity": Case("Identity", TensorSpec((2, None), "int32")),
    "identity of several": Case("Identity", {"a": (2, 3), "b": [(2,), TOKENS]}),
    "identity casts": Case("Identity", (2, 3), dtype="float16"),
    "masking": Case("Masking", (None, 4, 5)),
    "masking half": Case("Masking", (None, 4, 5), {"mask_value": 1.5}, dtype="mixed_float16"),
    "scale": Case("LayerScale", (None, 4, 8), {"init_values": 0.1, "projection_dim": 8}),
    "scale half": Case(
        "LayerScale", (None, 8), {"init_values": 0.1, "projection_dim": 8}, dtype="mixed_float16"
    ),
    "scale of one": Case("LayerScale", (None, 1), {"init_values": 0.1, "projection_dim": 8}),
    "scale of unknown": Case("LayerScale", (8, None), {"init_values": 0.1, "projection_dim": 8}),
    "scale of others": Case("LayerScale", (None, 7), {"init_values": 0.1, "projection_dim": 8}),
    "custom scale": Case("CustomScaleLayer", [(None, 4), (None, 4)], {"scale": 0.2}),
    "custom scale of others": Case("CustomScaleLayer", [(None, 4), (None, 5)], {"scale": 0.2}),
    "stochastic depth": Case("StochasticDepth", (None, 4), {"drop_path_rate": 0.2}),
}
TABLE = {
    **{f"dense {title}": case for title, case in DENSE.items()},
    **{f"embedding {title}": case for title, case in EMBEDDING.items()},
    **OTHERS,
}


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE)
def test_agrees(harness, case):
    harness.agree(case)


INPUTS = {
    "batch shape": {"batch_shape": [None, 3, 4]},
    "shape": {"shape": [3, None]},
    "shape and batch": {"shape": [3], "batch_size": 5},
}


@pytest.mark.parametrize("arguments", INPUTS.values(), ids=INPUTS)
def test_an_input_layer_gives_what_its_arguments_say(harness, keras, arguments):
    theirs = keras.layers.InputLayer(**arguments, dtype="float16").output
    ours = harness.inferred(Case("InputLayer", UNKNOWN, arguments, dtype="float16"))
    assert ours.outputs == TensorSpec(theirs.shape, "float16")
    assert ours.slots == ()


ONCE = st.just({})
"""No further arguments of the call."""


def calls(name, arguments, call, dtypes=()):
    """Calls of a class on a tensor of any shape."""
    shape = st.lists(st.none() | st.integers(1, 5), max_size=4).map(tuple)
    dtype = st.sampled_from(("float32", "mixed_float16", "int8_from_float32", *dtypes))
    return st.builds(Case, st.just(name), shape, arguments, call, dtype)


@EXAMPLES
def test_drawn_dense_agrees(harness, examples):
    arguments = st.fixed_dictionaries(
        {"units": st.integers(1, 4), "use_bias": st.booleans()},
        optional={"lora_rank": st.integers(1, 3)},
    )
    harness.all_agree(calls("Dense", arguments, ONCE, ["float8_from_float32"]), examples)


@EXAMPLES
def test_drawn_embeddings_agree(harness, examples):
    needed = {"input_dim": st.integers(1, 4), "output_dim": st.integers(1, 4)}
    arguments = st.fixed_dictionaries(needed, optional={"lora_rank": st.integers(1, 3)})
    harness.all_agree(calls("Embedding", arguments, ONCE), examples)


@EXAMPLES
def test_drawn_reversible_embeddings_agree(harness, examples):
    needed = {"input_dim": st.integers(1, 4), "output_dim": st.integers(1, 4)}
    optional = {"lora_rank": st.integers(1, 3), "tie_weights": st.booleans()}
    call = st.fixed_dictionaries({}, optional={"reverse": st.booleans()})
    arguments = st.fixed_dictionaries(needed, optional=optional)
    harness.all_agree(calls("ReversibleEmbedding", arguments, call), examples)
