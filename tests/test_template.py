"""What ``octavo init`` makes: a skeleton of this workspace that builds at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import octavo
from octavo import scaffold
from octavo.notebooks import pair

ROOT = Path(__file__).parent.parent
SAME = (
    "bibliography/README.md",
    "bibliography/styles/README.md",
    "scripts/convert.py",
    "scripts/execute.py",
    "scripts/publish.py",
)


@pytest.mark.parametrize("name", SAME)
def test_the_skeleton_is_this_workspace(name: str) -> None:
    assert (scaffold.TEMPLATE / name).read_bytes() == (ROOT / name).read_bytes()


def test_every_folder_of_the_workspace_is_in_it() -> None:
    folders = {path.name for path in scaffold.TEMPLATE.iterdir() if path.is_dir()}
    assert folders == {"bibliography", "essays", "notebooks", "scripts"}
    assert all((ROOT / name).is_dir() for name in folders)


def test_texts_and_notebooks_are_kept_in_step_alike() -> None:
    settings = [
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["jupytext"]
        for folder in (ROOT, scaffold.TEMPLATE)
    ]
    assert settings == [pair.SETTINGS, pair.SETTINGS]


def texts() -> list[Path]:
    """The Markdown texts of pairs, of the skeleton and of this workspace."""
    folders = [top / part for top in (ROOT, scaffold.TEMPLATE) for part in ("essays", "notebooks")]
    return sorted(path for folder in folders for path in folder.rglob("*.md"))


@pytest.mark.parametrize("path", texts(), ids=lambda path: str(path.relative_to(ROOT)))
def test_jupytext_changes_no_byte_of_a_pair(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert pair.is_protected(text)
    assert pair.to_text(pair.to_notebook(text)) == text
    notebook = path.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert pair.out_of_step(text, notebook) is None


@pytest.mark.slow
def test_a_new_workspace_builds_at_once_with_nothing_wrong(tmp_path: Path) -> None:
    new = tmp_path / "neue Werkstatt"
    scaffold.init(new)
    workspace = octavo.open_workspace(new).value
    assert octavo.check(workspace) == ()
    report = octavo.build(workspace)
    assert report.ok
    assert report.diagnostics == ()
    made = {path.name for path in (new / "public" / "welcome").iterdir()}
    assert {"index.html", "welcome.pdf"} <= made
    assert (new / ".gitignore").is_file()
