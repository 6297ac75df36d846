"""The shape of the program (docs/architecture.md), held against its source."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from tests.structure import forbidden, imports, privates, sizes
from tests.structure.tree import ROOT, Module, modules

SPECC = modules("specc")
UNITS = {module.unit for module in SPECC}
ALL = modules("specc", "tools", "benchmarks", "examples", "tests")
BACKEND = [module for module in SPECC if module.unit == "keras_backend"]

upward = partial(imports.upward, units=imports.ROW_OF.keys())


def report(findings: Iterator[str] | list[str]) -> str:
    return "\n".join(["", *findings])


# --- imports ---


def test_every_package_has_its_row() -> None:
    unplaced = UNITS - imports.ROW_OF.keys()
    assert not unplaced, (
        f"give {unplaced} a row in tests/structure/imports.py, and in DESIGN's table"
    )


def test_imports_go_downward() -> None:
    assert not (found := [f for module in SPECC for f in upward(module)]), report(found)


def test_frameworks_are_imported_in_one_package() -> None:
    found = [f for module in SPECC for f in imports.frameworks(module)]
    assert not found, report(found)


# --- sizes ---


def test_files_fit_a_few_screens() -> None:
    assert not (found := list(sizes.long_files(ALL))), report(found)


def test_functions_fit_a_screen() -> None:
    assert not (found := list(sizes.long_functions(ALL))), report(found)


def test_the_median_function_is_short() -> None:
    median = sizes.median_lines(SPECC)
    assert median <= sizes.MEDIAN_FUNCTION_LINES, report(sizes.longest(SPECC))


# --- what is never called ---


def test_nothing_runs_what_it_reads() -> None:
    assert not (found := [f for module in SPECC for f in forbidden.findings(module)]), report(found)


def test_every_exception_is_needed() -> None:
    used = {(module.path, what) for module in SPECC for _, what in forbidden.uses(module)}
    assert forbidden.ALLOWED.keys() <= used


# --- Keras's private names ---


def test_keras_privates_stay_in_one_module() -> None:
    assert not (found := [f for module in BACKEND for f in privates.findings(module)]), report(
        found
    )


def test_subclasses_keep_off_the_privates_of_their_bases(keras: ModuleType) -> None:
    bases = (keras.Layer, keras.Model, keras.Sequential, keras.Variable, keras.KerasTensor)
    objects = (keras.Layer(), keras.Model(), keras.Variable(0.0), keras.KerasTensor((1,)))
    names = {name for thing in (*bases, *objects) for name in dir(thing)}
    assert "_initializer" in names  # an instance's name, not a class's
    found = [f for module in BACKEND for f in privates.inherited(module, names)]
    assert not found, report(found)


# --- documents ---

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    lost = [link for link in links if "…" not in link and not (document.parent / link).exists()]
    assert not lost


def test_the_architecture_page_has_every_package() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    units = imports.ROW_OF.keys() - {"__init__", "__main__"}
    assert not [unit for unit in units if f"`{unit}`" not in page]


# --- the rules themselves: each finds what it is there for ---

LOW = "specc/source/reader.py"
KERAS = "specc/keras_backend/build.py"
inherited = partial(privates.inherited, keras_names={"_trainable_variables"})

Rule = Callable[[Module], Iterator[str]]
VIOLATIONS: dict[str, tuple[Rule, str, str]] = {
    "upward": (upward, LOW, "import specc.ir.graph"),
    "upward, from": (upward, LOW, "from specc.ir import Graph"),
    "upward, of a unit": (upward, LOW, "from specc import ir"),
    "upward, relative": (upward, LOW, "from ..ir import Graph"),
    "upward, relative of a unit": (upward, "specc/source/__init__.py", "from .. import ir"),
    "upward, in a function": (upward, LOW, "def f():\n    from specc.ir import Graph"),
    "upward, for types": (upward, LOW, "if TYPE_CHECKING:\n    from specc.ir import Graph"),
    "sideways": (upward, LOW, "from specc.expressions import parse"),
    "the face": (upward, "specc/api.py", "from specc import load"),
    "keras below": (imports.frameworks, LOW, "def f():\n    import keras.ops as ops"),
    "tensorflow below": (imports.frameworks, LOW, "from tensorflow import io"),
    "eval": (forbidden.findings, LOW, "eval('1')"),
    "eval by another name": (forbidden.findings, LOW, "run = eval"),
    "exec of builtins": (forbidden.findings, LOW, "builtins.exec(text)"),
    "pickle": (forbidden.findings, LOW, "from pickle import loads"),
    "pickle of numpy": (forbidden.findings, LOW, "np.load(path, allow_pickle=True)"),
    "yaml.load": (forbidden.findings, LOW, "yaml.load(text, Loader=SafeLoader)"),
    "yaml.load imported": (forbidden.findings, LOW, "from yaml import load"),
    "extractall": (forbidden.findings, LOW, "ZipFile(path).extractall()"),
    "import by name": (forbidden.findings, LOW, "importlib.import_module(name)"),
    "import by name, imported": (forbidden.findings, LOW, "from importlib import import_module"),
    "keras.src from": (privates.findings, KERAS, "from keras.src.layers import Layer"),
    "keras.src import": (privates.findings, KERAS, "import keras.src"),
    "keras.src of keras": (privates.findings, KERAS, "from keras import src"),
    "keras.src attribute": (privates.findings, KERAS, "keras.src.ops.shape(x)"),
    "private attribute": (privates.findings, KERAS, "tensor._keras_history"),
    "private method": (privates.findings, KERAS, "model.layers[0].kernel._deferred_initialize()"),
    "private of self's": (privates.findings, KERAS, "class A:\n def f(self): self.layer._inbound"),
    "private by getattr": (privates.findings, KERAS, "getattr(variable, '_initialize')()"),
    "private of the base": (
        inherited,
        KERAS,
        "class A(keras.Layer):\n def f(self): return self._trainable_variables",
    ),
    "private of an imported base": (
        inherited,
        KERAS,
        "from keras import Layer\nclass A(Layer):\n def f(self): self._trainable_variables = []",
    ),
}


@pytest.mark.parametrize(("rule", "path", "text"), VIOLATIONS.values(), ids=VIOLATIONS.keys())
def test_rule_finds(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Module.of(path, text)))


ALLOWED: dict[str, tuple[Rule, str, str]] = {
    "downward": (upward, LOW, "from specc.diagnostics import Span"),
    "own package": (upward, LOW, "from specc.source.text import Text"),
    "own package, relative": (upward, LOW, "from .text import Text"),
    "other packages": (upward, LOW, "import yaml"),
    "keras in its package": (imports.frameworks, KERAS, "import keras"),
    "a method named eval": (forbidden.findings, LOW, "expression.eval(scope)"),
    "literal_eval": (forbidden.findings, LOW, "ast.literal_eval(text)"),
    "keras.src as text": (privates.findings, KERAS, "MODULE = 'keras.src.applications'"),
    "a class's own": (privates.findings, KERAS, "class A:\n def f(self): return self._own"),
    "dunder": (privates.findings, KERAS, "layer.__class__"),
    "the one module": (privates.findings, privates.PRIVATE_MODULE, "from keras.src import x"),
    "a name Keras has, elsewhere": (
        inherited,
        KERAS,
        "class A:\n def f(self): return self._trainable_variables",
    ),
}


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED.values(), ids=ALLOWED.keys())
def test_rule_lets_pass(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(Module.of(path, text)))


def test_lines_of_a_function_leave_out_its_docstring() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'
    (function,) = Module.of("f.py", text).functions()
    assert sizes.lines_of(function) == 3


def test_sizes_are_found() -> None:
    body = "    a = 1\n" * sizes.FUNCTION_LINES
    module = Module.of("f.py", "def f():\n" + body + "#\n" * sizes.FILE_LINES)
    assert list(sizes.long_files([module]))
    assert list(sizes.long_functions([module])) == ["f.py:1: f: 61 lines"]
    assert sizes.median_lines([module]) == 61
    assert sizes.longest([module]) == ["  61 f.py:1: f"]


# --- what stays unimported ---

# Python code, run in a fresh process; afterwards neither TensorFlow nor Keras may be loaded.
RUN = "from specc.cli import main\nassert main({argv}) == 0"
SPECS = str(ROOT / "specs")
MAKE_WEIGHTS = """
import numpy as np
from specc.weights import TensorInfo, write_npz
write_npz("w.npz", [TensorInfo("a", (3,), "float32")], lambda key: np.ones(3, "float32"))
"""
MAKE_PLANNED = f"""
import numpy as np
import specc
slots = specc.load({SPECS + "/digits.yaml"!r}).slots
np.savez("w.npz", **{{each.key: np.zeros(each.shape, each.dtype) for each in slots
                      if each.kind != "generator"}})
"""
LIGHT = {
    "import specc": "import specc",
    "--help": "from contextlib import suppress\nwith suppress(SystemExit):\n"
    "    from specc.cli import main\n    main(['--help'])",
    **{
        argv[0]: RUN.format(argv=argv)
        for argv in (
            ["check", SPECS],
            ["show", f"{SPECS}/resnet.yaml"],
            ["explain", "S204"],
            ["schema"],
            ["init"],
        )
    },
    "plan": MAKE_PLANNED + RUN.format(argv=["plan", f"{SPECS}/digits.yaml", "-w", "w.npz"]),
    **{
        f"weights {argv[0]}": MAKE_WEIGHTS + RUN.format(argv=["weights", *argv])
        for argv in (["ls", "w.npz"], ["diff", "w.npz", "w.npz"], ["verify", "w.npz"])
    },
}
LOADED = """
import sys
print(sorted({"tensorflow", "keras"} & sys.modules.keys()))
"""


@pytest.mark.parametrize("code", LIGHT.values(), ids=LIGHT.keys())
def test_frameworks_stay_unimported(code: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", code + LOADED]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
