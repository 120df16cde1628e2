"""No loss, in a real browser: whoever wrote meanwhile, both texts are seen before a save."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.lab.running import ESSAY
from tests.lab.writer import RENDERED, Writer

pytestmark = pytest.mark.slow

DIALOG = ".octavo-conflict"
TAKE, KEEP, WAIT = "Take what is on disk", "Save what is here", "Don’t save yet"


def _conflict(writer: Writer) -> Any:
    writer.save()
    dialog = writer.page.locator(DIALOG)
    dialog.wait_for()
    return dialog


def _saved(writer: Writer, path: Path, words: str) -> str:
    """What the text half holds once it holds these words."""
    for _ in range(80):
        if words in (text := path.read_text(encoding="utf-8")):
            writer.page.wait_for_timeout(300)
            return text
        writer.page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} is not in {path.name}")


@pytest.mark.parametrize("choice", [TAKE, KEEP, WAIT])
def test_another_program_wrote_the_text(writer: Writer, choice: str) -> None:
    """The file that is open as text: three ways out, each does what it says."""
    path = writer.put("essays/plain.md", ESSAY, paired=False)
    writer.open("essays/plain.md", "Editor")
    writer.end_of_file()
    writer.type("MINE")
    path.write_text(ESSAY + "\nTHEIRS\n", encoding="utf-8")
    dialog = _conflict(writer)
    writer.shot("conflict")
    assert [mark.strip() for mark in dialog.locator("mark").all_inner_texts() if mark.strip()] == [
        "MINE", "THEIRS",
    ]  # fmt: skip
    writer.button(choice).click()
    dialog.wait_for(state="detached")
    writer.page.wait_for_timeout(500)
    mine, theirs = choice == KEEP, choice == TAKE
    assert ("MINE" in path.read_text(encoding="utf-8")) is mine
    assert ("MINE" in writer.source(), "THEIRS" in writer.source()) == (not theirs, theirs)
    path.with_suffix(".ipynb").unlink(missing_ok=True)


def test_a_header_is_words_too(writer: Writer) -> None:
    """A notebook is open; another program changes only the front matter of its text."""
    path = writer.put("essays/headed.md", ESSAY)
    writer.open("essays/headed.ipynb", "Notebook")
    writer.cell(2)
    writer.type(" MINE")
    path.write_text(ESSAY.replace("On reading\n", "On re-reading\n", 1), encoding="utf-8")
    dialog = _conflict(writer)
    assert "title: On re-reading" in dialog.inner_text()
    writer.button(TAKE).click()
    writer.page.locator(".jp-RawCell", has_text="title: On re-reading").wait_for()
    assert "MINE" not in path.read_text(encoding="utf-8")
    writer.cell(2)
    writer.type(" AGAIN")
    writer.save()
    assert "title: On re-reading" in _saved(writer, path, "AGAIN")


def test_two_views_of_one_essay(writer: Writer) -> None:
    """Opening the second warns; the one without edits follows; of two edits the writer chooses."""
    path = writer.put("essays/both.md", ESSAY)
    writer.open("essays/both.ipynb", "Notebook")
    writer.page.locator(RENDERED, has_text="A second cell").wait_for()
    writer.open("essays/both.md", "Editor")
    writer.toast("both.ipynb is open already").locator("button").last.click()
    writer.end_of_file()
    writer.type("\n\nFROM THE TEXT")
    writer.save()
    _saved(writer, path, "FROM THE TEXT")
    writer.run("docmanager:open", path="essays/both.ipynb", factory="Notebook")
    writer.page.locator(RENDERED, has_text="FROM THE TEXT").wait_for()
    writer.cell(2)
    writer.type(" FROM THE NOTEBOOK")
    writer.run("docmanager:open", path="essays/both.md", factory="Editor")
    writer.end_of_file()
    writer.type(" AND MORE")
    writer.save()
    _saved(writer, path, "AND MORE")
    writer.run("docmanager:open", path="essays/both.ipynb", factory="Notebook")
    dialog = _conflict(writer)
    writer.shot("conflict-views")
    assert "FROM THE NOTEBOOK" in dialog.locator("section").first.inner_text()
    assert "AND MORE" in dialog.locator("section").last.inner_text()
    writer.button(KEEP).click()
    assert "AND MORE" not in _saved(writer, path, "FROM THE NOTEBOOK")
    writer.run("docmanager:open", path="essays/both.md", factory="Editor")
    writer.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.model.toString().includes('THE NOTEBOOK')"
    )


def test_a_notebook_that_another_program_ran(writer: Writer) -> None:
    """The words are the same, the outputs are not: they aren't thrown away unseen."""
    path = writer.put("essays/ran.md", ESSAY).with_suffix(".ipynb")
    writer.open("essays/ran.ipynb", "Notebook")
    writer.page.locator(RENDERED, has_text="A second cell").wait_for()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["forty-two\n"]}]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    dialog = _conflict(writer)
    assert "The words are the same" in dialog.inner_text()
    assert "forty-two" in dialog.locator("section").last.inner_text()
    writer.button(TAKE).click()
    writer.page.locator(".jp-OutputArea-output", has_text="forty-two").wait_for()
    writer.cell(2)
    writer.type(" AGAIN")
    writer.save()
    _saved(writer, path.with_suffix(".md"), "AGAIN")
    assert "forty-two" in path.read_text(encoding="utf-8")


