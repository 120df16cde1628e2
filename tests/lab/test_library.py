"""The library panel in a real browser: find, sort, filter, cite, drag, add, jump."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.lab.running import ESSAY
from tests.lab.writer import RENDERED, Writer

pytestmark = pytest.mark.slow

ROWS = ".octavo-library-row"


@pytest.fixture
def panel(writer: Writer) -> Iterator[Any]:
    writer.open("essays/plain.md", "Editor")
    writer.run("octavo:library")
    found = writer.page.locator("#octavo-library")
    yield found
    found.get_by_label("Search the library").fill("")
    found.get_by_label("Show").select_option("all")
    found.get_by_label("Sort").select_option("match")


def _titles(panel: Any) -> list[str]:
    return [str(text) for text in panel.locator(".octavo-library-title").all_inner_texts()]


def test_searching_and_citing(writer: Writer, panel: Any) -> None:
    """By words of author and title, accents or not; Cite puts it where the cursor is."""
    writer.end_of_file()
    writer.press("Enter")
    panel.get_by_label("Search the library").fill("perez ipython")
    row = panel.locator(ROWS)
    row.first.get_by_text("IPython").wait_for()
    assert row.count() == 1
    row.get_by_role("button", name="Cite", exact=True).click()
    assert writer.source().endswith("\n[@perez2007ipython]")
    row.get_by_role("button", name="Cite", exact=True).click()
    assert writer.source().endswith("[@perez2007ipython] [@perez2007ipython]")


def test_filters(writer: Writer, panel: Any) -> None:
    """Cited here, cited nowhere, without a note, unread."""
    show = panel.get_by_label("Show")
    show.select_option("here")
    writer.page.wait_for_function(f"document.querySelectorAll('{ROWS}').length === 2")
    assert _titles(panel) == ["Literate Programming", "The TeXbook"]
    writer.shot("library")
    panel.get_by_label("Search the library").fill("grafton")
    show.select_option("noteless")
    panel.get_by_text("Nothing found.").wait_for()
    show.select_option("unread")
    panel.get_by_text("The Footnote: A Curious History").wait_for()
    show.select_option("uncited")
    panel.get_by_text("The Footnote: A Curious History").wait_for()
    panel.get_by_label("Search the library").fill("literate")
    panel.get_by_text("Nothing found.").wait_for()


@pytest.mark.parametrize(("order", "titles"), [
    ("author", ["Literate", "IPython"]), ("year", ["IPython", "Literate"]),
    ("title", ["IPython", "Literate"]), ("cited", ["Literate", "IPython"]),
])  # fmt: skip
def test_sorting(writer: Writer, panel: Any, order: str, titles: list[str]) -> None:
    """By author, year (the newest first), title, and how often it is cited."""
    panel.get_by_label("Search the library").fill("ing")
    panel.get_by_label("Sort").select_option(order)
    writer.page.wait_for_function(
        """titles => {
          const shown = [...document.querySelectorAll('.octavo-library-title')]
            .map(one => one.textContent.split(/[ :]/)[0]);
          return JSON.stringify(shown) === JSON.stringify(titles);
        }""",
        arg=titles,
    )


def test_where_a_source_is_cited_and_going_there(writer: Writer, panel: Any) -> None:
    """Without a build, of essays that are closed too; a place opens at its line."""
    body = ESSAY.replace("A second cell", "Nobody else cites @perez2007ipython so.")
    writer.put("essays/elsewhere.md", body)
    panel.get_by_label("Search the library").fill("ipython")
    row = panel.locator(ROWS).first
    row.get_by_role("button", name="Cited 1×").click(timeout=20_000)
    row.get_by_text("Nobody else cites").wait_for()
    writer.shot("cited-where")
    row.get_by_role("button", name="elsewhere, line").click()
    writer.at("Nobody else cites")
    assert writer.page.evaluate("window.jupyterapp.shell.currentWidget.context.path") == (
        "essays/elsewhere.md"
    )
    writer.open("essays/elsewhere.ipynb", "Notebook")
    row.get_by_role("button", name="elsewhere, line").click()
    writer.at("Nobody else cites")
    (writer.root / "essays/elsewhere.md").unlink()
    (writer.root / "essays/elsewhere.ipynb").unlink()
    row.get_by_role("button", name="Cited where").wait_for(timeout=20_000)


@pytest.mark.parametrize("where", ["line", "edited cell", "rendered cell"])
def test_dragging_a_source_into_the_text(writer: Writer, panel: Any, where: str) -> None:
    """On a line of a file or of a cell; on a rendered cell it goes to the cell's end."""
    target = writer.page.locator(".cm-line", has_text="A second cell")
    if where != "line":
        writer.put("essays/dropped.md", ESSAY)
        writer.open("essays/dropped.ipynb", "Notebook")
        target = writer.page.locator(RENDERED, has_text="A second cell")
        target.wait_for()
    if where == "edited cell":
        writer.cell(2)
        target = writer.page.locator(".jp-NotebookPanel:visible .cm-line", has_text="A second")
    panel.get_by_label("Search the library").fill("grafton")
    row = panel.locator(ROWS).first
    row.get_by_text("Grafton").wait_for()
    row.drag_to(target)
    writer.page.wait_for_timeout(200)
    assert "[@grafton1997footnote]" in writer.source()
    if where == "rendered cell":
        assert writer.source().endswith("in another place. [@grafton1997footnote]")


PAGE = b"""<html><head><title>On Slips</title><meta name="citation_title" content="On Slips">
<meta name="citation_author" content="Slip, Paula"><meta name="citation_date" content="2020">
</head><body>Slips.</body></html>"""


@pytest.fixture
def site() -> Iterator[str]:
    """A site on loopback with one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/slips"
    server.shutdown()
    server.server_close()


def test_adding_by_address(writer: Writer, panel: Any, site: str) -> None:
    """It is fetched, added to the .bib and found at once; nonsense is refused with a reason."""
    adding = panel.get_by_label("Add a source")
    adding.fill("nonsense")
    panel.get_by_role("button", name="Add", exact=True).click()
    panel.get_by_text("is no DOI, ISBN, arXiv").wait_for()
    adding.fill(site)
    panel.get_by_role("button", name="Add", exact=True).click()
    panel.get_by_text("Added slip2020").wait_for(timeout=20_000)
    assert site in writer.read("bibliography/more.bib")
    panel.get_by_label("Search the library").fill("slip paula")
    panel.locator(ROWS, has_text="On Slips").wait_for()
