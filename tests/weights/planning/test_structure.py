"""Whole layers matched by order and shape, and what is said of files that say no names."""

from __future__ import annotations

from specc.weights.source import TensorInfo
from tests.weights.planning.test_plan import planned, slot, tensor


def layer(path: str, *shapes: tuple[int, ...]) -> list[TensorInfo]:
    """A layer's tensors as `.weights.h5` without names has them."""
    return [
        tensor(f"{path}/vars/{i}", shape, names={"object_path": path, "index": str(i)})
        for i, shape in enumerate(shapes)
    ]


LAYERS = [
    *(slot(f"{name}.{part}", (2, 2) if part == "kernel" else (2,), index=i)
      for name in ("one", "two") for i, part in enumerate(("kernel", "bias"))),
    *(slot(f"norm.{part}", index=i) for i, part in enumerate(("gamma", "beta"))),
]  # fmt: skip


def test_structure_of_whole_layers_where_the_file_has_them() -> None:
    dense = [*layer("layers/dense_1", (2, 2), (2,)), *layer("layers/dense", (2, 2), (2,))]
    norm = layer("layers/batch_normalization", (2,), (2,))
    assert "`match: structure`" in planned(LAYERS, *dense, *norm).diagnostics[-1].help
    assert "hint: the file doesn't say" in str(planned(LAYERS, *dense, *norm))
    plan = planned(LAYERS, *dense, *norm, match="structure")
    assert plan.ok, str(plan)
    found = {each.slot: each.key for each in plan.bound}
    assert found["one.bias"] == "layers/dense/vars/1"
    assert found["two.kernel"] == "layers/dense_1/vars/0"
    assert found["norm.gamma"] == "layers/batch_normalization/vars/0"


def test_layers_of_two_classes_are_in_no_order() -> None:
    dense = [*layer("layers/dense", (2, 2), (2,)), *layer("layers/einsum_dense", (2, 2), (2,))]
    plan = planned(LAYERS[:4], *dense, match="structure")
    assert {each.what for each in plan.ambiguous} == {"it may be for several slots"}


def test_what_pytorch_wrote_is_told_by_its_names() -> None:
    plan = planned([slot("a.kernel", (2, 3))], tensor("a.kernel", (3, 2)), tensor("b.running_var"))
    mismatched, unexpected = sorted(plan.diagnostics, key=lambda each: each.code, reverse=True)
    assert mismatched.message.endswith("is [3, 2]: `transpose: [1, 0]`?")
    assert unexpected.help.endswith("a `mapping` renames and turns what PyTorch wrote")
