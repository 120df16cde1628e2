"""Execution: what runs a kernel and what doesn't, what a failure says, what is published of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from octavo.publishing.build import build
from octavo.workspace import Workspace
from tests import workspaces

pytestmark = pytest.mark.slow

COUNTED = """Some words, `{python} total`.

```python tags=["parameters"]
years = 3
```

```python
#| label: fig-a
#| echo: true
with open("runs.log", "a") as log:
    log.write("x")
total = years * 2
print("Years:", years)
```

Now `{python} total` in all.
"""
BROKEN = """Words.

```python
fine = 1
```

```python
#| echo: false
wrong = fine + 1
def inner():
    return undefined_name
inner()
```
"""


def _runs(workspace: Workspace) -> int:
    log = workspace.essays / "runs.log"
    return len(log.read_text()) if log.exists() else 0


def _edit(workspace: Workspace, old: str, new: str, slug: str = "counted") -> None:
    path = workspace.essays / f"{slug}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    counted = COUNTED.replace("`{python} total`.", "`{python} 6 * 7`.")
    files = {
        "essays/counted.md": workspaces.essay(counted),
        "essays/plain.md": workspaces.essay("Only words."),
    }
    made = workspaces.make(tmp_path_factory.mktemp("execution"), files)
    assert build(made).ok
    return made


def test_what_runs(workspace: Workspace) -> None:
    assert _runs(workspace) == 1
    _edit(workspace, "Some words", "Other words")
    assert build(workspace).built == ("counted",)
    assert _runs(workspace) == 1, "prose runs nothing"
    _edit(workspace, "#| echo: true", "#| echo: false")
    assert build(workspace).built == ("counted",)
    assert _runs(workspace) == 1, "presentation runs nothing"
    assert "log.write" not in workspaces.page(workspace, "counted")
    assert build(workspace).built == ()
    _edit(workspace, "years * 2", "years * 5")
    assert build(workspace).ok
    assert _runs(workspace) == 2, "code runs"
    words = workspaces.words(workspaces.page(workspace, "counted"))
    assert "Other words, 42." in words
    assert "Now 15 in all." in words
    _edit(workspace, "`{python} total` in", "`{python} total + 1` in")
    assert build(workspace).ok
    assert _runs(workspace) == 3, "an inline expression is code"
    assert "Now 16 in all." in workspaces.words(workspaces.page(workspace, "counted"))


def test_run_writes_the_notebook_and_takes_parameters(workspace: Workspace) -> None:
    before = (workspace.essays / "counted.md").read_bytes()
    ran = workspaces.octavo("run", "counted", "-p", "years=11", cwd=workspace.root)
    assert ran.status == 0, ran.err
    notebook = json.loads((workspace.essays / "counted.ipynb").read_text(encoding="utf-8"))
    printed = [
        output["text"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
    ]
    assert "".join(map("".join, printed)) == "Years: 11\n"
    assert (workspace.essays / "counted.md").read_bytes() == before
    assert workspaces.octavo("check", "counted", cwd=workspace.root).out == "Nothing is wrong.\n"
    assert build(workspace).ok
    page = workspaces.words(workspaces.page(workspace, "counted"))
    assert "Years: 3" in page, "a page holds what the text says, not an experiment"


def test_outputs_of_an_older_source_are_not_published(workspace: Workspace) -> None:
    path = workspace.essays / "counted.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            output["text"] = "Stale: 99\n"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    _edit(workspace, "Other words", "New words")
    assert build(workspace).ok
    assert "Stale" not in workspaces.page(workspace, "counted")


def test_a_failing_cell(workspace: Workspace) -> None:
    path = workspace.essays / "broken.md"
    path.write_text(workspaces.essay("Fine `{python} 1 + 1`.\n"), encoding="utf-8")
    assert build(workspace).ok
    page = workspace.output / "broken" / "index.html"
    last_good = page.read_bytes()
    text = workspaces.essay(BROKEN)
    path.write_text(text, encoding="utf-8")
    _edit(workspace, "Only words.", "Only words, changed.", "plain")
    ran = workspaces.octavo("build", "--json", cwd=workspace.root)
    assert ran.status == 1
    said = ran.json()
    assert (said["built"], said["failed"]) == (["plain"], ["broken"])
    (fault,) = said["diagnostics"]
    line = text.splitlines().index("    return undefined_name") + 1
    assert fault["code"] == "cell-failed"
    assert fault["line"] in (line, line + 1), "the faulty line, or the call that led to it"
    assert "NameError: name 'undefined_name' is not defined" in fault["message"]
    assert "-> " in fault["hint"]
    assert "inner()" in fault["hint"]
    assert page.read_bytes() == last_good
    again = workspaces.octavo("build", cwd=workspace.root)
    assert again.status == 1, "it still fails"
    path.unlink()
    assert build(workspace).ok
    assert not page.exists(), "an essay that is gone leaves no page"


def test_a_dying_kernel_and_an_unknown_one(workspace: Workspace) -> None:
    dying = "```python\nfirst = 1\n```\n\n```python\nimport os\nos._exit(3)\n```\n"
    other = "```python\nprint(1)\n```\n"
    path, unknown = workspace.essays / "dying.md", workspace.essays / "unknown.md"
    path.write_text(workspaces.essay(dying), encoding="utf-8")
    header = "jupyter:\n  kernelspec: {name: no-such-kernel, display_name: x, language: python}\n"
    unknown.write_text(f"---\ntitle: A\n{header}---\n\n{other}", encoding="utf-8")
    faults = {d.code: d for d in build(workspace).diagnostics}
    assert set(faults) == {"cell-failed", "no-kernel"}
    span = faults["cell-failed"].span
    assert span is not None
    assert path.read_text(encoding="utf-8").splitlines()[span.line - 1] == "import os"
    assert "no-such-kernel" in faults["no-kernel"].message
    path.unlink()
    unknown.unlink()


def test_building_changes_no_source(tmp_path: Path) -> None:
    from octavo.notebooks import pair  # noqa: PLC0415

    text = workspaces.essay(COUNTED.replace("`{python} total`.", "").replace("runs.log", "r.log"))
    notebook = pair.notebook_json(pair.to_notebook(text.replace("title: Case", "title: Lone")))
    files: dict[str, str | bytes] = {
        "essays/both.md": text,
        "essays/both.ipynb": pair.notebook_json(pair.to_notebook(text)),
        "essays/crlf.md": b"\xef\xbb\xbf"
        + workspaces.essay("Words.\n").replace("\n", "\r\n").encode(),
        "essays/deep/er/lone.ipynb": notebook,
        "essays/foreign.md": "No header at all.\n\n::: {.x}\nWords\n:::\n",
        "notebooks/reading/knuth1984.md": workspaces.essay("A note."),
    }
    made = workspaces.make(tmp_path, files)
    before = workspaces.digests(tmp_path)
    report = build(made, wanted="all")
    assert report.failed == ()
    workspaces.octavo("check", cwd=tmp_path)
    assert (
        workspaces.digests(
            tmp_path, ("public/", ".octavo/", "essays/r.log", "essays/deep/er/r.log")
        )
        == before
    )
    lone = workspaces.words(workspaces.page(made, "deep/er/lone"))
    assert "Lone" in lone
    assert "Now 6 in all." in lone
