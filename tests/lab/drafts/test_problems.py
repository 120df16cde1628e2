"""The problems of a draft are those of ``octavo check``, each where the writer finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests import workspaces
from tests.essays import cases

from octavo.lab import drafts, preview, problems, rendering
from octavo.lab.desk import Desk, open_desk
from octavo.notebooks import pair
from octavo.publishing.check import check

CASES = cases.read(Path(workspaces.__file__).parent / "essays/faults")
ENTRIES = """
@article{faulty2020, author = {Faulty, A.}, title = {No journal}, year = {2020}, doi = {nonsense}}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """All faulty essays in one workspace."""
    files = {f"essays/{slug}.md": case.text("essay") for slug, case in CASES.items()}
    files["essays/entries.md"] = workspaces.essay("See [@faulty2020].\n")
    files["bibliography/faulty.bib"] = ENTRIES
    root = tmp_path_factory.mktemp("faults") / "workspace"
    workspaces.make(root, files)
    return open_desk(root)


def _said(rows: list[dict[str, Any]]) -> set[tuple[object, ...]]:
    names = ("code", "severity", "message", "hint", "line", "column")
    return {tuple(row[name] for name in names) for row in rows}


@pytest.mark.parametrize("slug", [*CASES, "entries"])
def test_a_text_has_the_problems_that_check_finds(desk: Desk, slug: str) -> None:
    """Those of the entries that it cites too."""
    path = desk.workspace.essays / f"{slug}.md"
    expected = [fault.as_json() for fault in check(desk.workspace, [slug])]
    body = {"path": f"essays/{slug}.md", "text": path.read_text(encoding="utf-8")}
    found = problems.problems(desk, drafts.read(desk, body))
    assert _said(found) == _said(expected)
    assert slug != "entries" or {row["code"] for row in found} >= {"missing-field"}


@pytest.mark.parametrize("slug", CASES)
def test_a_notebook_has_each_problem_in_its_cell(desk: Desk, slug: str) -> None:
    """The line within the cell is the line that the text half has there."""
    text = (desk.workspace.essays / f"{slug}.md").read_text(encoding="utf-8")
    if not pair.is_protected(text):
        pytest.skip("saving the notebook would write another header")
    notebook = pair.to_notebook(text)
    cells = [{"kind": cell.cell_type, "source": cell.source} for cell in notebook.cells]
    draft = drafts.read(desk, {"path": f"essays/{slug}.ipynb", "cells": cells})
    lines = draft.source.text.split("\n")
    for row in problems.problems(desk, draft):
        if not row["here"] or row["cell"] < 1 or row["line"] < 1:
            continue
        inside = cells[row["cell"]]["source"].split("\n")[row["cell_line"]]
        assert inside == lines[row["line"] - 1]


def test_a_line_of_the_text_is_found_in_the_notebook(desk: Desk) -> None:
    """Whatever the header on disk holds more, or less, than the notebook's."""
    text = workspaces.essay("One.\n\n\nTwo,\nwrapped.\n", "lang: en-US\nsummary: S\n")
    (desk.workspace.essays / "lines.md").write_text(text, encoding="utf-8")
    cells = [
        {"kind": cell.cell_type, "source": cell.source} for cell in pair.to_notebook(text).cells
    ]
    draft = drafts.read(desk, {"path": "essays/lines.ipynb", "cells": cells})
    wrapped = text[: text.index("wrapped")].count("\n") + 1
    assert problems.locate(draft, wrapped) == (2, 1)
    (desk.workspace.essays / "lines.md").unlink()


BROKEN = ["title: [T", "title: T\n  x: y: z", "- a list", '"', "title: T\n---\n---", "jupyter: 3"]


@pytest.mark.parametrize("header", BROKEN)
@pytest.mark.parametrize("code", ["", "```python\n1\n```\n"])
@pytest.mark.parametrize("kind", ["text", "cells"])
def test_a_header_that_is_being_typed_is_no_obstacle(
    desk: Desk, header: str, code: str, kind: str
) -> None:
    """Cells, page and problems come of it, whatever state it is in."""
    body: dict[str, Any] = {"path": "essays/typed.md"}
    words = f"Words, and [@tufte1990].\n\n{code}"
    if kind == "text":
        body["text"] = f"---\n{header}\n---\n\n{words}"
    else:
        body["cells"] = [
            {"kind": "raw", "source": f"---\n{header}\n---"},
            {"kind": "markdown", "source": "Words, and [@tufte1990]."},
            *([{"kind": "code", "source": "1"}] if code else []),
        ]
    draft = drafts.read(desk, body)
    assert "Words" in "".join(rendering.render(desk, draft).values())
    assert "Words" in preview.page(desk, draft).value
    problems.problems(desk, draft)
