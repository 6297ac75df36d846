"""PyTorch's names of BERT onto specs/bert_base.yaml, and back; the weights are random."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import specc
from specc.api.weight_files import convert_file, load_mapping
from specc.catalog.rules.slot_spec import SlotKind
from specc.diagnostics import Diagnostics
from specc.weights import open_source
from specc.weights.mapping import map_source

ROOT = Path(__file__).resolve().parents[3]
MAPPING = ROOT / "mappings/bert_base.yaml"


def torch_shapes(width: int, depth: int, vocabulary: int = 50) -> dict[str, tuple[int, ...]]:
    """What `BertForPreTraining` of transformers has, by its names; matrices are out × in."""
    square, line, wide = (width, width), (width,), 4 * width
    shapes: dict[str, tuple[int, ...]] = {
        "bert.embeddings.word_embeddings.weight": (vocabulary, width),
        "bert.embeddings.position_embeddings.weight": (16, width),
        "bert.embeddings.token_type_embeddings.weight": (2, width),
        "bert.embeddings.LayerNorm.weight": line,
        "bert.embeddings.LayerNorm.bias": line,
        "bert.pooler.dense.weight": square,
        "bert.pooler.dense.bias": line,
        "cls.predictions.bias": (vocabulary,),
        "cls.predictions.transform.dense.weight": square,
    }
    for layer in range(depth):
        at = f"bert.encoder.layer.{layer}"
        for name in ("query", "key", "value"):
            shapes[f"{at}.attention.self.{name}.weight"] = square
            shapes[f"{at}.attention.self.{name}.bias"] = line
        for name, size in (
            ("attention.output.dense", square),
            ("intermediate.dense", (wide, width)),
            ("output.dense", (width, wide)),
        ):
            shapes[f"{at}.{name}.weight"] = size
            shapes[f"{at}.{name}.bias"] = size[:1]
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{at}.{name}.weight"] = line
            shapes[f"{at}.{name}.bias"] = line
    return shapes


@pytest.fixture
def torch_file(tmp_path: Path) -> Path:
    """Of two layers, and a width that is another one than the heads' number times itself."""
    random = np.random.default_rng(5)
    arrays = {
        key: random.standard_normal(shape, "float32")
        for key, shape in torch_shapes(width=192, depth=11).items()
    }
    save_file(arrays, tmp_path / "torch.safetensors", {"format": "pt"})
    return tmp_path / "torch.safetensors"


def test_it_fits_the_spec_and_comes_back_bit_by_bit(torch_file: Path, tmp_path: Path) -> None:
    params = {"vocabulary": 50, "length": 16, "width": 192, "depth": 11, "heads": 3}
    spec = specc.load(ROOT / "specs/bert_base.yaml", params=params)
    wanted = {
        slot.key: (slot.shape, slot.dtype)
        for slot in spec.slots
        if slot.kind is not SlotKind.GENERATOR
    }
    mapping = load_mapping(MAPPING)
    here, back = tmp_path / "here.safetensors", tmp_path / "back.safetensors"
    done = convert_file(torch_file, here, mapping=mapping)
    assert sorted(done.left_out) == [
        "cls.predictions.bias",
        "cls.predictions.transform.dense.weight",
    ]
    with open_source(here) as source:
        found = {key: (info.shape, info.dtype) for key, info in source.tensors().items()}
    assert found == wanted
    assert convert_file(here, back, mapping=mapping.reversed()).left_out == ()
    with open_source(torch_file) as before, open_source(back) as after:
        kept = [key for key in before.tensors() if not key.startswith("cls.")]
        assert sorted(after.tensors()) == sorted(kept)
        assert all(before.read(key).tobytes() == after.read(key).tobytes() for key in kept)


def test_attention_computes_the_same(torch_file: Path) -> None:
    """Query and output as PyTorch computes them: x @ weight.T + bias, heads side by side."""
    at = "bert.encoder.layer.0.attention"
    x = np.random.default_rng(1).standard_normal((4, 192)).astype("float32")
    mapping = load_mapping(MAPPING)
    with open_source(torch_file) as source:
        mapped = map_source(source, mapping, Diagnostics())
        query = x @ source.read(f"{at}.self.query.weight").T + source.read(f"{at}.self.query.bias")
        output = query @ source.read(f"{at}.output.dense.weight").T
        kernel, bias = (
            mapped.read(f"layer0.attention.query.{name}") for name in ("kernel", "bias")
        )
        heads = np.einsum("bw,whd->bhd", x, kernel) + bias
        joined = np.einsum("bhd,hdw->bw", heads, mapped.read("layer0.attention.output.kernel"))
    np.testing.assert_allclose(heads.reshape(4, 192), query, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(joined, output, rtol=1e-3, atol=1e-3)


def test_bert_base_itself_by_its_shapes() -> None:
    """All names and shapes of the real size; no numbers."""
    from specc.weights.mapping import assign
    from specc.weights.mapping.operations import Form, forms_after

    shapes = torch_shapes(width=768, depth=12, vocabulary=30522)
    shapes["bert.embeddings.position_embeddings.weight"] = (512, 768)
    keys = [key for key in shapes if not key.startswith("cls.")]
    found = {}
    for each in assign(load_mapping(MAPPING), keys, Diagnostics()):
        forms = forms_after(
            each.rule.operations, [Form(shapes[k], "float32") for k in each.sources]
        )
        found |= {key: form.shape for key, form in zip(each.targets, forms, strict=True)}
    slots = specc.load(ROOT / "specs/bert_base.yaml").slots
    assert found == {slot.key: slot.shape for slot in slots if slot.kind is not SlotKind.GENERATOR}
