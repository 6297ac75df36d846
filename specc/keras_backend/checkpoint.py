"""Trainable-only files written while a model trains."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

import keras

from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.keras_backend.saved import Saving, check_state
from specc.keras_backend.weight_files import write_weights, writer_of

EPOCH: Final = "epoch"
MODES: Final = ("auto", "min", "max")
PLACES: Final = frozenset({"epoch", "batch"})
"""What names of files may hold besides metrics; with one of these no name comes twice in a run."""

LOWER: Final = ("loss", "error")
HIGHER: Final = ("accuracy", "acc", "auc", "precision", "recall", "f1_score", "iou")
"""How names of metrics end of which it is plain what is better."""


@dataclass(frozen=True)
class Written:
    """A file that was written: as it is then, so that another in its place isn't taken for it."""

    path: Path
    value: float
    identity: tuple[int, ...]


class TrainableCheckpoint(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Writes the trainable variables of a model while it trains, whole or not at all.

    Each file is one of `specc.save_weights(model, path, only="trainable")`. A new one is complete
    before an old one is removed, and what this object didn't write is neither removed nor, without
    `force`, overwritten.

    Args:
        path: The files' name, `tuned-{epoch:02d}-{val_loss:.3f}.safetensors`: it may hold `epoch`
            and `batch`, both from 1, and the metrics of the moment.
        monitor: The metric by which the best are kept; without one, the latest are.
        mode: `min` or `max`: what is better. `auto` knows it of losses, errors, accuracies and the
            like.
        keep: How many files are kept; None for all.
        every: `epoch`, or a number of batches, counted from the start of `fit`.
        only: `trainable`, or `changed`: with the state that moves.
        leave_changed: As for `save_weights`.
        with_training: Whether optimizer and random generators go along, to resume by.
        force: Whether files of others may be overwritten.

    Attributes:
        files: The paths of the files that are kept, the best or the latest last.

    Raises:
        SpeccError: the suffix isn't that of a format. While training: S927 if what is left out
            changes (after the first batch already), S928 if there is no such metric, or what
            writing raises.
        ValueError: an argument is out of its bounds.
    """

    def __init__(  # noqa: PLR0913 - all by name, each with a default
        self,
        path: str | os.PathLike[str],
        monitor: str | None = None,
        mode: str = "auto",
        *,
        keep: int | None = 1,
        every: str | int = EPOCH,
        only: str = "trainable",
        leave_changed: bool = False,
        with_training: bool = False,
        force: bool = False,
    ) -> None:
        super().__init__()
        self.path = os.fspath(path)
        self.monitor = monitor
        self._sign = 0 if monitor is None else _sign(monitor, mode)
        self._keep = _checked_keep(keep, self.path)
        self._every = _checked_every(every)
        if only not in ("trainable", "changed"):
            raise ValueError(f"`only` is `trainable` or `changed`, not {only!r}")
        self._saving = Saving(only, with_training, leave_changed)
        self._force = force
        self._written: list[Written] = []
        self._epoch = 0
        self._before = 0
        self._seen = 0
        self._checked = False
        writer_of(Path(self.path))

    @property
    def files(self) -> list[Path]:
        """The files that are kept, the best or the latest last."""
        return [each.path for each in self._written]

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Begins to count batches anew."""
        self._before = self._seen = 0
        self._checked = False

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keeps the epoch, for names of files."""
        self._epoch = epoch + 1
        self._before = self._seen

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Writes a file, if it is time. Several batches may be run at once."""
        if not self._checked:
            self._checked = True
            check_state(self.model, self._saving)  # now, rather than when an epoch is over
        before, self._seen = self._seen, self._before + batch + 1
        if self._every and before // self._every < self._seen // self._every:
            self._save(logs or {}, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Writes a file, if it is time."""
        self._epoch = epoch + 1
        if not self._every:
            self._save(logs or {}, self._seen - self._before)

    def _save(self, logs: Mapping[str, float], batch: int) -> None:
        value = self._ranked(logs)
        if not self._is_kept(value):
            return
        path = Path(self._filled_in(logs, batch))
        own = [each for each in self._written if each.path == path and _is_own(each)]
        write_weights(self.model, path, self._saving, self._force or bool(own))
        self._written = [each for each in self._written if each.path != path]
        self._written.append(Written(path, value, _identity(path)))
        if self.monitor is not None:
            self._written.sort(key=lambda each: each.value)
        while self._keep is not None and len(self._written) > self._keep:
            _remove(self._written.pop(0))

    def _ranked(self, logs: Mapping[str, float]) -> float:
        """What is better the greater it is."""
        if self.monitor is None:
            return 0.0
        if self.monitor not in logs:
            raise _no_metric(self.monitor, logs)
        return self._sign * float(logs[self.monitor])

    def _is_kept(self, value: float) -> bool:
        if self.monitor is None:
            return True
        if math.isnan(value):
            return False
        full = self._keep is not None and len(self._written) >= self._keep
        return not full or value > self._written[0].value

    def _filled_in(self, logs: Mapping[str, float], batch: int) -> str:
        places = {"epoch": self._epoch, "batch": batch}
        try:
            return self.path.format(**{**logs, **places})
        except KeyError as error:
            raise _no_metric(str(error.args[0]), {**logs, **places}) from None
        except ValueError as error:  # a format that isn't for numbers
            message = f"`{self.path}` can't be filled in: {error}"
            raise SpeccError([Diagnostic("S928", message)]) from None


def _sign(monitor: str, mode: str) -> int:
    if mode not in MODES:
        raise ValueError(f"`mode` is `auto`, `min` or `max`, not {mode!r}")
    if mode != "auto":
        return 1 if mode == "max" else -1
    if monitor.endswith(LOWER):
        return -1
    if monitor.endswith(HIGHER):
        return 1
    raise ValueError(f"whether `{monitor}` is better high or low isn't known: say `mode`")


def _checked_keep(keep: int | None, path: str) -> int | None:
    if keep is not None and (type(keep) is not int or keep < 1):
        raise ValueError(f"`keep` is a number from 1, or None, not {keep!r}")
    try:
        names = [name for _, name, _, _ in Formatter().parse(path) if name is not None]
    except ValueError as error:
        raise ValueError(f"`{path}` is no name of files: {error}") from None
    if not all(name.isidentifier() for name in names):
        raise ValueError(f"`{path}`: what stands in braces is `epoch`, `batch` or a metric")
    if keep != 1 and not PLACES & set(names):
        raise ValueError(f"`{path}` is one name for several files: put `{{epoch}}` into it")
    return keep


def _checked_every(every: str | int) -> int:
    """The number of batches; 0 for an epoch."""
    if every == EPOCH:
        return 0
    if type(every) is not int or every < 1:
        raise ValueError(f"`every` is `epoch` or a number of batches, not {every!r}")
    return every


def _no_metric(name: str, known: Mapping[str, object]) -> SpeccError:
    hint = did_you_mean(name, known) or f"there are {', '.join(f'`{each}`' for each in known)}"
    return SpeccError([Diagnostic("S928", f"there is no metric `{name}`", help=hint)])


def _identity(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _is_own(written: Written) -> bool:
    """Whether what stands at a path is still the file that was written."""
    try:
        return _identity(written.path) == written.identity
    except OSError:
        return False


def _remove(written: Written) -> None:
    if _is_own(written):
        written.path.unlink(missing_ok=True)
