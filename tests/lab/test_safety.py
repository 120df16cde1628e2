"""What JupyterLab with Octavo asks of the network: this server, nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.lab.running import HEADER
from tests.lab.writer import RENDERED, Writer

from octavo.lab.conversion import FORMS

pytestmark = pytest.mark.slow

ASKING = """\
![A picture]({there}/a.png) <img src='{there}/b.png'>

<iframe src='{there}/c'></iframe> <link rel=stylesheet href={there}/d.css>

<style>@import '{there}/e.css'; p {{background: url({there}/f)}}</style>

<object data="{there}/g"></object> <video src="{there}/h" poster="{there}/i"></video>
"""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_POST = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_no_request_leaves_the_machine(writer: Writer, elsewhere: tuple[str, list[str]]) -> None:
    """Not for an essay that asks for it: preview and paper, library, problems, every form."""
    there, asked = elsewhere
    text = f"---\ntitle: T\n{HEADER}---\n\nSee @knuth1984texbook.\n\n{ASKING.format(there=there)}"
    writer.put("essays/asking.md", text, paired=False)
    writer.open("essays/asking.md", "Editor")
    writer.run("octavo:preview")
    writer.page.frame_locator(".octavo-page iframe").locator("img").first.wait_for(state="attached")
    writer.run("octavo:library")
    writer.run("octavo:problems")
    writer.button("Paper").click()
    writer.page.wait_for_timeout(1500)
    for form in FORMS:
        writer.run("octavo:convert", form=form)
    assert asked == []


def test_no_rendered_cell_asks_for_anything(
    writer: Writer, elsewhere: tuple[str, list[str]]
) -> None:
    """A picture from elsewhere is a link to it."""
    there, asked = elsewhere
    writer.put("essays/shown.md", f"---\ntitle: T\n{HEADER}---\n\n{ASKING.format(there=there)}")
    writer.open("essays/shown.ipynb", "Notebook")
    writer.page.locator(RENDERED).get_by_role("link", name="A picture").wait_for()
    writer.cell(1)
    writer.type("\n\nMore.")
    writer.press("Shift+Enter")
    writer.page.locator(RENDERED).get_by_text("More.").wait_for()
    writer.page.wait_for_timeout(500)
    assert asked == []
