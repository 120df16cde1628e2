"""The rest of the workshop in a real browser: cells, notes, library, preview, problems, saving."""

from __future__ import annotations

import pytest
from tests.lab.writer import Writer

pytestmark = pytest.mark.slow

CELL = ".jp-NotebookPanel:visible .jp-MarkdownOutput"


def test_cells_show_what_the_page_will(writer: Writer) -> None:
    """Year suffixes need the whole essay; a note of another cell; the list of references."""
    writer.open("essays/second.ipynb", "Notebook")
    cell = writer.page.locator(CELL).first
    cell.get_by_text("Knuth 1984a, 97").wait_for()
    assert "; 1984b)" in cell.inner_text()
    assert "A note that stands in another place." in cell.inner_text()
    references = writer.page.locator(CELL).last
    assert "The Computer Journal" in references.inner_text()
    writer.shot("cells")
    cell.get_by_role("link", name="Knuth 1984a, 97").hover()
    writer.page.locator(".octavo-floating .octavo-card").wait_for()
    writer.page.locator(".octavo-floating", has_text="Literate Programming").wait_for()


def test_cells_follow_edits_of_other_cells(writer: Writer) -> None:
    """A suffix goes when the other work of the year goes, without touching its cell."""
    writer.open("essays/twice.ipynb", "Notebook")
    cell = writer.page.locator(CELL).first
    cell.get_by_text("Knuth 1984a, 97").wait_for()
    writer.page.evaluate(
        """() => {
          const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
          const source = cells.get(1).sharedModel;
          source.setSource(source.getSource().replace('; @knuth1984texbook', ''));
        }"""
    )
    writer.page.locator(CELL).first.get_by_text("Knuth 1984, 97").wait_for()


def test_library_panel_searches_filters_and_cites(writer: Writer) -> None:
    """Press Cite; filter by what this essay cites."""
    writer.open("essays/plain.md", "Editor")
    writer.end_of_file()
    writer.press("Enter")
    writer.run("octavo:library")
    panel = writer.page.locator("#octavo-library")
    panel.get_by_label("Search the library").fill("perez ipython")
    row = panel.locator(".octavo-library-row")
    row.first.get_by_text("IPython").wait_for()
    assert row.count() == 1
    row.get_by_role("button", name="Cite", exact=True).click()
    assert "[@perez2007ipython]" in writer.source()
    panel.get_by_label("Search the library").fill("")
    panel.get_by_label("Show").select_option("here")
    writer.page.wait_for_function("document.querySelectorAll('.octavo-library-row').length === 3")
    writer.shot("library")
    panel.get_by_label("Show").select_option("all")


def test_dragging_a_source_into_the_text(writer: Writer) -> None:
    """A row of the library dropped on a line becomes a citation there."""
    writer.open("essays/plain.md", "Editor")
    writer.run("octavo:library")
    panel = writer.page.locator("#octavo-library")
    panel.get_by_label("Search the library").fill("grafton")
    row = panel.locator(".octavo-library-row").first
    row.get_by_text("Grafton").wait_for()
    row.drag_to(writer.page.locator(".cm-line", has_text="A second cell"))
    assert "[@grafton1997footnote]" in writer.source()
    panel.get_by_label("Search the library").fill("")


def test_a_passage_of_a_note_becomes_a_quotation(writer: Writer) -> None:
    """With its citation and the page that the note gives."""
    writer.open("essays/plain.md", "Editor")
    writer.end_of_file()
    writer.open("notebooks/reading/grafton1997footnote.md", "Editor")
    writer.page.locator(".cm-line:visible", has_text="Footnotes exist").click()
    writer.press("Home", "Shift+End")
    writer.run("octavo:quote-in-essay")
    writer.run("docmanager:open", path="essays/plain.md")
    wanted = "> Footnotes exist to perform two other functions. [@grafton1997footnote, p. 22]"
    assert wanted in writer.source()


def test_new_essay_and_new_note(writer: Writer) -> None:
    """From the launcher's command: a pair on disk, open as a notebook."""
    writer.run("octavo:new-essay", title="A Fresh Start")
    writer.page.locator(".jp-NotebookPanel:visible").wait_for()
    text = (writer.root / "essays/a-fresh-start.md").read_text(encoding="utf-8")
    assert "format_name: markdown" in text
    writer.run("octavo:new-note", key="perez2007ipython")
    note = writer.root / "notebooks/reading/perez2007ipython.md"
    assert "source: perez2007ipython" in note.read_text(encoding="utf-8")


def test_preview_follows_what_is_typed(writer: Writer) -> None:
    """The real page, without scripts, renewed after a pause; then the paper."""
    writer.open("essays/plain.md", "Editor")
    writer.run("octavo:preview")
    frame = writer.page.frame_locator(".octavo-preview iframe")
    frame.locator(".citation", has_text="1984a, 97").first.wait_for()
    sandbox = writer.page.locator(".octavo-preview iframe").get_attribute("sandbox")
    assert sandbox == "allow-same-origin"
    writer.end_of_file()
    writer.press("Enter")
    writer.type("Typed a moment ago <script>parent.hacked = 1</script>.")
    frame.get_by_text("Typed a moment ago").wait_for()
    assert writer.page.evaluate("window.hacked") is None
    writer.shot("preview")
    writer.page.get_by_role("button", name="Paper", exact=True).click()
    paper = writer.page.get_by_role("img", name="Page 1 of 1")
    paper.wait_for()
    writer.page.wait_for_function("document.querySelector('.octavo-paper img').naturalWidth > 0")
    writer.shot("paper")


def test_problems_lead_to_their_cell(writer: Writer) -> None:
    """An unknown key of the unsaved text is listed, and a click goes there."""
    writer.open("essays/second.ipynb", "Notebook")
    writer.run("octavo:problems")
    writer.cell(2)
    writer.type(" and [@knuth1984literat]")
    writer.press("Escape")
    row = writer.page.locator(".octavo-problem", has_text="knuth1984literat").first
    row.wait_for()
    assert "knuth1984literate" in row.inner_text()
    writer.shot("problems")
    row.get_by_role("button").click()
    writer.page.locator(".jp-Cell.jp-mod-active", has_text="A second cell").wait_for()


def test_convert_writes_the_page_and_says_so(writer: Writer) -> None:
    """The command writes the form below the site's folder."""
    writer.open("essays/plain.md", "Editor")
    writer.run("octavo:convert", form="text")
    assert "Knuth 1984a" in (writer.root / "public/plain/plain.txt").read_text(encoding="utf-8")


def test_nothing_is_overwritten_silently(writer: Writer) -> None:
    """Another program writes; before the save the writer sees both texts and chooses."""
    path = writer.root / "essays/plain.md"
    writer.open("essays/plain.md", "Editor")
    writer.end_of_file()
    writer.type("MINE")
    path.write_text(path.read_text(encoding="utf-8") + "\nTHEIRS\n", encoding="utf-8")
    writer.page.evaluate("void window.jupyterapp.commands.execute('docmanager:save')")
    dialog = writer.page.locator(".octavo-conflict")
    dialog.wait_for()
    writer.page.wait_for_timeout(300)
    writer.shot("conflict")
    assert "MINE" in dialog.inner_text()
    assert "THEIRS" in dialog.inner_text()
    writer.page.get_by_role("button", name="Take what is on disk").click()
    writer.page.locator(".cm-line", has_text="THEIRS").wait_for()
    assert "THEIRS" in path.read_text(encoding="utf-8")
    assert "MINE" not in writer.source()
