"""The problems panel in a real browser: live, each a link to its place."""

from __future__ import annotations

import pytest
from tests.lab.running import ESSAY, HEADER
from tests.lab.writer import Writer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("where", ["cell", "file"])
def test_a_problem_leads_to_its_line(writer: Writer, where: str) -> None:
    """An unknown key of the unsaved text is listed with the nearest key; a click goes there."""
    writer.put("essays/wrong.md", ESSAY)
    if where == "cell":
        writer.open("essays/wrong.ipynb", "Notebook")
        writer.run("octavo:problems")
        writer.cell(2)
        writer.type(" and [@knuth1984literat]")
    else:
        writer.open("essays/wrong.md", "Editor")
        writer.run("octavo:problems")
        writer.end_of_file()
        writer.type("\n\nWrong [@knuth1984literat].\n\nA last line.")
    writer.press("Escape")
    row = writer.page.locator(".octavo-problem", has_text="knuth1984literat").first
    row.wait_for()
    assert "Did you mean knuth1984literate" in row.inner_text()
    place = "cell 3, line 3" if where == "cell" else "line 28"
    writer.shot(f"problems-{where}")
    row.get_by_role("button", name=place).click()
    writer.at("[^one]: A note" if where == "cell" else "Wrong [@knuth1984literat")


def test_what_is_mended_goes(writer: Writer) -> None:
    """The list is of the text as it stands, and says so when nothing is wrong."""
    writer.put("essays/mended.md", f"---\ntitle: T\n{HEADER}---\n\nSee @fig-none.\n")
    writer.open("essays/mended.md", "Editor")
    writer.run("octavo:problems")
    writer.page.locator(".octavo-problem", has_text="fig-none").wait_for()
    writer.end_of_file()
    writer.press("Shift+ArrowUp", "Delete")
    writer.type("Nothing to say.")
    writer.page.get_by_text("Nothing is wrong with essays/mended.md").wait_for()


def test_a_fault_of_the_header_is_at_its_line(writer: Writer) -> None:
    """In a notebook the header is the first cell."""
    text = f"---\ntitle: T\nlang: en-US\nstatus: publishd\n{HEADER}---\n\nWords.\n"
    writer.put("essays/header.md", text)
    writer.open("essays/header.ipynb", "Notebook")
    writer.run("octavo:problems")
    row = writer.page.locator(".octavo-problem", has_text="publishd")
    row.get_by_role("button", name="cell 1, line 4").click()
    writer.at("status: publishd")
