"""Rendered cells in a real browser: what the page will show, whole-document context included."""

from __future__ import annotations

import pytest
from tests.lab.running import ESSAY, HEADER
from tests.lab.writer import RENDERED, Writer

pytestmark = pytest.mark.slow

SET = """([number, text]) => {
  window.jupyterapp.shell.currentWidget.content.model.cells.get(number).sharedModel.setSource(text);
}"""


def test_cells_show_what_the_page_will(writer: Writer) -> None:
    """Year suffixes need the whole essay; a note of another cell; the list of references."""
    writer.put("essays/second.md", ESSAY)
    writer.open("essays/second.ipynb", "Notebook")
    cell = writer.page.locator(RENDERED).first
    cell.get_by_text("Knuth 1984a, 97").wait_for()
    assert "; 1984b)" in cell.inner_text()
    assert "A note that stands in another place." in cell.inner_text()
    references = writer.page.locator(RENDERED).last
    assert "The Computer Journal" in references.inner_text()
    writer.shot("cells")
    cell.get_by_role("link", name="Knuth 1984a, 97").hover()
    writer.page.locator(".octavo-floating", has_text="Literate Programming").wait_for()


def test_cells_follow_edits_of_other_cells(writer: Writer) -> None:
    """A suffix goes when the other work of the year goes, without touching its cell."""
    first = "One work [@knuth1984literate]."
    text = f"---\ntitle: T\n{HEADER}---\n\n{first}\n\n\nAnother [@knuth1984texbook]."
    writer.put("essays/twice.md", text)
    writer.open("essays/twice.ipynb", "Notebook")
    cell = writer.page.locator(RENDERED).first
    cell.get_by_text("(Knuth 1984a)").wait_for()
    writer.page.evaluate(SET, [2, "Another, uncited."])
    cell.get_by_text("(Knuth 1984)").wait_for()


def test_cells_that_say_the_same_are_told_apart(writer: Writer) -> None:
    """In a note style the second of two equal cells is another: ibid."""
    said = "As said [@grafton1997footnote]."
    header = f"---\ntitle: T\ncsl: chicago-notes-bibliography-17th-edition\n{HEADER}---"
    writer.put("essays/ibid.md", f"{header}\n\n{said}\n\n\n{said}\n")
    writer.open("essays/ibid.ipynb", "Notebook")
    cells = writer.page.locator(RENDERED)
    cells.first.get_by_text("The Footnote: A Curious History").wait_for()
    assert "A Curious History" not in cells.nth(1).inner_text()
    assert "Grafton" in cells.nth(1).inner_text()
    assert [cells.nth(n).locator(".footnote-ref").inner_text() for n in (0, 1)] == ["1", "2"]


def test_divisions_over_cells_and_references_between_them(writer: Writer) -> None:
    """A callout that a later cell closes, a reference to a table, a formula."""
    body = (
        "::: {.callout-tip title=Beware}\nIt begins here [@knuth1984texbook].\n\n\n"
        "and ends here.\n:::\n\n\nSee @tbl-a and $x^2$.\n\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n: A table {#tbl-a}\n"
    )
    writer.put("essays/div.md", f"---\ntitle: T\n{HEADER}---\n\n{body}")
    writer.open("essays/div.ipynb", "Notebook")
    cells = writer.page.locator(RENDERED)
    cells.first.locator(".callout", has_text="Knuth 1984").wait_for()
    assert "Beware" in cells.first.inner_text()
    assert cells.nth(1).locator(".callout").inner_text().endswith("and ends here.")
    assert "See Table\xa01" in cells.nth(2).inner_text()
    assert cells.nth(3).inner_text().endswith("Table\xa01. A table")
    cells.nth(2).locator("mjx-container").wait_for()
    writer.shot("cells-divided")


def test_inline_values_are_the_kernels_once_something_ran(writer: Writer) -> None:
    """Opening runs nothing; after a run the cell, and the page with its output, show values."""
    code = "```python\nn = 6 * 7\nprint('printed', n)\n```"
    body = f"{code}\n\nThe answer is `{{python}} n + 0`.\n"
    writer.put("essays/values.md", f"---\ntitle: T\n{HEADER}---\n\n{body}")
    writer.open("essays/values.ipynb", "Notebook")
    cell = writer.page.locator(RENDERED).last
    cell.locator("code", has_text="n + 0").wait_for()
    writer.run("octavo:preview")
    writer.page.locator(".jp-NotebookPanel:visible .jp-CodeCell").click()
    writer.press("Control+Enter")
    cell.get_by_text("The answer is 42.").wait_for(timeout=20_000)
    page = writer.page.frame_locator(".octavo-page iframe")
    page.get_by_text("The answer is 42.").wait_for()
    page.get_by_text("printed 42").wait_for()
    writer.shot("values")


def test_a_library_cannot_bring_markup(writer: Writer) -> None:
    """What a .bib holds is text: in cells, in cards, in the list and in the preview."""
    bad = "<img src=x onerror='window.hacked=1'><script>window.hacked=2</script>Bad"
    entry = f"@book{{evil2001, author = {{Evil, Mal}}, title = {{{bad}}}, abstract = {{{bad}}}}}\n"
    (writer.root / "bibliography/evil.bib").write_text(entry, encoding="utf-8")
    text = f"---\ntitle: T\n{HEADER}---\n\nSee [@evil2001].\n\n::: {{#refs}}\n:::\n"
    writer.put("essays/evil.md", text)
    writer.open("essays/evil.ipynb", "Notebook")
    link = writer.page.locator(RENDERED).get_by_role("link", name="Evil").first
    link.wait_for(timeout=15_000)
    link.hover()
    writer.page.locator(".octavo-floating .octavo-card-reference", has_text="Bad").wait_for()
    writer.run("octavo:library")
    writer.page.get_by_label("Search the library").fill("evil mal")
    writer.page.locator(".octavo-library-row", has_text="Evil").wait_for()
    writer.run("octavo:preview")
    writer.page.frame_locator(".octavo-page iframe").get_by_text("Bad").first.wait_for()
    assert writer.page.evaluate("window.hacked") is None
    assert writer.page.locator(".octavo-rendered img, .octavo-card img").count() == 0
    writer.page.get_by_label("Search the library").fill("")
    (writer.root / "bibliography/evil.bib").unlink()
