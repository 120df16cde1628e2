"""Essays and notes side by side in a real browser: begin them, quote, go back and forth."""

from __future__ import annotations

import pytest
from tests.lab.running import HEADER
from tests.lab.writer import RENDERED, Writer

pytestmark = pytest.mark.slow

WANTED = "> Footnotes exist to perform two other functions. [@grafton1997footnote, p. 22]"


def test_a_passage_of_a_note_becomes_a_quotation(writer: Writer) -> None:
    """With its citation and the page that the note gives."""
    writer.open("essays/plain.md", "Editor")
    writer.end_of_file()
    writer.open("notebooks/reading/grafton1997footnote.md", "Editor")
    writer.page.locator(".cm-line:visible", has_text="Footnotes exist").click()
    writer.press("Home", "Shift+End")
    writer.press("Control+Alt+q")
    writer.page.locator(".cm-line", has_text="> Footnotes exist").nth(1).wait_for()
    writer.run("docmanager:open", path="essays/plain.md")
    assert WANTED in writer.source()


def test_from_a_rendered_note_to_a_cell(writer: Writer) -> None:
    """Both open as notebooks, the passage chosen as it is shown."""
    note = writer.read("notebooks/reading/grafton1997footnote.md")
    writer.put("notebooks/reading/grafton1997footnote.md", note)
    writer.put("essays/quoting.md", f"---\ntitle: T\n{HEADER}---\n\nA cell.\n")
    writer.open("essays/quoting.ipynb", "Notebook")
    writer.cell(1)
    writer.open("notebooks/reading/grafton1997footnote.ipynb", "Notebook")
    passage = writer.page.locator(RENDERED, has_text="Footnotes exist").locator("blockquote p")
    passage.wait_for()
    passage.evaluate("node => getSelection().selectAllChildren(node)")
    writer.run("octavo:quote-in-essay")
    writer.run("docmanager:open", path="essays/quoting.ipynb")
    assert "> Footnotes exist to perform two other functions. [@grafton" in writer.source()
    (writer.root / "notebooks/reading/grafton1997footnote.ipynb").unlink()


@pytest.mark.parametrize("where", ["cell", "file"])
def test_to_the_note_and_back(writer: Writer, where: str) -> None:
    """Ctrl-click on the citation opens the note beside; a key leads back to the citation."""
    body = "An empty line.\n\n\nSee [@grafton1997footnote, p. 22] there.\n"
    writer.put("essays/there.md", f"---\ntitle: T\n{HEADER}---\n\n{body}")
    name, factory = ("there.ipynb", "Notebook") if where == "cell" else ("there.md", "Editor")
    writer.open(f"essays/{name}", factory)
    if where == "cell":
        link = writer.page.locator(RENDERED).get_by_role("link", name="Grafton 1997")
        link.click(modifiers=["Control"])
    else:
        writer.page.locator(".octavo-known", has_text="grafton").click(modifiers=["Control"])
    writer.page.locator(".cm-line", has_text="> Footnotes exist").wait_for()
    boxes = [
        writer.page.locator(selector).first.bounding_box()
        for selector in (".jp-NotebookPanel, .jp-FileEditor:has-text('An empty line')",
                         ".jp-FileEditor:has-text('Footnotes exist')")
    ]  # fmt: skip
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 2
    writer.page.locator(".cm-line", has_text="> Footnotes exist").click()
    writer.press("Control+Alt+b")
    writer.page.wait_for_function(
        "name => window.jupyterapp.shell.currentWidget?.context?.path === name",
        arg=f"essays/{name}",
    )
    writer.at("See [@grafton1997footnote")


def test_beginning_an_essay_from_the_launcher(writer: Writer) -> None:
    """A card in the launcher, first of all; a pair on disk, open as a notebook."""
    writer.run("launcher:create")
    cards = writer.page.locator(".jp-Launcher:visible .jp-LauncherCard-label")
    assert cards.all_inner_texts()[:3] == ["Essay", "Reading Note", "Essay, Notes and Preview"]
    writer.shot("launcher")
    writer.page.locator(".jp-LauncherCard[title='Begin an essay']:visible").click()
    writer.page.locator(".jp-Dialog input").fill("A Fresh Start")
    writer.press("Enter")
    writer.page.locator(".jp-NotebookPanel:visible").wait_for()
    assert "format_name: markdown" in writer.read("essays/a-fresh-start.md")


def test_beginning_a_note_from_the_menu(writer: Writer) -> None:
    """File > New > Reading Note asks for the source, and opens the note."""
    writer.open("essays/plain.md", "Editor")
    writer.page.locator(".lm-MenuBar-item", has_text="File").click()
    writer.page.locator(".lm-Menu-item[data-command] >> text=New Launcher").wait_for()
    writer.page.locator(".lm-Menu-item", has_text="New").first.hover()
    entry = writer.page.locator(".lm-Menu-item", has_text="Reading Note")
    entry.wait_for()
    assert writer.page.locator(".lm-Menu-item", has_text="Essay").first.is_visible()
    entry.click()
    writer.page.locator(".jp-Dialog input").fill("perez2007ipython")
    writer.press("Enter")
    writer.page.locator(".cm-line", has_text="source: perez2007ipython").wait_for()
    assert "source: perez2007ipython" in writer.read("notebooks/reading/perez2007ipython.md")


def test_the_three_side_by_side(writer: Writer) -> None:
    """Essay, the note of what it cites, and its page, from left to right."""
    writer.put("essays/beside.md", f"---\ntitle: T\n{HEADER}---\n\nSee @grafton1997footnote.\n")
    writer.open("essays/beside.ipynb", "Notebook")
    writer.run("octavo:layout")
    writer.page.frame_locator(".octavo-page iframe").get_by_text("Grafton (1997)").wait_for()
    writer.page.locator(".cm-line", has_text="> Footnotes exist").wait_for()
    lefts = [
        writer.page.locator(selector).bounding_box()["x"]
        for selector in (".jp-NotebookPanel", ".jp-FileEditor", ".octavo-preview")
    ]
    assert lefts == sorted(lefts)
    assert writer.page.locator("#octavo-library").is_visible()
    writer.shot("layout")
