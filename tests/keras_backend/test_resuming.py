"""Training that goes on in another process as if it had never stopped, bit for bit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import specc
from specc.errors import SpeccError
from specc.weights import array_digest
from tests.structure.tree import ROOT

SPEC = """\
specc: 1
model: small
inputs: {x: {shape: [6]}}
body:
  - {Dense: {units: 8, activation: relu}, name: hidden}
  - {BatchNormalization: , name: norm}
  - {Dropout: {rate: 0.4}, name: drop}
  - {Dense: {units: 2}, name: head}
training: {optimizer: {Adam: {learning_rate: 0.01}}, loss: mse}
"""
DROPOUT = "  - {Dropout: {rate: 0.4}, name: drop}\n"
RESUME = """
import sys
import specc
from tests.keras_backend.test_resuming import digest, train

model = specc.bind("m.yaml", sys.argv[1], with_training=True)
train(model, 5, 5)
print(*digest(model))
"""


def train(model: Any, start: int, steps: int) -> None:
    for step in range(start, start + steps):
        generator = np.random.default_rng(step)
        x, y = (generator.random((8, width), np.float32) for width in (6, 2))
        model.train_on_batch(x, y)


def digest(model: Any) -> list[str]:
    variables = [*model.variables, *model.optimizer.variables]
    return sorted(array_digest(each.numpy()) for each in variables)


@pytest.mark.parametrize("name", ["w.safetensors", "m.keras", "ckpt"])
def test_k_steps_and_k_more_are_2k(keras: ModuleType, tmp_path: Path, name: str) -> None:
    import tensorflow as tf

    text = SPEC if name == "w.safetensors" else SPEC.replace(DROPOUT, "")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    model = specc.compile(specc.load(tmp_path / "m.yaml"), seed=3)
    train(model, 0, 5)
    match name:
        case "m.keras":
            model.save(tmp_path / name)
        case "ckpt":
            tf.train.Checkpoint(model=model).write(str(tmp_path / name))
        case _:
            specc.save_weights(model, tmp_path / name, with_training=True)
    train(model, 5, 5)
    done = subprocess.run(
        [sys.executable, "-c", RESUME, name],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == digest(model)


def test_generators_that_keras_does_not_save_are_said_to_be_missing(
    keras: ModuleType, tmp_path: Path
) -> None:
    specc.compile(specc.loads(SPEC), seed=3).save(tmp_path / "m.keras")
    plan = specc.plan(specc.loads(SPEC), tmp_path / "m.keras", with_training=True)
    assert [each.key for each in plan.missing] == ["drop.seed_generator"]


def test_without_it_the_optimizer_starts_anew(keras: ModuleType, tmp_path: Path) -> None:
    model = specc.compile(specc.loads(SPEC), seed=3)
    specc.save_weights(model, tmp_path / "w.safetensors", with_training=True)
    plan = specc.plan(specc.loads(SPEC), tmp_path / "w.safetensors")
    assert plan.ok
    assert plan.files[0].aside == len(model.optimizer.variables) + 1
    specc.save_weights(model, tmp_path / "plain.safetensors")
    with pytest.raises(SpeccError, match="optimizer"):
        specc.bind(specc.loads(SPEC), tmp_path / "plain.safetensors", with_training=True)


def test_a_spec_without_training_has_nothing_to_go_on_with(tmp_path: Path) -> None:
    text = SPEC.partition("training:")[0]
    specc.save_weights(specc.compile(specc.loads(text)), tmp_path / "w.safetensors")
    with pytest.raises(SpeccError, match="no `training`"):
        specc.plan(specc.loads(text), tmp_path / "w.safetensors", with_training=True)


def test_digests_see_single_bits() -> None:
    assert array_digest(np.zeros(2, np.float32)) != array_digest(-np.zeros(2, np.float32))
