"""Files that are made to do harm, given to the commands that read models.

Each payload would touch a marker, which is all that it would do. What must hold: a diagnostic that
names the file, exit 1, no traceback, no marker, nothing written, in five seconds and 256 MiB.
"""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import resource
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from specc.cli import main
from tests.weights.archives import zipped

SECONDS = 5
BYTES = 256 * 2**20
START = 96 * 2**20
"""What Python takes with specc imported."""

WITH_TENSORFLOW = 1536 * 2**20
REACH_WEIGHTS = ("CVE-2026-0897", "CVE-2026-1669", "CVE-2026-12479")
"""Files whose model is in order; TensorFlow is imported before their weights are looked at."""

Write = Callable[[Path], list[str]]
"""Writes a file into a folder, and gives the command that reads it."""


def marker(folder: Path) -> Path:
    return folder / "marker"


def code_of(folder: Path) -> str:
    """The bytecode of a function that touches the marker, as Keras stores a Lambda's."""
    code = compile(f"open({str(marker(folder))!r}, 'w')", "evil", "eval")
    return base64.b64encode(marshal.dumps(code)).decode()


def config_with(layer: dict[str, Any]) -> dict[str, Any]:
    """A model of Keras 3 with one layer that reads the input."""
    history = {"shape": [None, 1], "dtype": "float32", "keras_history": ["x", 0, 0]}
    node = {"args": [{"class_name": "__keras_tensor__", "config": history}], "kwargs": {}}
    given = {"batch_shape": [None, 1], "dtype": "float32", "name": "x"}
    first = {"class_name": "InputLayer", "config": given, "name": "x", "inbound_nodes": []}
    name = layer["config"].setdefault("name", "it")
    made = {"module": "keras.layers", **layer, "name": name, "inbound_nodes": [node]}
    inner = {
        "name": "m",
        "layers": [{**first, "module": "keras.layers"}, made],
        "input_layers": [["x", 0, 0]],
        "output_layers": [[name, 0, 0]],
    }
    return {"class_name": "Functional", "module": "keras", "config": inner}


def imported(path: Path) -> list[str]:
    out = path.parent / "out"
    return ["import", str(path), "-o", f"{out}.yaml", "--weights", f"{out}.safetensors"]


def archive(folder: Path, config: object, **members: bytes) -> list[str]:
    path = folder / "evil.keras"
    path.write_bytes(zipped({"config.json": json.dumps(config).encode(), **members}))
    return imported(path)


