"""Every model in `specs/models/`: checked, counted, saved, and read again."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import specc
from specc.catalog.rules import SlotKind
from specc.passes.inference import specs_of
from tests.specs.models.examples import EXAMPLES, FOLDER, load, model_of, random_inputs

FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_has_nothing_to_complain_of(name: str) -> None:
    assert [str(problem) for problem in specc.check(FOLDER / f"{name}.yaml")] == []


@pytest.mark.parametrize("name", FILES)
def test_is_a_pleasure_to_read(name: str) -> None:
    lines = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 100 or line != line.rstrip()] == []
    assert any(line.startswith("doc:") for line in lines)


@pytest.mark.parametrize("name", EXAMPLES)
def test_has_as_many_parameters_as_its_original(name: str) -> None:
    for variant, count in EXAMPLES[name].published.items():
        slots = specc.load(FOLDER / f"{name}.yaml", variant=variant or None).slots or ()
        assert (
            sum(math.prod(slot.shape) for slot in slots if slot.kind is not SlotKind.GENERATOR)
            == count
        )


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_rules_know_its_slots_and_shapes(name: str) -> None:
    import keras

    from specc.keras_backend.slots import slots_of

    spec, model = load(name), model_of(name)
    built = [slot for slot in slots_of(model, "") if not slot.is_generator]
    known = {
        slot.key: slot.shape for slot in spec.slots or () if slot.kind is not SlotKind.GENERATOR
    }
    assert {slot.key: tuple(slot.variable.shape) for slot in built} == known
    outputs = keras.tree.map_structure(lambda value: value.shape[1:], model(random_inputs(name)))
    assert spec.graph is not None
    inferred = specs_of(spec.graph.outputs, spec.graph.specs)
    keras.tree.assert_same_structure(outputs, inferred)
    for output, inference in zip(
        keras.tree.flatten(outputs), keras.tree.flatten(inferred), strict=True
    ):
        pairs = zip(output, inference.shape[1:], strict=True)
        assert all(known in (size, None) for size, known in pairs)


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", EXAMPLES)
def test_is_the_same_from_its_config(name: str) -> None:
    config = model_of(name).get_config()
    text = json.dumps(config)
    assert json.dumps(type(model_of(name)).from_config(config).get_config()) == text
    if load(name).graph.style == "subclassed":  # Keras's own functional models empty it
        assert json.dumps(config) == text


PROCESS = """
import sys
from pathlib import Path
import keras
import numpy as np
import specc.keras_backend
from tests.specs.models.comparing import restart_generators
from tests.specs.models.examples import random_inputs
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    model = keras.models.load_model(path)
    restart_generators(model)
    outputs = model(random_inputs(path.stem), training=False)
    np.savez(path.with_suffix(".npz"), *keras.tree.flatten(outputs))
"""


@pytest.mark.usefixtures("keras")
def test_is_the_same_in_another_process(tmp_path: Path) -> None:
    import keras

    from tests.specs.models.comparing import restart_generators

    for name in EXAMPLES:
        model_of(name).save(tmp_path / f"{name}.keras")
    root = FOLDER.parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run(
        [sys.executable, "-c", PROCESS, str(tmp_path)], check=True, cwd=root, env=environment
    )
    for name in EXAMPLES:
        restart_generators(model_of(name))
        outputs = keras.tree.flatten(model_of(name)(random_inputs(name), training=False))
        again = np.load(tmp_path / f"{name}.npz")
        assert len(again) == len(outputs)
        for place, output in enumerate(outputs):
            np.testing.assert_array_equal(again[f"arr_{place}"], output, err_msg=name)
