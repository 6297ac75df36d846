"""`python -m benchmarks [NAME…] [--rounds N] [--json FILE] [--files FOLDER]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    bind_large,
    call_layer,
    check_many,
    check_resnet,
    compile_resnet,
    import_nasnet,
    infer_resnet,
    linearity,
    plan_many,
    show_resnet,
    weight_files,
)
from benchmarks.large_model import FILES
from benchmarks.result import Result

BENCHMARKS: dict[str, Callable[[int], list[Result]]] = {
    "compile": compile_resnet.run,
    "check": check_resnet.run,
    "show": show_resnet.run,
    "infer": infer_resnet.run,
    "many": check_many.run,
    "call": call_layer.run,
    "linearity": linearity.run,
    "import": import_nasnet.run,
    "plan": plan_many.run,
    "weights": weight_files.run,
    "weights-large": weight_files.run_large,
    "bind-large": bind_large.run,
}
BY_NAME = {"weights-large", "bind-large"}
"""Run only if they are asked for: they take 6 GB of disk."""

ROUNDS = 7


def main(arguments: Sequence[str]) -> int:
    """Runs benchmarks, prints a table; 1 if a promise is broken."""
    options = _parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if options.files:
        os.environ[FILES] = str(Path(options.files).resolve())
    results: list[Result] = []
    for name in options.names or [name for name in BENCHMARKS if name not in BY_NAME]:
        print(f"measuring {name}", file=sys.stderr)
        results += BENCHMARKS[name](options.rounds)
    Console().print(_table(results))
    if options.json:
        Path(options.json).write_text(json.dumps(_report(results), indent=2) + "\n")
    return 0 if all(result.kept for result in results) else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured")
    parser.add_argument("--json", metavar="FILE", help="where the figures go too")
    parser.add_argument("--files", metavar="FOLDER", help="where `bind-large` keeps its files")
    return parser.parse_args(arguments)


def _table(results: Sequence[Result]) -> Table:
    table = Table("what", "measured", "promise", "kept", "of which")
    for result in results:
        bound = "at least" if result.at_least else "at most"
        promise = "" if result.promise is None else f"{bound} {result.promise:g} {result.unit}"
        parts = "\n".join(f"{name}: {value}" for name, value in result.parts.items())
        kept = "yes" if result.kept else "NO"
        table.add_row(result.name, f"{result.value:.2f} {result.unit}", promise, kept, parts)
    return table


def _report(results: Sequence[Result]) -> dict[str, object]:
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    return {"machine": machine, "results": [result.to_json() for result in results]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
