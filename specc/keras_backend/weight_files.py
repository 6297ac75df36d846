"""The weights of live models, written to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.keras_backend.records import model_slots
from specc.keras_backend.saved import Saved, Saving, remember_file, remember_whole
from specc.keras_backend.saving import write_archive
from specc.keras_backend.tf_checkpoint import write_checkpoint
from specc.source.atomic import atomic_path
from specc.weights import write_npz, write_safetensors

if TYPE_CHECKING:
    import numpy as np

    from specc.weights.safetensors_sink import Read

CHECKPOINT: Final = ".ckpt"
FOREIGN: Final = (".weights.h5", ".keras", CHECKPOINT)
"""What Keras and TensorFlow write themselves."""


Progress = Callable[[int, int], None]
"""Is told how many tensors were written, of how many."""


def write_weights(
    model: Any,
    path: Path,
    saving: Saving,
    force: bool = False,
    progress: Progress | None = None,
) -> str:
    """Writes a model's weights; the file's suffix says its format.

    Args:
        model: A built Keras model.
        path: Ends in `.safetensors`, `.npz`, or, for Keras to load, `.weights.h5` or `.keras`; or
            in `.ckpt`, which makes it the prefix of a TensorFlow checkpoint.
        saving: Which of them.
        force: Whether an existing file may be replaced.
        progress: Is told how far it is; of Keras's and TensorFlow's own files nothing.

    Returns:
        The content digest; empty of Keras's and TensorFlow's own files, which have none.

    Raises:
        SpeccError: S805 if the suffix is none of these, or what writing raises.
    """
    if path.name.endswith(FOREIGN):
        _write_foreign(model, path, saving.only, force)
        remember_whole(model, path)
        return ""
    write = writer_of(path)
    saved = Saved(model, saving)
    read = saved.read if progress is None else _told(saved.read, len(saved.infos), progress)
    content = write(path, saved.infos, read, saved.provenance, force=force)
    remember_file(model, path, saving.only, content)
    return content


def _told(read: Read, count: int, progress: Progress) -> Read:
    """The same, telling how many tensors were read; tables of texts are read twice."""
    done: set[str] = set()

    def reading(key: str) -> np.ndarray:
        done.add(key)
        progress(len(done), count)
        return read(key)

    return reading


def writer_of(path: Path) -> Callable[..., str]:
    """What writes files of a suffix, whichever variables they hold.

    Raises:
        SpeccError: S805 if nothing does.
    """
    write = _WRITERS.get(path.suffix)
    if write is None:
        known = (*_WRITERS, *FOREIGN)
        hint = did_you_mean(path.suffix, known) if path.suffix else ""
        message = f"`{path.name}` ends in none of {', '.join(f'`{each}`' for each in known)}"
        raise SpeccError([Diagnostic("S805", message, help=hint)])
    return write


def _write_foreign(model: Any, path: Path, only: str, force: bool) -> None:
    if only != "all":
        whose = "TensorFlow's checkpoints" if path.suffix == CHECKPOINT else "Keras's files"
        message = f"`{path.name}`: {whose} hold all variables, or can't be loaded again"
        hint = "`.safetensors` and `.npz` may hold the trainable ones only"
        raise SpeccError([Diagnostic("S805", message, help=hint)])
    if path.suffix != ".keras":
        _check_tables(model, path)
    if path.suffix == CHECKPOINT:
        write_checkpoint(model, path)
        return
    with atomic_path(path, force) as temporary:
        if path.suffix == ".keras":
            write_archive(model, temporary, {})
        else:
            model.save_weights(temporary, overwrite=True)


def _check_tables(model: Any, path: Path) -> None:
    """Refuses a format in which vocabularies have no place."""
    tables = [slot.key for slot in model_slots(model) if slot.is_table]
    if tables:
        message = f"`{tables[0]}`: files such as `{path.name}` have no vocabularies"
        hint = "`.safetensors`, `.npz` and `.keras` have"
        raise SpeccError([Diagnostic("S908", message, help=hint)])


_WRITERS: Final[dict[str, Callable[..., str]]] = {
    ".safetensors": write_safetensors,
    ".npz": write_npz,
}
