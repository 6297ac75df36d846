"""`--trust` on the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def test_trust(package, run_specc) -> None:
    here = Path.cwd()
    (here / "m.yaml").write_text(package.model("{Fancy: {units: 3}, name: f}"))
    env = {"PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    untrusted = run_specc("check", "m.yaml", cwd=here, env=env)
    assert (untrusted.returncode, "error[S504]" in untrusted.stdout) == (1, True)
    assert not package.imported.exists()
    wrong = run_specc("check", "m.yaml", "--trust", "my-pkg", cwd=here, env=env)
    assert (wrong.returncode, "S508" in wrong.stdout + wrong.stderr) == (1, True)
    trusted = run_specc("check", "m.yaml", "--trust", "my_pkg", cwd=here, env=env)
    assert (trusted.returncode, trusted.stdout) == (0, "1 spec, no problems\n")
    shown = run_specc("show", "m.yaml", "--trust", "my_pkg", cwd=here, env=env)
    assert (shown.returncode, "12 parameters" in shown.stdout) == (0, True)
    assert "oneDNN" not in shown.stderr


def test_compile_under_the_working_directorys_trust(package, run_specc) -> None:
    here = Path.cwd()
    (here / "m.yaml").write_text(package.model("{Fancy: {units: 3}, name: f}"))
    (here / "specc.toml").write_text('trust = ["my_pkg"]\n')
    env = {"PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    done = run_specc("compile", "m.yaml", "-o", "m.keras", cwd=here, env=env)
    assert done.returncode == 0, done.stderr
    assert (here / "m.keras").exists()
