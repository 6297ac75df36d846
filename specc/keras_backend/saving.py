"""Models and Keras objects written to files."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend import tracing
from specc.keras_backend.failures import first_words
from specc.keras_backend.python.making import as_keras_writes
from specc.source.atomic import TEMPORARY_PREFIX
from specc.source.reader import display_name

SPEC_MEMBER = "specc.yaml"
"""The member of a `.keras` archive that holds the spec; Keras looks at its own members only."""

FACTS_MEMBER = "specc.json"
"""The member that says with what the spec was compiled: params, variant, seed."""


def write_keras(model: Any, path: Path, spec: str, facts: Mapping[str, object]) -> None:
    """Writes a `.keras` archive, in which the spec travels along.

    Args:
        model: The model.
        path: Where to; it ends in `.keras`.
        spec: The spec's text.
        facts: Plain data: with what it was compiled.
    """
    write_archive(model, path, _members(spec, facts))


def write_archive(model: Any, path: Path, others: Mapping[str, str]) -> None:
    """Writes a `.keras` archive with what is known of its weights, and with other members.

    Raises:
        SpeccError: S610 if Keras can't save the model.
    """
    with _written():
        keras.saving.save_model(model, path)
    members = {**others, tracing.MEMBER: tracing.record_text(model, path)}
    with zipfile.ZipFile(path, "a") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)  # which holds no date


def write_saved_model(model: Any, path: Path, force: bool) -> None:
    """Writes the folder of a SavedModel, whole or not at all: made beside, then renamed.

    Raises:
        SpeccError: S801 if it exists and `force` is not given, S802 if it cannot be written, S610
            if Keras can't export the model.
    """
    name = display_name(path)
    old = path.with_name(f"{TEMPORARY_PREFIX}old-{os.urandom(8).hex()}")
    made = path.with_name(f"{TEMPORARY_PREFIX}new-{os.urandom(8).hex()}")
    if path.exists() and not (force and (path / "saved_model.pb").is_file()):
        hint = "give another name" + ("" if force else ", or `--force`")
        raise SpeccError(
            [Diagnostic("S801", f"`{name}` exists, and is not overwritten", help=hint)]
        )
    try:
        with _written():
            model.export(made, verbose=False)
        if path.exists():
            path.rename(old)
        made.rename(path)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise SpeccError([Diagnostic("S802", f"`{name}` cannot be written: {words}")]) from error
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
        for folder in (made, old):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _written() -> Iterator[None]:
    """Within, what Keras or a user's `get_config` raises is a problem of the model; OSError isn't.

    Raises:
        SpeccError: S610, with what was raised.
    """
    try:
        yield
    except (OSError, MemoryError, RecursionError):
        raise
    except Exception as error:
        said = f"Keras says: {first_words(error)}"
        raise SpeccError([Diagnostic("S610", "Keras can't save the model", help=said)]) from error


def _members(spec: str, facts: Mapping[str, object]) -> dict[str, str]:
    return {SPEC_MEMBER: spec, FACTS_MEMBER: f"{json.dumps(facts, indent=2, default=str)}\n"}


def model_json(model: Any, compile_config: Mapping[str, Any] | None) -> str:
    """A model's Keras config, as `keras.models.model_from_json` reads it.

    Args:
        model: The model; its variables need no values.
        compile_config: What `training` says, for a model that isn't compiled.
    """
    with _written():
        config = json.loads(model.to_json())
    if compile_config is not None:
        config["compile_config"] = as_keras_writes(compile_config)
    return pretty_json(config)


def object_json(value: Any) -> str:
    """A Keras object's config."""
    return pretty_json(keras.saving.serialize_keras_object(value))


def pretty_json(value: object) -> str:
    """JSON for people and diffs: a key a line, but lists of plain values on one."""
    return f"{_pretty(value, '')}\n"


def _pretty(value: object, margin: str) -> str:
    inner = f"{margin}  "
    if isinstance(value, dict) and value:
        parts = [f"{json.dumps(key)}: {_pretty(item, inner)}" for key, item in value.items()]
        return f"{{\n{inner}" + f",\n{inner}".join(parts) + f"\n{margin}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        parts = [_pretty(item, inner) for item in value]
        return f"[\n{inner}" + f",\n{inner}".join(parts) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False)
