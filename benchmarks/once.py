"""One thing done once with the large model, in a process of its own: `python -m benchmarks.once`.

Prints as JSON the seconds and the seconds of the processor that it took beyond the imports, and the
bytes of memory that it added: private ones of the process at its end, and the most at any time.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.large_model import ARCHIVE, CONFIG, H5, OURS, SPEC

Act = Callable[[Path], Any]


def _bind(name: str, mmap: bool = False) -> Act:
    def act(folder: Path) -> Any:
        import specc

        return specc.bind(specc.load(folder / SPEC), folder / name, mmap=mmap)

    return act


def _load_model(folder: Path) -> Any:
    import keras

    return keras.models.load_model(folder / ARCHIVE)


def _load_weights(folder: Path) -> Any:
    import keras

    model = keras.models.model_from_json((folder / CONFIG).read_text())
    model.load_weights(folder / H5)
    return model


def _save(folder: Path) -> Callable[[], Any]:
    import specc

    model = _bind(OURS)(folder)
    return lambda: specc.save_weights(model, folder / "saved.safetensors", force=True)


ACTS: dict[str, Act] = {
    "bind": _bind(OURS),
    "bind mapped": _bind(OURS, mmap=True),
    "bind .weights.h5": _bind(H5),
    "bind .keras": _bind(ARCHIVE),
    "load_model": _load_model,
    "load_weights": _load_weights,
}
SAVE = "save"


def main(name: str, folder: Path) -> None:
    """Does it and prints what it took."""
    _import()
    act = _save(folder) if name == SAVE else lambda: ACTS[name](folder)
    before = (_private(), _peak())
    start = (perf_counter(), process_time())
    made = act()
    seconds = (perf_counter() - start[0], process_time() - start[1])
    added = (_private() - before[0], _peak() - before[1])
    print(
        json.dumps({"wall": seconds[0], "cpu": seconds[1], "private": added[0], "peak": added[1]})
    )
    del made
    sys.stdout.flush()
    os._exit(0)  # without taking apart what was made


def _import() -> None:
    """What the first use would import, specc's and Keras's parts alike."""
    import h5py
    import keras

    import specc.api.weights
    import specc.catalog.rules.ops
    import specc.keras_backend.binding
    import specc.weights.hdf5_source
    import specc.weights.keras.keras3_source
    import specc.weights.safetensors_source

    assert h5py and keras and specc  # noqa: S101 - so that no tool takes the imports away


def _private() -> int:
    """Bytes that only this process has, as Linux counts them."""
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Private_"))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
