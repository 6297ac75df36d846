"""Loads models from `.keras` files, with specc's classes and those that the caller trusts."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.config_scan import custom_objects, objects_in
from specc.keras_backend.depth import with_deep_stack
from specc.keras_backend.failures import at_step
from specc.keras_backend.saving import FACTS_MEMBER
from specc.keras_backend.tracing import remember_archive
from specc.references import Trust
from specc.source.reader import display_name

SUFFIX: Final = ".keras"
CONFIG: Final = "config.json"
MAX_CONFIG: Final = 256 << 20
"""Bytes of a config: a hundred times that of a model of 1,000 layers."""

MAX_FACTS: Final = 1 << 20
"""Bytes of what specc says of a model: parameters and references."""

MEMBERS: Final = frozenset(
    {CONFIG, "metadata.json", "model.weights.h5", "model.weights.json", "model.weights.npz"}
)


def load_model(
    path: Path,
    trust: Trust,
    compiled: bool = True,
    custom: Mapping[str, Any] | None = None,
) -> Any:
    """The model of a `.keras` file. Keras's safe mode is on, whatever the process says.

    Args:
        path: The file.
        trust: Python packages that the model may have classes from.
        compiled: Whether the model gets its optimizer, losses and metrics.
        custom: Classes and functions of the caller's own, by the names that the file has.

    Raises:
        SpeccError: the file is no model, has classes of packages that aren't trusted, or Keras
            refuses it.
    """
    name = display_name(path)
    config = read_config(path, name)
    if not compiled and isinstance(config, dict):
        config.pop("compile_config", None)
    found = custom_objects(config, trust, custom or {}, read_hints(path))
    count = sum(1 for _ in objects_in(config))

    def load() -> Any:
        with at_step("S608", f"Keras can't load `{name}`", None):
            return keras.saving.load_model(path, found, compile=compiled, safe_mode=True)

    model = with_deep_stack(count, load, None)
    remember_archive(model, path)
    return model


def read_config(path: Path, name: str) -> Any:
    """The config in an archive, as JSON gives it.

    Raises:
        SpeccError: S001 or S608, if there is none.
    """
    if not path.is_file():
        what = "is no regular file" if path.exists() else "does not exist"
        raise SpeccError([Diagnostic("S001", f"`{name}` {what}")])
    if path.suffix != SUFFIX:
        _broken(f"`{name}` is no `{SUFFIX}` file")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, name)
            with archive.open(CONFIG) as member:
                data = member.read(MAX_CONFIG + 1)
        if len(data) > MAX_CONFIG:
            _broken(f"the config in `{name}` has more than {MAX_CONFIG:,} bytes")
        return json.loads(data)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        _broken(f"`{name}` is broken: {error}")
    except RuntimeError as error:  # a password, or JSON nested too deep
        _broken(f"`{name}` can't be read: {error}")


def read_hints(path: Path) -> list[str]:
    """The references of the spec that a file was compiled from, if it says any.

    Keras writes functions without their modules, so a config alone doesn't tell what to import.
    """
    with zipfile.ZipFile(path) as archive, suppress(KeyError, ValueError, RecursionError):
        with archive.open(FACTS_MEMBER) as member:
            facts = json.loads(member.read(MAX_FACTS))
        found = facts.get("python", []) if isinstance(facts, dict) else []
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return []


def _check_members(archive: zipfile.ZipFile, name: str) -> None:
    """Refuses an archive in which Keras would find another member than we do, or none."""
    names = archive.namelist()
    if CONFIG not in names:
        _broken(f"`{name}` holds no `{CONFIG}`")
    twice = {each for each in MEMBERS if names.count(each) > 1}
    if twice:
        _broken(f"`{name}` holds `{min(twice)}` twice")
    for each in names:
        if each.startswith(("/", "\\")) or ".." in each.replace("\\", "/").split("/"):
            _broken(f"`{name}` has a member that leads out of it: `{each[:80]}`")


def _broken(message: str) -> NoReturn:
    raise SpeccError([Diagnostic("S608", message)])
