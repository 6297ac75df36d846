from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.errors import SpeccError
from specc.source import find_specs, project_root, resolve_inside

SPEC = "specc: 1\nmodel: m\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project below another folder, which is the working directory."""
    root = tmp_path / "outer/project"
    (root / "specs/blocks").mkdir(parents=True)
    (root / "specc.toml").touch()
    (tmp_path / "outer/secret.yaml").write_text(SPEC)
    (root / "specs/a.yaml").write_text(SPEC)
    (root / "specs/blocks/b.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return root


def code(root: Path, spec: Path, relative: str) -> str:
    with pytest.raises(SpeccError) as caught:
        resolve_inside(root, spec, relative)
    [diagnostic] = caught.value.diagnostics
    return diagnostic.code


@pytest.mark.parametrize("mark", ["specc.toml", ".git"])
def test_the_nearest_marked_folder_is_the_root(mark: str, tmp_path: Path) -> None:
    (tmp_path / mark).mkdir()
    (tmp_path / "a/b").mkdir(parents=True)
    assert project_root(tmp_path / "a/b/spec.yaml") == tmp_path
    (tmp_path / "a" / mark).touch()
    assert project_root(tmp_path / "a/b/spec.yaml") == tmp_path / "a"


def test_without_a_mark_the_specs_own_folder_is_the_root(tmp_path: Path) -> None:
    if any((parent / ".git").exists() for parent in tmp_path.parents):
        pytest.skip("the folder for temporary files is inside a project")
    assert project_root(tmp_path / "spec.yaml") == tmp_path


@pytest.mark.parametrize(
    ("relative", "found"),
    [
        ("./blocks/b.yaml", "specs/blocks/b.yaml"),
        ("blocks/../a.yaml", "specs/a.yaml"),
        ("../specs/a.yaml", "specs/a.yaml"),
        ("missing.yaml", "specs/missing.yaml"),
        ("..", "."),
    ],
)
def test_inside(project: Path, relative: str, found: str) -> None:
    assert resolve_inside(project, project / "specs/a.yaml", relative) == (project / found)


OUTSIDE = {
    "parent": ("../../secret.yaml", "S501"),
    "parent and back": ("../../project2/../secret.yaml", "S501"),
    "far up": ("../" * 50 + "etc/passwd", "S501"),
    "absolute": ("/etc/passwd", "S502"),
    "URL": ("https://example.org/a.yaml", "S502"),
    "file URL": ("file:///etc/passwd", "S502"),
    "fsspec URL": ("s3://bucket/a.yaml", "S502"),
    "drive": ("C:/a.yaml", "S502"),
    "network share": ("\\\\host\\a.yaml", "S502"),
    "empty": ("", "S502"),
    "NUL": ("a\x00b", "S502"),
}


@pytest.mark.parametrize(("relative", "expected"), OUTSIDE.values(), ids=OUTSIDE.keys())
def test_outside(project: Path, relative: str, expected: str) -> None:
    assert code(project, project / "specs/a.yaml", relative) == expected


def test_a_link_out_of_the_project(project: Path) -> None:
    (project / "specs/link.yaml").symlink_to(project / "../secret.yaml")
    (project / "specs/folder").symlink_to(project / "..")
    assert code(project, project / "specs/a.yaml", "link.yaml") == "S501"
    assert code(project, project / "specs/a.yaml", "folder/secret.yaml") == "S501"


def test_a_link_inside_the_project(project: Path) -> None:
    (project / "specs/link.yaml").symlink_to("a.yaml")
    found = resolve_inside(project, project / "specs/a.yaml", "link.yaml")
    assert found == project / "specs/a.yaml"


def test_a_project_whose_name_begins_like_the_roots(project: Path) -> None:
    beside = project.with_name("project2")
    beside.mkdir()
    (beside / "a.yaml").write_text(SPEC)
    assert code(project, project / "specs/a.yaml", "../../project2/a.yaml") == "S501"


BEGINNINGS = {
    "plain": "specc: 1\n",
    "comments before it": "# a comment\n\n  # another\nspecc: 1\n",
    "document start": "---\nspecc: 1\n",
    "directive": "%YAML 1.2\n--- # start\nspecc: 1\n",
    "on the start's line": "--- {specc: 1}\n",
    "flow": "{specc: 1, model: m}\n",
    "quoted": '"specc": 1\n',
    "byte order mark": "\ufeffspecc: 1\n",
    "carriage returns": "# a\r\nspecc: 1\r\n",
}
OTHERS = {
    "another key": "name: specc\n",
    "second key": "a: 1\nspecc: 1\n",
    "longer key": "specction: 1\n",
    "nested": "a:\n  specc: 1\n",
    "list": "- specc: 1\n",
    "empty": "",
    "text": "specc\n",
    "in a comment": "# specc: 1\n",
}


def test_specs_are_found_by_their_first_key(project: Path) -> None:
    folder = project / "found"
    folder.mkdir()
    for index, text in enumerate([*BEGINNINGS.values(), *OTHERS.values()]):
        (folder / f"{index:02}.yaml").write_text(text, encoding="utf-8", newline="")
    found = [path.name for path in find_specs([folder])]
    assert found == [f"{index:02}.yaml" for index in range(len(BEGINNINGS))]


def test_what_is_not_searched(project: Path) -> None:
    for name in (".hidden", ".venv", "venv", "node_modules", "env"):
        (project / name).mkdir()
        (project / name / "a.yaml").write_text(SPEC)
    (project / "env/pyvenv.cfg").touch()
    (project / "notes.txt").write_text(SPEC)
    (project / "z.yml").write_text(SPEC)
    (project / "loop").symlink_to(project)
    if hasattr(os, "mkfifo"):
        os.mkfifo(project / "pipe.yaml")
    found = [path.relative_to(project).as_posix() for path in find_specs([project])]
    assert found == ["specs/a.yaml", "specs/blocks/b.yaml", "z.yml"]


def test_files_are_taken_as_given_and_none_twice(project: Path) -> None:
    other = project / "other.txt"
    missing = project / "missing.yaml"
    spec = project / "specs/a.yaml"
    found = find_specs([other, spec, project / "specs", missing])
    assert found == [other, spec, project / "specs/blocks/b.yaml", missing]
