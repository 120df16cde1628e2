"""Citing while writing, in a real browser: in Markdown cells and in Markdown files alike."""

from __future__ import annotations

import pytest
from tests.lab.running import ESSAY
from tests.lab.writer import LIST, Writer

pytestmark = pytest.mark.slow


def _enter(writer: Writer, where: str) -> None:
    if where == "cell":
        writer.open("essays/reading.ipynb", "Notebook")
        writer.cell(2)
    else:
        writer.open("essays/plain.md", "Editor")
        writer.end_of_file()
    writer.press("Enter")


@pytest.mark.parametrize("where", ["cell", "file"])
def test_citing_by_keyboard_alone(writer: Writer, where: str) -> None:
    """An at sign opens the list, Enter inserts, a semicolon goes on to another source."""
    _enter(writer, where)
    writer.type("As said [@grafton")
    shown = writer.list_shown()
    assert "The Footnote" in shown.inner_text()
    writer.page.locator(".octavo-card").wait_for()
    writer.shot(f"citing-{where}")
    writer.press("Enter")
    writer.page.get_by_text("quoted in your note").wait_for()
    writer.shot(f"locator-{where}")
    writer.press("ArrowDown", "Enter")
    assert writer.source().endswith("As said [@grafton1997footnote, p. 22]")
    writer.type(";")
    writer.list_shown()
    writer.type("knuth texbook")
    writer.page.locator(f"{LIST} li:first-child", has_text="TeXbook").wait_for()
    writer.press("Enter")
    assert writer.source().endswith("[@grafton1997footnote, p. 22; @knuth1984texbook]")


def test_undo_takes_one_step(writer: Writer) -> None:
    """What Enter put in goes with one undo, and nothing that stood before."""
    _enter(writer, "file")
    before = writer.source()
    writer.type("[@perez")
    writer.list_shown()
    writer.page.wait_for_timeout(700)
    writer.press("Enter")
    assert "perez2007ipython]" in writer.source()
    writer.press("Escape", "Control+z")
    assert writer.source() == before + "[@perez"


@pytest.mark.parametrize(("query", "found"), [
    ("[@Pérez", "perez2007ipython"), ("[@1997 curious", "grafton1997footnote"),
    ("[@literate prog", "knuth1984literate"), ("(@knuth1984tex", "knuth1984texbook"),
])  # fmt: skip
def test_search_by_author_title_year_and_key(writer: Writer, query: str, found: str) -> None:
    """The first row is the source that a person would expect."""
    _enter(writer, "file")
    writer.type(query)
    writer.list_shown()
    writer.page.wait_for_timeout(100)
    writer.press("Enter")
    assert found in writer.source().rsplit("\n", 1)[-1]


def test_the_list_opens_while_the_kernel_is_busy(writer: Writer) -> None:
    """Among 10,000 sources; how soon, scripts/bench.py lab says."""
    writer.put("essays/busy.md", ESSAY)
    writer.open("essays/busy.ipynb", "Notebook")
    writer.page.evaluate(
        """async () => {
          const panel = window.jupyterapp.shell.currentWidget;
          await panel.sessionContext.ready;
          panel.sessionContext.session.kernel.requestExecute({code: 'import time; time.sleep(20)'});
        }"""
    )
    writer.cell(1)
    writer.press("Enter")
    writer.type("[@")
    assert writer.list_shown().locator("li").count() == 50
    writer.type("author976 subject 9")
    writer.page.locator(f"{LIST} li:first-child", has_text="Author976").wait_for()
    status = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
    assert writer.page.evaluate(status) == "busy"


def test_unknown_key_is_underlined_with_nearest_keys(writer: Writer) -> None:
    """The fix is a button, and Alt-Enter for the keyboard."""
    _enter(writer, "file")
    writer.type("See [@grafton1997footnot], and mail me@example.org or `@code`.")
    writer.press("Escape")
    wrong = writer.page.locator(".octavo-unknown")
    wrong.wait_for()
    assert wrong.all_inner_texts() == ["@grafton1997footnot"]
    wrong.hover()
    fix = writer.page.locator(".octavo-fix").first
    fix.wait_for()
    writer.shot("unknown-key")
    assert fix.inner_text() == "grafton1997footnote"
    fix.click()
    assert "[@grafton1997footnote]" in writer.source()


@pytest.mark.parametrize("where", ["cell", "file"])
def test_an_unknown_key_is_mended_by_keyboard(writer: Writer, where: str) -> None:
    """Alt-Enter on it offers the nearest keys; on a known one it opens the note."""
    _enter(writer, where)
    writer.type("See [@knuth1984litrate]")
    writer.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "Alt+Enter")
    writer.page.locator(f"{LIST} li", has_text="Literate Programming").wait_for()
    writer.press("Enter")
    assert writer.source().endswith("See [@knuth1984literate]")
    writer.press("End")
    writer.type(" and @grafton1997footnote")
    writer.press("Alt+Enter")
    writer.page.get_by_text("Footnotes exist to perform").first.wait_for()


def test_hover_shows_the_card_and_ctrl_click_opens_the_note(writer: Writer) -> None:
    """From a citation to its note, beside the essay."""
    _enter(writer, "file")
    writer.type("@grafton1997footnote says so.")
    writer.press("Escape")
    cited = writer.page.locator(".octavo-known", has_text="grafton").last
    cited.hover()
    card = writer.page.locator(".cm-tooltip-hover .octavo-card")
    card.get_by_text("Harvard University Press").wait_for()
    assert "How the footnote became" in card.inner_text()
    writer.shot("hover-card")
    cited.click(modifiers=["Control"])
    writer.page.get_by_text("Footnotes exist to perform").first.wait_for()
    writer.shot("note-beside")
