"""Cells cut from the woven essay: the same whatever was rendered before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.lab.running import make_workspace

from octavo.lab import drafts, preview, rendering
from octavo.lab.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A small workspace."""
    return open_desk(make_workspace(tmp_path / "workspace"))


def _cells(desk: Desk, *sources: str, header: str = "", code: str = "") -> dict[int, str]:
    cells: list[dict[str, Any]] = [{"kind": "raw", "source": f"---\ntitle: T\n{header}---"}]
    cells += [{"kind": "markdown", "source": source} for source in sources]
    if code:
        cells.insert(2, {"kind": "code", "source": code})
    draft = drafts.read(desk, {"path": "essays/cells.ipynb", "cells": cells})
    return rendering.render(desk, draft)


def test_a_headings_level_follows_from_the_cells_before(desk: Desk) -> None:
    """Also when its cell alone was edited."""
    _cells(desk, "# A", "## B", "### C")
    cells = _cells(desk, "# A", "## B", "### C, edited")
    assert [cells[n][:3] for n in (1, 2, 3)] == ["<h1", "<h2", "<h3"]


def test_words_of_the_page_are_in_the_essays_language(desk: Desk) -> None:
    """The same cell in another language is another."""
    callout = "::: {.callout-tip}\nSo.\n:::"
    assert "Tip" in _cells(desk, callout)[1]
    assert "Tipp" in _cells(desk, callout, header="lang: de\n")[1]


def test_notes_are_numbered_through_the_essay(desk: Desk) -> None:
    """Those of a code cell's caption count too."""
    style = "csl: chicago-notes-bibliography-17th-edition\n"
    code = "#| label: fig-a\n#| fig-cap: Data [@knuth1984texbook]\n1"
    cells = _cells(desk, "One [@knuth1984literate].", "Two.^[Own.]", header=style, code=code)
    assert "<sup>1</sup>" in cells[1]
    assert "<sup>3</sup>" in cells[3]
    assert '<li value="3">' in cells[3]


def test_a_citation_more_leaves_the_other_cells_as_they_are(desk: Desk) -> None:
    """Their HTML is not written again: the numbers of citations are not in it."""
    one = _cells(desk, "One [@knuth1984literate].", "Two [@perez2007ipython].")
    two = _cells(
        desk, "One [@knuth1984literate; @grafton1997footnote].", "Two [@perez2007ipython]."
    )
    assert one[2] == two[2]


def test_a_picture_outside_the_workspace_is_not_shown(desk: Desk, tmp_path: Path) -> None:
    """Not by a path upwards, not by an absolute one; and it is said."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG secret")
    for address in ("../../secret.png", str(secret)):
        text = f"---\ntitle: T\n---\n\n![A picture]({address})\n"
        made = preview.page(desk, drafts.read(desk, {"path": "essays/p.md", "text": text}))
        assert "c2VjcmV0" not in made.value
        assert "picture-outside" in {fault.code for fault in made.diagnostics}
