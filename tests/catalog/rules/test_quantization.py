"""Variables under quantized dtype policies, beside Keras's own: of every layer that takes them."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec
from tests.catalog.rules.cases import EXAMPLES, Case

TOKENS = TensorSpec((None, 5), "int32")
MODES = (
    "int8", "float8", "int4", "int4/-1", "int4/3", "int4/128", "gptq/2/-1", "gptq/3/2", "gptq/4/3",
    "gptq/8/128", "awq/4/-1", "awq/4/3",
)  # fmt: skip
SOURCES = ("float32", "mixed_bfloat16", "bfloat16")
EINSUM = {
    "ab,bc->ac": ((None, 8), 5),
    "abc,cde->abde": ((None, 4, 8), [None, 3, 5]),
    "abcd,cde->abe": ((None, 4, 3, 5), [None, 7]),
    "ab,b->a": ((None, 8), []),
    "ab,bcde->acde": ((None, 2), [3, 2, 3]),
    "abc,bd->adc": ((None, 6, 3), [5, 3]),
    "...x,xy->...y": ((None, 4, 8), 5),
    "ab...,bc->ac...": ((None, 8, 4), 5),
}
LAYERS = {
    "dense": Case("Dense", (None, 8), {"units": 5}),
    "dense without bias": Case("Dense", (None, 4, 7), {"units": 4, "use_bias": False}),
    "dense lora": Case("Dense", (None, 8), {"units": 5, "lora_rank": 2}),
    "embedding": Case("Embedding", TOKENS, {"input_dim": 7, "output_dim": 5}),
    "embedding lora": Case("Embedding", TOKENS, {"input_dim": 7, "output_dim": 4, "lora_rank": 2}),
    "both ways": Case("ReversibleEmbedding", TOKENS, {"input_dim": 7, "output_dim": 5}),
    "both ways, untied": Case(
        "ReversibleEmbedding", TOKENS, {"input_dim": 7, "output_dim": 5, "tie_weights": False}
    ),
    "heads": Case(
        "MultiHeadAttention", (None, 4, 8), {"num_heads": 3, "key_dim": 5}, {"value": (None, 4, 8)}
    ),
    "small heads": Case(
        "MultiHeadAttention", (None, 4, 2), {"num_heads": 3, "key_dim": 5}, {"value": (None, 4, 2)}
    ),
    "images": Case(
        "MultiHeadAttention", (None, 3, 3, 8), {"num_heads": 2, "key_dim": 4, "output_shape": 6},
        {"value": (None, 3, 3, 8)},
    ),
    "groups": Case(
        "GroupQueryAttention", (None, 4, 8),
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2, "use_gate": True},
        {"value": (None, 4, 8)},
    ),
    **{
        f"einsum {equation}{title}": Case(
            "EinsumDense", shape, {"equation": equation, "output_shape": output, **more}
        )
        for equation, (shape, output) in EINSUM.items()
        for title, more in (("", {}), (" lora", {"lora_rank": 2}))
        if not more or equation == "abc,cde->abde"
    },
}  # fmt: skip
CASES = {
    f"{title}, {mode}": (case, f"{mode}_from_{SOURCES[place % 3]}")
    for title, case in LAYERS.items()
    for place, mode in enumerate(MODES)
}


def under(case, dtype, **more):
    return Case(case.name, case.inputs, {**case.arguments, **more}, case.call, dtype)


@pytest.mark.parametrize(("case", "dtype"), CASES.values(), ids=CASES)
def test_agrees(harness, case, dtype):
    harness.agree(under(case, dtype))


OBJECTS = {
    "policy": {"DTypePolicy": {"name": "mixed_bfloat16"}},
    "int4": {"Int4DTypePolicy": {"mode": "int4/3", "source_name": "float32"}},
    "gptq": {"GPTQDTypePolicy": {"mode": "gptq/8/3", "source_name": "mixed_bfloat16"}},
    "awq": {"AWQDTypePolicy": {"mode": "awq/4/3", "source_name": "float32"}},
    "int8": {"QuantizedDTypePolicy": {"mode": "int8"}},
    "float8": {"QuantizedFloat8DTypePolicy": {"mode": "float8", "amax_history_length": 7}},
}


@pytest.mark.parametrize("dtype", OBJECTS.values(), ids=OBJECTS)
def test_policies_as_objects_agree(harness, dtype):
    harness.agree(under(LAYERS["dense"], dtype))


CONFIGS = {
    "int4 of 4": ({"Int4QuantizationConfig": {"block_size": 4}}, "int4"),
    "int4 as usual": ("Int4QuantizationConfig", "int4"),
    "int4, no blocks": ({"Int4QuantizationConfig": {"block_size": -1}}, "int4/3"),
    "int4 of null": ({"Int4QuantizationConfig": {"block_size": None}}, "int4/3"),
    "int8": ("Int8QuantizationConfig", "int8"),
    "int8 for int4": ("Int8QuantizationConfig", "int4/3"),
}


@pytest.mark.parametrize(("config", "mode"), CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("title", ["dense", "embedding", "einsum abc,cde->abde"])
def test_configs_agree(harness, title, config, mode):
    harness.agree(under(LAYERS[title], f"{mode}_from_float32", quantization_config=config))


NOT_KNOWN = {
    "a policy by the paths of Keras's layers": ({"DTypePolicyMap": {}}, None),
    "a quantizer for a config, which Keras refuses": (
        "int8_from_float32",
        {"AbsMaxQuantizer": {"axis": -1}},
    ),
    "gptq without a block, which Keras refuses": ({"QuantizedDTypePolicy": {"mode": "gptq"}}, None),
}


@pytest.mark.parametrize(("dtype", "config"), NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_what_only_keras_can_tell_is_unknown(harness, dtype, config):
    case = under(LAYERS["dense"], dtype, quantization_config=config)
    assert harness.inferred(case).slots is None


@EXAMPLES
def test_drawn_sizes_agree(harness, examples):
    """Sizes that are odd, smaller than a block, and of every order."""
    size, mode = st.integers(1, 9), st.sampled_from(MODES)
    dense = st.builds(
        lambda n, units, mode: Case("Dense", (2, n), {"units": units}, {}, f"{mode}_from_float32"),
        size, size, mode,
    )  # fmt: skip
    heads = st.builds(
        lambda a, b, c, mode: Case(
            "EinsumDense", (2, 3, a),
            {"equation": "abc,cde->abde", "output_shape": [None, b, c]}, {}, f"{mode}_from_float32",
        ),
        size, size, size, mode,
    )  # fmt: skip
    table = st.builds(
        lambda n, m, mode: Case(
            "ReversibleEmbedding", TOKENS,
            {"input_dim": n, "output_dim": m, "tie_weights": False}, {}, f"{mode}_from_float32",
        ),
        size, size, mode,
    )  # fmt: skip
    harness.all_agree(dense | heads | table, examples)
