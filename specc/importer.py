"""What exists already becomes a spec: a live Keras object, or a model's file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.api import loads
from specc.caller import held_path
from specc.errors import SpeccError
from specc.importing import object_text, spec_text
from specc.importing.problems import Problems
from specc.importing.sources import read_source, source_name
from specc.source import write_atomic
from specc.spec import Spec

if TYPE_CHECKING:
    from specc.source.reader import AnyPath


def import_model(path: AnyPath) -> Spec:
    """The spec of a model that is in a file: compiled, it has the model's config.

    Read are `.keras`, zipped or not, Keras's configs as JSON, and full-model `.h5` of Keras 1 and
    2; all of them as data, without Keras. A `.keras` that specc wrote gives back its spec.

    Args:
        path: The file, or the folder of an unzipped `.keras`.

    Raises:
        SpeccError: it can't be read, or holds what has no form in a spec.
    """
    place = Path(held_path(path))
    name = source_name(place)
    found = read_source(place, Problems(name))
    if found.text:
        with suppress(SpeccError):  # it imports files that aren't here; its config has all of it
            return loads(found.text)
    return loads(spec_text(found.config, name))


def from_keras(value: Any) -> Spec:
    """The spec of a live Keras object: a model, a layer, an optimizer, a loss.

    Args:
        value: A functional or sequential model, or any other object of Keras's own.

    Raises:
        SpeccError: it is of a class that isn't Keras's, or holds what has no form in a spec.
        TypeError: it is no Keras object.
    """
    from specc.keras_backend.configs import live_config

    config, is_model = live_config(value)
    make = spec_text if is_model else object_text
    return loads(make(config, str(getattr(value, "name", "") or type(value).__name__)))


def write_spec(spec: Spec, path: AnyPath, force: bool = False) -> None:
    """Writes a spec's text to a file, whole or not at all.

    Args:
        spec: The spec.
        path: The file.
        force: Whether it may be overwritten.

    Raises:
        SpeccError: it exists, or can't be written.
    """
    write_atomic(Path(held_path(path)), spec.text, force)
