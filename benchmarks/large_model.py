"""ConvNeXtXLarge and its weights in every form: 350 M parameters, 1.4 GB a file.

Made once, in a folder that `--files` names, and kept there; without it, in one that is removed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.clock import ROOT

FILES: Final = "SPECC_BENCHMARK_FILES"
"""The environment variable that names the folder."""

SPEC, OURS, ARCHIVE = "model.yaml", "model.safetensors", "model.keras"
H5, CONFIG, DONE = "model.weights.h5", "model.json", "complete"

MAKE: Final = f"""
import sys
from pathlib import Path
import keras, specc
folder = Path(sys.argv[1])
model = keras.applications.ConvNeXtXLarge(weights=None)
(folder / "{CONFIG}").write_text(model.to_json())
model.save(folder / "{ARCHIVE}")
model.save_weights(folder / "{H5}")
spec = specc.from_keras(model)
(folder / "{SPEC}").write_text(spec.to_yaml())
bound = specc.bind(specc.load(folder / "{SPEC}"), folder / "{H5}")
specc.save_weights(bound, folder / "{OURS}", force=True)
(folder / "{DONE}").touch()
"""


@contextmanager
def large_model() -> Iterator[Path]:
    """A folder with the spec, and the weights as specc and as Keras write them."""
    given = os.environ.get(FILES)
    if given:
        Path(given).mkdir(parents=True, exist_ok=True)
        yield _made(Path(given))
        return
    with TemporaryDirectory() as folder:
        yield _made(Path(folder))


def _made(folder: Path) -> Path:
    if not (folder / DONE).exists():
        subprocess.run([sys.executable, "-c", MAKE, str(folder)], cwd=ROOT, check=True)
    for name in (OURS, ARCHIVE, H5):  # into the page cache
        with (folder / name).open("rb") as file:
            while file.read(2**26):
                pass
    return folder