def test_the_notebook_alone_was_edited_elsewhere(writer: Writer) -> None:
    """A text is open, another Jupyter wrote the notebook: taking it takes its words."""
    path = writer.put("essays/elder.md", ESSAY)
    writer.open("essays/elder.md", "Editor")
    writer.end_of_file()
    writer.type("MINE")
    notebook = json.loads(path.with_suffix(".ipynb").read_text(encoding="utf-8"))
    notebook["cells"][2]["source"] = "ELSEWHERE"
    path.with_suffix(".ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    dialog = _conflict(writer)
    assert "essays/elder.ipynb was changed" in writer.page.locator(".jp-Dialog-header").inner_text()
    assert "ELSEWHERE" in dialog.locator("section").last.inner_text()
    writer.button(TAKE).click()
    writer.page.locator(".cm-line", has_text="ELSEWHERE").wait_for()
    assert "MINE" not in writer.source()


def test_a_save_that_loses_nothing_asks_nothing(writer: Writer) -> None:
    """The same words written anew, as by a checkout, are no conflict; and files elsewhere save."""
    path = writer.put("essays/same.md", ESSAY)
    writer.open("essays/same.ipynb", "Notebook")
    path.write_text(ESSAY, encoding="utf-8")
    writer.cell(2)
    writer.type(" MINE")
    writer.save()
    _saved(writer, path, "MINE")
    assert writer.page.locator(DIALOG).count() == 0


def test_a_text_without_a_header_survives_a_notebook(writer: Writer) -> None:
    """jupytext would take it for pandoc's, and rewrite it; here it is saved as it was."""
    text = (
        "# Bare\n\nSee [@knuth1984texbook, p. 3].[^1]\n\n::: note\nA *div*.\n:::\n\n[^1]: Note.\n"
    )
    path = writer.put("essays/bare.md", text, paired=False)
    writer.start("docmanager:open", path="essays/bare.md", factory="Notebook")
    writer.page.locator(RENDERED, has_text="Bare").wait_for()
    writer.cell(0)
    writer.type("\n\nOne line more.")
    writer.save()
    saved = _saved(writer, path, "One line more.")
    assert text.strip() in saved
    assert saved.rstrip().endswith("One line more.")


def test_closing_with_a_conflict_keeps_the_tab(writer: Writer) -> None:
    """Save, says the writer of a tab that is closed, and then: not yet. The words stay."""
    path = writer.put("essays/closing.md", ESSAY, paired=False)
    writer.open("essays/closing.md", "Editor")
    writer.end_of_file()
    writer.type("MINE")
    path.write_text(ESSAY + "\nTHEIRS\n", encoding="utf-8")
    writer.start("application:close")
    writer.page.locator(".jp-Dialog").get_by_role("button", name="Save", exact=True).click()
    writer.page.locator(DIALOG).wait_for()
    writer.button(WAIT).click()
    writer.page.wait_for_timeout(800)
    assert "MINE" in writer.source()
    assert "MINE" not in path.read_text(encoding="utf-8")
    path.with_suffix(".ipynb").unlink(missing_ok=True)


def test_saving_all_asks_for_the_second_view(writer: Writer) -> None:
    """Two views with words of their own: one is written, of the other it is asked."""
    path = writer.put("essays/all.md", ESSAY)
    writer.open("essays/all.ipynb", "Notebook")
    writer.cell(2)
    writer.type(" FROM THE NOTEBOOK")
    writer.open("essays/all.md", "Editor")
    writer.end_of_file()
    writer.type("\n\nFROM THE TEXT")
    writer.start("docmanager:save-all")
    dialog = writer.page.locator(DIALOG)
    dialog.wait_for()
    shown = dialog.inner_text()
    assert "FROM THE NOTEBOOK" in shown
    assert "FROM THE TEXT" in shown
    writer.button(WAIT).click()
    dialog.wait_for(state="detached")
    saved = path.read_text(encoding="utf-8")
    assert ("FROM THE NOTEBOOK" in saved) != ("FROM THE TEXT" in saved)


@pytest.mark.parametrize("choice", [KEEP, TAKE])
def test_both_halves_were_written_elsewhere(writer: Writer, choice: str) -> None:
    """Each in its own way: of each it is asked, whichever way the first is answered."""
    path = writer.put("essays/halves.md", ESSAY)
    writer.open("essays/halves.md", "Editor")
    writer.end_of_file()
    writer.type("MINE")
    notebook = json.loads(path.with_suffix(".ipynb").read_text(encoding="utf-8"))
    notebook["cells"][2]["source"] = "IN THE NOTEBOOK"
    path.with_suffix(".ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    path.write_text(ESSAY + "\nIN THE TEXT\n", encoding="utf-8")
    dialog = _conflict(writer)
    assert "IN THE TEXT" in dialog.inner_text()
    writer.button(choice).click()
    if choice == TAKE:
        writer.page.locator(".cm-line", has_text="IN THE TEXT").wait_for()
        writer.page.wait_for_timeout(500)
        writer.type("MINE")
        writer.save()
    writer.page.locator(DIALOG, has_text="IN THE NOTEBOOK").wait_for()
    writer.button(KEEP).click()
    text = _saved(writer, path, "MINE")
    assert "IN THE NOTEBOOK" not in text
    assert ("IN THE TEXT" in text) == (choice == TAKE)


def test_a_renamed_essay_is_saved_without_a_question(writer: Writer) -> None:
    """Both halves get the new name; what was typed before stays the writer's own."""
    path = writer.put("essays/before.md", ESSAY)
    writer.open("essays/before.ipynb", "Notebook")
    writer.cell(2)
    writer.type(" MINE")
    writer.page.evaluate(
        """async () => {
          const { context } = window.jupyterapp.shell.currentWidget;
          await context.rename('after.ipynb');
        }"""
    )
    writer.save()
    _saved(writer, path.with_name("after.md"), "MINE")
    assert writer.page.locator(DIALOG).count() == 0
    assert not path.exists()


def test_a_second_view_of_the_same_notebook(writer: Writer) -> None:
    """New View for Notebook, and the first view closed: saving goes on."""
    path = writer.put("essays/viewed.md", ESSAY)
    writer.open("essays/viewed.ipynb", "Notebook")
    writer.run("docmanager:clone")
    writer.page.wait_for_function("[...window.jupyterapp.shell.widgets('main')].length >= 2")
    writer.page.evaluate(
        """() => {
          const views = [...window.jupyterapp.shell.widgets('main')].filter(one => one.context);
          views[0].close();
        }"""
    )
    writer.page.wait_for_timeout(500)
    writer.cell(2)
    writer.type(" MINE")
    writer.save()
    _saved(writer, path, "MINE")
