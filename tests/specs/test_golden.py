"""Every spec in `specs/`: checked, counted, run, saved and read again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import specc
from specc.ir import print_graph
from tests.specs.goldens import GOLDENS, LIBRARIES, OBJECTS, SPECS
from tests.specs.running import equal, load, model_of, random_inputs, run_golden

FILES = sorted(path.stem for path in SPECS.glob("*.yaml"))
PRINTED = Path(__file__).parent / "golden"
SLOW = {"efficientnet-b3", "efficientnet-b4", "efficientnet-b5", "efficientnet-b6"}
SLOW |= {"efficientnet-b7", "resnet-resnet101", "resnet-resnet152", "vit-large"}


def test_every_spec_is_golden() -> None:
    assert sorted([*GOLDENS, *OBJECTS, *LIBRARIES]) == FILES


@pytest.mark.parametrize("name", FILES)
def test_has_nothing_to_complain_of(name: str) -> None:
    assert [str(problem) for problem in specc.check(SPECS / f"{name}.yaml")] == []


@pytest.mark.parametrize("name", FILES)
def test_is_a_pleasure_to_read(name: str) -> None:
    lines = (SPECS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 100 or line != line.rstrip()] == []
    assert any(line.startswith("doc:") for line in lines)


def test_every_variant_is_counted() -> None:
    for name, golden in GOLDENS.items():
        variants = specc.load(SPECS / f"{name}.yaml").document.variants  # type: ignore[attr-defined]  # a model's
        assert set(golden.counts) - {""} == set(variants), name


def _counted() -> list[object]:
    ids = {
        f"{name}-{variant}": (name, variant, count)
        for name, golden in GOLDENS.items()
        for variant, count in golden.counts.items()
    }
    return [
        pytest.param(*row, id=id_, marks=pytest.mark.long if id_ in SLOW else ())
        for id_, row in ids.items()
    ]


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(("name", "variant", "count"), _counted())
def test_has_as_many_parameters_as_published(name: str, variant: str, count: int) -> None:
    from specc import keras_backend

    spec = specc.load(SPECS / f"{name}.yaml", variant=variant or None)
    assert spec.graph is not None
    model, _ = keras_backend.build_unfilled(spec.graph)
    assert model.count_params() == count


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", GOLDENS)
def test_runs(name: str) -> None:
    model = model_of(name)
    outputs = run_golden(name, model)
    assert model.count_params() == GOLDENS[name].small
    assert {key: value.shape for key, value in outputs.items()} == GOLDENS[name].outputs
    for value in outputs.values():
        assert np.isfinite(value).all()
        assert len(np.unique(value)) > 1  # it says something about its input


@pytest.mark.parametrize("name", GOLDENS)
def test_is_the_same_from_a_file(name: str, keras: ModuleType, tmp_path: Path) -> None:
    model_of(name).save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert equal(run_golden(name, again), run_golden(name, model_of(name)))


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", GOLDENS)
def test_is_the_same_from_its_config(name: str) -> None:
    config = model_of(name).get_config()
    text = json.dumps(config)  # for which a tuple is a list; and `from_config` empties the dict
    assert json.dumps(type(model_of(name)).from_config(config).get_config()) == text


PROCESS = """
import json, sys
from pathlib import Path
import numpy as np
import keras
if sys.argv[2] == "specc":
    import specc.keras_backend
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    arrays = np.load(path.with_suffix(".npz"))
    inputs = {key[3:]: arrays[key] for key in arrays if key.startswith("in_")}
    model = keras.models.load_model(path)
    result = model(inputs if len(inputs) > 1 else next(iter(inputs.values())))
    outputs = result if isinstance(result, dict) else {"": result}
    equal = [np.array_equal(value, arrays["out_" + key]) for key, value in outputs.items()]
    print(json.dumps([path.stem, all(equal), "specc" in sys.modules]))
"""


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("plain", [True, False], ids=["plain Keras", "with specc's layer"])
def test_is_the_same_in_another_process(plain: bool, tmp_path: Path) -> None:
    names = sorted(name for name, golden in GOLDENS.items() if golden.plain is plain)
    for name in names:
        model_of(name).save(tmp_path / f"{name}.keras")
        arrays = {f"in_{key}": value for key, value in random_inputs(GOLDENS[name]).items()}
        arrays |= {f"out_{key}": v for key, v in run_golden(name, model_of(name)).items()}
        np.savez(tmp_path / f"{name}.npz", **arrays)  # type: ignore[arg-type]  # numpy's stub
    command = [sys.executable, "-c", PROCESS, str(tmp_path), "" if plain else "specc"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=SPECS.parent, env=os.environ
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines == [[name, True, not plain] for name in names]


@pytest.mark.parametrize("name", [name for name, golden in GOLDENS.items() if golden.printed])
def test_expands_to(name: str) -> None:
    """`SPECC_UPDATE_GOLDENS=1` writes the files anew: look at their diff."""
    graph = load(name).graph
    assert graph is not None
    path = PRINTED / f"{name}.txt"
    if os.environ.get("SPECC_UPDATE_GOLDENS"):
        path.write_text(print_graph(graph) + "\n", encoding="utf-8")
    assert print_graph(graph) + "\n" == path.read_text(encoding="utf-8")


def test_no_printed_graph_is_left_over() -> None:
    printed = {name for name, golden in GOLDENS.items() if golden.printed}
    assert {path.stem for path in PRINTED.glob("*.txt")} - {"digests"} == printed


def test_the_optimizer(keras: ModuleType) -> None:
    optimizer = specc.compile(SPECS / "adamw.yaml")
    assert isinstance(optimizer, keras.optimizers.AdamW)
    rates = [float(optimizer._learning_rate(step)) for step in (0, 1000, 2000, 100_000)]
    assert rates == pytest.approx([0.0, 3e-4, 6e-4, 6e-5])
    assert (optimizer.weight_decay, optimizer.beta_2, optimizer.clipnorm) == (0.1, 0.95, 1.0)
