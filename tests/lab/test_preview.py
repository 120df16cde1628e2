"""The live preview in a real browser: page and paper, following what is written."""

from __future__ import annotations

import pytest
from tests.lab.running import HEADER
from tests.lab.writer import Writer

pytestmark = pytest.mark.slow

TOP = "document.querySelector('.octavo-page iframe').contentDocument.documentElement.scrollTop"
LONG = "\n\n\n".join(f"## Part {n}\n\n" + f"Words of part {n}. " * 60 for n in range(12))


def test_the_page_follows_what_is_typed(writer: Writer) -> None:
    """Unsaved text, citations of the whole essay; a frame without scripts."""
    writer.open("essays/plain.md", "Editor")
    writer.run("octavo:preview")
    frame = writer.page.frame_locator(".octavo-page iframe")
    frame.locator(".citation", has_text="1984a, 97").first.wait_for()
    sandbox = writer.page.locator(".octavo-page iframe").get_attribute("sandbox")
    assert sandbox == "allow-same-origin"
    writer.end_of_file()
    writer.press("Enter")
    writer.type("Typed a moment ago <script>parent.hacked = 1</script>.")
    frame.get_by_text("Typed a moment ago").wait_for()
    assert writer.page.evaluate("window.hacked") is None
    writer.shot("preview")


def test_the_paper_is_a_switch_away(writer: Writer) -> None:
    """Its pages as they will be printed, renewed in place."""
    writer.open("essays/plain.md", "Editor")
    writer.run("octavo:preview")
    writer.button("Paper").click()
    writer.page.get_by_role("img", name="Page 1 of 1").wait_for()
    writer.page.wait_for_function("document.querySelector('.octavo-paper img').naturalWidth > 0")
    writer.run("docmanager:open", path="essays/plain.md")
    first = writer.page.locator(".octavo-paper img").get_attribute("src")
    writer.end_of_file()
    writer.type("\n\nOne more paragraph.")
    writer.page.wait_for_function(
        "first => document.querySelector('.octavo-paper img').src !== first", arg=first
    )
    writer.shot("paper")
    writer.button("Page").click()
    writer.page.frame_locator(".octavo-page iframe").get_by_text("One more").wait_for()


def test_the_page_goes_to_the_cell_that_is_edited(writer: Writer) -> None:
    """And stays where it is while that is in view."""
    writer.put("essays/long.md", f"---\ntitle: T\n{HEADER}---\n\n{LONG}\n")
    writer.open("essays/long.ipynb", "Notebook")
    writer.run("octavo:preview")
    frame = writer.page.frame_locator(".octavo-page iframe")
    frame.get_by_role("heading", name="Part 11").wait_for()
    assert writer.page.evaluate(TOP) < 100
    writer.page.evaluate(
        """() => {
          const notebook = window.jupyterapp.shell.currentWidget.content;
          notebook.activeCellIndex = 10;
        }"""
    )
    writer.page.wait_for_function(f"{TOP} > 500")
    heading = frame.get_by_role("heading", name="Part 9")
    box = heading.bounding_box()
    assert 0 < box["y"] < 900
    before = writer.page.evaluate(TOP)
    writer.page.evaluate(
        """() => {
          const cell = window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel;
          cell.setSource(cell.getSource().replace('Words', 'Fresh words'));
        }"""
    )
    frame.get_by_text("Fresh words of part 9").first.wait_for()
    assert abs(writer.page.evaluate(TOP) - before) < 5


def test_links_of_the_page(writer: Writer) -> None:
    """To another essay: it opens; to the paper: it is shown."""
    writer.put("essays/other.md", f"---\ntitle: Other\n{HEADER}---\n\nThe other essay.\n")
    text = f"---\ntitle: T\npublish: [blog, paper]\n{HEADER}---\n\nSee [[other]].\n"
    writer.put("essays/linking.md", text)
    writer.open("essays/linking.md", "Editor")
    writer.run("octavo:preview")
    frame = writer.page.frame_locator(".octavo-page iframe")
    frame.get_by_role("link", name="Paper (PDF)").click()
    writer.page.get_by_role("img", name="Page 1 of 1").wait_for()
    assert writer.button("Paper").get_attribute("aria-pressed") == "true"
    writer.button("Page").click()
    frame.get_by_role("link", name="Other", exact=True).first.click()
    writer.page.locator(".cm-line", has_text="The other essay.").wait_for()


def test_a_preview_of_nothing_says_what_to_do(writer: Writer) -> None:
    """Without an essay there is a sentence, not an empty frame."""
    writer.run("octavo:preview")
    writer.page.get_by_text("Open an essay to see its page.").wait_for()
