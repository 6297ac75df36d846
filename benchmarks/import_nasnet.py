"""Importing NASNetLarge's config, the largest of `keras.applications`, in fresh processes.

`python -m benchmarks.import_nasnet FILE` does it once, and prints the seconds that it took beyond
the imports: of the processor, and of the clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final

from benchmarks.clock import ROOT, python, seconds
from benchmarks.result import Result

PROMISE: Final = 1.0


def run(rounds: int) -> list[Result]:
    """The least of the processor's time: what the work needs, whatever else the machine does."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "nasnet.json")
        write = "import keras; print(keras.applications.NASNetLarge(weights=None).to_json())"
        config = subprocess.run(
            [sys.executable, "-c", write], capture_output=True, text=True, check=True
        )
        path.write_text(config.stdout)
        python("-m", "benchmarks.import_nasnet", str(path))()  # compiles the code
        times = [_once(path) for _ in range(rounds)]
    name = "import of NASNetLarge's config, beyond start-up"
    return [
        Result(
            name,
            min(cpu for cpu, _ in times),
            PROMISE,
            "s",
            {"clock": seconds(min(wall for _, wall in times))},
        )
    ]


def _once(path: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.import_nasnet", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    cpu, wall = json.loads(done.stdout)
    return cpu, wall


def main(path: str) -> None:
    """Imports the file, and prints what it took."""
    import specc
    import specc.api.imports

    start = (process_time(), perf_counter())
    specc.import_model(path)
    print(json.dumps([process_time() - start[0], perf_counter() - start[1]]))
    assert "tensorflow" not in sys.modules  # noqa: S101 - the promise's other half


if __name__ == "__main__":
    main(sys.argv[1])