def h5(folder: Path, config: object) -> list[str]:
    with h5py.File(folder / "evil.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0"
    return imported(folder / "evil.h5")


def layer(class_name: str, **config: object) -> dict[str, Any]:
    return {"class_name": class_name, "config": dict(config)}


def lambda_of_bytecode(folder: Path) -> dict[str, Any]:
    code = {"code": code_of(folder), "defaults": None, "closure": None}
    return layer("Lambda", function={"class_name": "__lambda__", "config": code})


def lambda_of(module: str, name: str, **arguments: object) -> dict[str, Any]:
    function = {"module": module, "class_name": "function", "config": name}
    return layer("Lambda", function=function, arguments=arguments)


def yaml_of_python(folder: Path) -> list[str]:
    path = folder / "evil.yaml"
    call = f'!!python/object/apply:os.system ["touch {marker(folder)}"]'
    path.write_text(f"specc: 1\nmodel: m\ninputs: {{x: {{shape: [1]}}}}\nbody: {call}\n")
    return ["check", str(path)]


def module_of_a_stranger(folder: Path) -> list[str]:
    (folder / "evil_module.py").write_text(f"open({str(marker(folder))!r}, 'w')")
    evil = {"class_name": "function", "module": "evil_module", "config": "anything"}
    return archive(folder, config_with(layer("Dense", units=1, activation=evil)))


def unlocking(folder: Path) -> list[str]:
    """A config that first allows what is unsafe, and then has it."""
    config = config_with(lambda_of_bytecode(folder))
    unlock = {"module": "keras.config", "class_name": "enable_unsafe_deserialization", "config": {}}
    config["config"]["layers"].insert(0, {**unlock, "name": "first", "inbound_nodes": []})
    return archive(folder, config)


def old_lambda(folder: Path) -> dict[str, Any]:
    function = layer("Lambda", name="it", function_type="lambda", batch_input_shape=[None, 1])
    function["config"]["function"] = [code_of(folder), None, None]
    return {"class_name": "Sequential", "config": [function]}


def out_of_the_archive(folder: Path) -> list[str]:
    config = config_with(layer("Dense", units=1))
    return archive(folder, config, **{"../marker": b"x"})


def declared_weights(folder: Path) -> list[str]:
    """Weights whose file declares a tebibyte, and has none of it."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        variables = file.create_group("layers/dense/vars")
        variables.attrs["name"] = "it"
        variables.create_dataset("0", shape=(1, 2**38), dtype="float32", chunks=(1, 2**20))
        variables["1"] = np.zeros(1, "float32")
    config = config_with(layer("Dense", units=1))
    return archive(folder, config, **{"model.weights.h5": buffer.getvalue()})


def external_weights(folder: Path) -> list[str]:
    (folder / "secret").write_bytes(b"secret!!" * 8)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        place = [(str(folder / "secret"), 0, 4)]
        file.create_dataset("layers/dense/vars/0", (1, 1), "float32", external=place)
    config = config_with(layer("Dense", units=1))
    return archive(folder, config, **{"model.weights.h5": buffer.getvalue()})


def name_that_leads_out(folder: Path) -> list[str]:
    """A layer whose name is a way to another folder; with assets, which Keras stores by it."""
    config = config_with(layer("StringLookup", name="../../../marker", vocabulary=None))
    return archive(folder, config, **{"assets/x": b"x"})


# What each advisory is about, and what is made of a file like those that it tells of.
ADVISORIES: dict[str, tuple[Write, str]] = {
    # Python objects in YAML.
    "CVE-2021-37678": (yaml_of_python, "S"),
    # Bytecode in a Lambda.
    "CVE-2024-3660": (lambda to: archive(to, config_with(lambda_of_bytecode(to))), "S522"),
    # A module that the config names.
    "CVE-2025-1550": (module_of_a_stranger, "S524"),
    # Keras's own functions as tools, in a Lambda that needs no bytecode.
    "CVE-2025-8747": (
        lambda to: archive(
            to,
            config_with(
                lambda_of("keras.utils", "get_file", origin=marker(to).as_uri(), fname="marker")
            ),
        ),
        "S522",
    ),
    # Safe mode isn't asked about in `.h5`.
    "CVE-2025-9905": (lambda to: h5(to, old_lambda(to)), "S522"),
    # A config that turns safe mode off.
    "CVE-2025-9906": (unlocking, "S5"),
    # A vocabulary that is a path.
    "CVE-2025-12058": (
        lambda to: archive(to, config_with(layer("StringLookup", vocabulary="/etc/passwd"))),
        "S206",
    ),
    # Members of an archive that lead out of it.
    "CVE-2025-12060": (out_of_the_archive, "S9"),
    # A pickle of PyTorch's in a layer.
    "CVE-2025-49655": (
        lambda to: archive(to, config_with(layer("TorchModuleWrapper", module=code_of(to)))),
        "S522",
    ),
    # A shape without bounds in the weights.
    "CVE-2026-0897": (declared_weights, "S9"),
    # A SavedModel elsewhere, run as a layer.
    "CVE-2026-1462": (
        lambda to: archive(to, config_with(layer("TFSMLayer", filepath=str(to)))),
        "S522",
    ),
    # Weights in another file.
    "CVE-2026-1669": (external_weights, "S904"),
    # Names of layers as paths.
    "CVE-2026-12479": (name_that_leads_out, "S"),
    # A Lambda in a layer, where no safe mode is in force.
    "CVE-2026-12481": (
        lambda to: archive(to, config_with(layer("TimeDistributed", layer=lambda_of_bytecode(to)))),
        "S522",
    ),
}


def linked_member(folder: Path) -> list[str]:
    path = folder / "evil.keras"
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("config.json")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    return imported(path)


def bomb(folder: Path) -> list[str]:
    path = folder / "evil.keras"
    config = b'{"a":"' + b"x" * (64 * 2**20) + b'"}'
    path.write_bytes(zipped({"config.json": config}, zipfile.ZIP_DEFLATED))
    return imported(path)


def raw(name: str, data: bytes) -> Write:
    def write(folder: Path) -> list[str]:
        (folder / name).write_bytes(data)
        return imported(folder / name)

    return write


def of_members(*names: str) -> Write:
    def write(folder: Path) -> list[str]:
        return archive(folder, config_with(layer("Dense", units=1)), **dict.fromkeys(names, b"x"))

    return write


def truncated(folder: Path) -> list[str]:
    command = archive(folder, config_with(layer("Dense", units=1)))
    data = (folder / "evil.keras").read_bytes()
    (folder / "evil.keras").write_bytes(data[:-30])
    return command


def of_bad_checksum(folder: Path) -> list[str]:
    command = archive(folder, config_with(layer("Dense", units=1)))
    data = (folder / "evil.keras").read_bytes()
    (folder / "evil.keras").write_bytes(data.replace(b'"units": 1', b'"units": 2', 1))
    return command


def encrypted(folder: Path) -> list[str]:
    command = archive(folder, config_with(layer("Dense", units=1)))
    data = bytearray((folder / "evil.keras").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    (folder / "evil.keras").write_bytes(data)
    return command


def deep_model(folder: Path) -> list[str]:
    inner: dict[str, Any] = layer("Dense", units=1, batch_input_shape=[None, 1])
    for _ in range(300):
        inner = {"class_name": "Sequential", "config": [inner]}
    return h5(folder, inner)


OTHERS: dict[str, tuple[Write, str]] = {
    "a Lambda of Keras's function": (
        lambda to: archive(to, config_with(lambda_of("keras.saving", "load_model"))), "S522"),
    "a registered name of a stranger's": (
        lambda to: archive(to, config_with(
            {**layer("Mine"), "module": None, "registered_name": "evil>Mine"})), "S524"),
    "a dict of Keras's among the arguments": (
        lambda to: archive(to, config_with(layer("Dense", units=1, kernel_regularizer={
            "class_name": "__lambda__", "config": {"value": code_of(to)}}))), "S524"),
    "a compiled loss of a stranger's": (
        lambda to: archive(to, {**config_with(layer("Dense", units=1)), "compile_config": {
            "loss": {"module": "os", "class_name": "function", "config": "system"}}}), "S524"),
    "JSON of depth 100,000": (raw("evil.json", b'{"a":' + b"[" * 100_000), "S903"),
    "JSON that is cut": (raw("evil.json", b'{"class_name": "Sequential", "config"'), "S903"),
    "models in models": (deep_model, "S521"),
    "a member from the root": (of_members("/marker"), "S9"),
    "a member with backslashes": (of_members("..\\marker"), "S9"),
    "a link as a member": (linked_member, "S9"),
    "a bomb of 1,000 to 1": (bomb, "S9"),
    "an archive that is cut": (truncated, "S9"),
    "a bad checksum": (of_bad_checksum, "S9"),
    "an encrypted member": (encrypted, "S9"),
    "70,000 members": (of_members(*(f"m{i}" for i in range(70_000))), "S9"),
}  # fmt: skip
CASES = {**ADVISORIES, **OTHERS}
LISTED = (
    *("CVE-2021-37678", "CVE-2024-3660", "CVE-2025-1550", "CVE-2025-8747", "CVE-2025-9905"),
    *("CVE-2025-9906", "CVE-2025-12058", "CVE-2025-12060", "CVE-2025-49655", "CVE-2026-0897"),
    *("CVE-2026-1462", "CVE-2026-1669", "CVE-2026-12479", "CVE-2026-12481"),
)
"""The advisories about Keras's loading that are known."""


def held(folder: Path, code: str, status: int, told: str) -> None:
    assert status == 1, told
    assert f"error[{code}" in told, told
    assert "evil" in told
    assert "Traceback" not in told
    assert "S900" not in told
    assert not marker(folder).exists()
    assert not list(folder.parent.glob("marker*"))
    assert not list(folder.glob("out*"))


QUICK = [each for each in CASES if each != "70,000 members"]  # which takes seconds to write


@pytest.mark.parametrize("what", QUICK)
def test_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    write, code = CASES[what]
    command = write(folder)
    begin = time.process_time()
    status = main(command)
    assert time.process_time() - begin < SECONDS
    done = capsys.readouterr()
    held(folder, code, status, done.out + done.err)


def test_every_advisory_has_its_file() -> None:
    assert set(ADVISORIES) == set(LISTED)


def limited(what: str) -> None:
    most = BYTES + (WITH_TENSORFLOW if what in REACH_WEIGHTS else START)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@pytest.mark.long
@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_in_little_memory(tmp_path: Path, what: str) -> None:
    """In a process of its own, which a signal would end."""
    folder = tmp_path / "inner"
    folder.mkdir()
    write, code = CASES[what]
    command = [sys.executable, "-m", "specc", *write(folder)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=4 * SECONDS,
        preexec_fn=partial(limited, what), check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    held(folder, code, done.returncode, done.stdout + done.stderr)
