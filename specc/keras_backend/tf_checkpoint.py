"""Models' weights as TensorFlow's checkpoints, written by TensorFlow."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.records import model_slots
from specc.source.atomic import TEMPORARY_PREFIX, atomic_path
from specc.source.reader import display_name

INDEX = ".index"
DATA = ".data-00000-of-00001"  # of one process, TensorFlow writes one


def write_checkpoint(model: Any, prefix: Path) -> None:
    """Writes a checkpoint of which the model is the root: `tf.train.Checkpoint(model)` reads it.

    The index is put in place last; without it there is no checkpoint. Nothing is ever replaced:
    that would take two renames, and between them the old index would be with the new data.

    Args:
        model: A built Keras model.
        prefix: What the names of its two files begin with.

    Raises:
        SpeccError: S801 if there is one, S802 if it can't be written, S808 if TensorFlow doesn't
            see all of the model's variables.
    """
    _check_seen(model, prefix)
    index, data = (prefix.with_name(prefix.name + end) for end in (INDEX, DATA))
    for part in (index, data):
        _check_absent(prefix, part)
    import tensorflow as tf

    with (
        atomic_path(index) as new_index,
        atomic_path(data) as new_data,  # which is in place before the index
        tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=prefix.parent) as folder,
    ):
        try:
            written = tf.train.Checkpoint(model).write(str(Path(folder) / "checkpoint"))
        except tf.errors.OpError as error:  # of a full disk, for one
            raise OSError(str(error.message)) from error
        Path(written + INDEX).replace(new_index)
        Path(written + DATA).replace(new_data)


def _check_absent(prefix: Path, part: Path) -> None:
    if part.exists():
        message = f"`{display_name(prefix)}` is a checkpoint, and is not overwritten"
        hint = "its files can't be replaced at once: give another name, or remove them first"
        raise SpeccError([Diagnostic("S801", message, help=hint)])


def _check_seen(model: Any, prefix: Path) -> None:
    name = display_name(prefix)
    if keras.backend.backend() != "tensorflow":
        message = f"`{name}`: TensorFlow's checkpoints are of models on the backend `tensorflow`"
        raise SpeccError([Diagnostic("S808", message)])
    import tensorflow as tf

    seen = {id(each) for each in tf.train.TrackableView(model).descendants()}
    unseen = [
        slot.key
        for slot in model_slots(model)
        if id(slot.variable) not in seen and not slot.is_generator
    ]
    if unseen:
        more = f" and {len(unseen) - 1} more" if len(unseen) > 1 else ""
        message = f"`{name}`: TensorFlow doesn't see `{unseen[0]}`{more}, so they would be missing"
        hint = "`.safetensors`, `.npz`, `.weights.h5` and `.keras` hold all"
        raise SpeccError([Diagnostic("S808", message, help=hint)])
