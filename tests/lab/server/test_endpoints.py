"""The endpoints: who may ask, what they may name, and what they answer."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.lab.running import ESSAY, make_workspace
from tornado.httpclient import HTTPClientError

from octavo.lab import beginnings, citing, sources
from octavo.lab.desk import Desk, open_desk
from octavo.lab.handlers import HANDLERS
from octavo.publishing.build import build
from octavo.workspace import open_workspace

Fetch = Callable[..., Awaitable[Any]]
StandIn = Any


@pytest.fixture
def jp_root_dir(tmp_path: Path) -> Path:
    """The server shows a small workspace."""
    return make_workspace(tmp_path / "workspace")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A server with our extension on."""
    return {"ServerApp": {"jpserver_extensions": {"octavo.lab": True, "jupyterlab_jupytext": True}}}


def _draft(path: str = "essays/reading.md", text: str = ESSAY) -> str:
    return json.dumps({"path": path, "text": text})


async def test_sources_have_an_entity_tag(jp_fetch: Fetch, desk: Desk) -> None:
    """An unchanged library costs a 304."""
    citing.index(desk)  # else it is found out meanwhile what is cited where
    first = await jp_fetch("octavo", "sources")
    rows = {row["key"]: row for row in json.loads(first.body)["sources"]}
    assert rows["perez2007ipython"]["author"].startswith("Pérez")
    assert rows["grafton1997footnote"]["note"] == "notebooks/reading/grafton1997footnote.md"
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("octavo", "sources", headers={"If-None-Match": first.headers["Etag"]})
    assert caught.value.code == 304


async def test_a_card_and_the_nearest_keys(jp_fetch: Fetch) -> None:
    """A known source in full, an unknown one with what it may be."""
    card = json.loads(
        (await jp_fetch("octavo", "source", params={"key": "grafton1997footnote"})).body
    )
    assert card["pages"] == ["22"]
    assert "<i>The Footnote" in card["reference"]
    other = json.loads((await jp_fetch("octavo", "source", params={"key": "grafton1997"})).body)
    assert other == {"key": "grafton1997", "known": False, "nearest": ["grafton1997footnote"]}


@pytest.mark.parametrize(
    "endpoint", ["format", "problems", "preview", "locate", "compare", "take", "states"]
)
@pytest.mark.parametrize(
    "path", ["../outside.md", "/etc/passwd", "essays/../../x.md", "link/secret.md", ".octavo/x.md"]
)
async def test_paths_outside_are_refused(
    jp_fetch: Fetch, jp_root_dir: Path, tmp_path: Path, endpoint: str, path: str
) -> None:
    """Links are followed first."""
    (tmp_path / "elsewhere").mkdir()
    (jp_root_dir / "link").symlink_to(tmp_path / "elsewhere")
    if path.startswith("/"):
        path = f"{path}/../../../x"
    posted: dict[str, Any] = {"method": "POST", "body": _draft(path)}
    asked = {"params": {"path": path}} if endpoint == "states" else posted
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("octavo", endpoint, **asked)
    assert caught.value.code == 403


def test_every_endpoint_is_in_the_table_above() -> None:
    """A new one is not forgotten."""
    table = test_nobody_asks_without_a_token.pytestmark
    listed = {row[0] for mark in table if mark.name == "parametrize" for row in mark.args[1]}
    assert listed == set(HANDLERS)


@pytest.mark.parametrize(
    ("endpoint", "method"),
    [
        ("status", "GET"), ("sources", "GET"), ("source", "GET"), ("styles", "GET"),
        ("states", "GET"), ("result", "GET"), ("format", "POST"), ("problems", "POST"),
        ("locate", "POST"), ("compare", "POST"), ("take", "POST"), ("preview", "POST"),
        ("new", "POST"), ("convert", "POST"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("jp_fetch")
async def test_nobody_asks_without_a_token(
    http_server_client: Any, jp_base_url: str, endpoint: str, method: str
) -> None:
    """Every endpoint is behind the server's own authentication and XSRF check."""
    body = "{}" if method == "POST" else None
    with pytest.raises(HTTPClientError) as caught:
        await http_server_client.fetch(
            f"{jp_base_url}octavo/{endpoint}", method=method, body=body, follow_redirects=False
        )
    assert caught.value.code in (302, 403)


@pytest.mark.parametrize("body", ["nonsense", "[]", "{}", '{"path": "essays/reading.md"}'])
async def test_other_bodies_are_bad_requests(jp_fetch: Fetch, body: str) -> None:
    """Never a traceback."""
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("octavo", "format", method="POST", body=body)
    assert caught.value.code == 400


async def test_problems_name_their_cell(jp_fetch: Fetch) -> None:
    """An unknown key is found in the text that isn't saved."""
    text = ESSAY.replace("A second cell", "A second cell [@nobody2000]")
    answer = await jp_fetch("octavo", "problems", method="POST", body=_draft(text=text))
    rows = json.loads(answer.body)["problems"]
    unknown = next(row for row in rows if row["code"] == "unknown-citekey")
    assert (unknown["cell"], unknown["cell_line"]) == (2, 0)


async def test_preview_has_no_script_and_asks_for_nothing(jp_fetch: Fetch) -> None:
    """A script in the essay is gone, and the policy forbids every request."""
    text = ESSAY.replace("A second cell", "<script>alert(1)</script>")
    answer = await jp_fetch("octavo", "preview", method="POST", body=_draft(text=text))
    html = json.loads(answer.body)["html"]
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert "1984a" in html


async def test_conversion_and_beginnings(jp_fetch: Fetch, jp_root_dir: Path) -> None:
    """A form is written, a note is begun; what is wrong is said."""
    body = json.dumps({"path": "essays/plain.md", "form": "text", "style": "apa"})
    said = (await jp_fetch("octavo", "convert", method="POST", body=body)).body.splitlines()
    done = json.loads(said[-1])
    assert "Knuth" in (jp_root_dir / done["path"]).read_text(encoding="utf-8")
    shown = await jp_fetch("octavo", "result", params={"path": done["path"]})
    assert b"Knuth" in shown.body
    assert shown.headers["Content-Type"].startswith("text/plain")
    body = json.dumps({"make": "note", "text": "nobody2000"})
    made = json.loads((await jp_fetch("octavo", "new", method="POST", body=body)).body)
    assert made["diagnostics"][0]["code"] == "unknown-citekey"


@pytest.mark.parametrize(("form", "style", "failed"), [
    ("odt", "", "there is no form 'odt'"), ("text", "no-such-style", ""),
])  # fmt: skip
async def test_odd_wishes(jp_fetch: Fetch, form: str, style: str, failed: str) -> None:
    """An unknown form is refused; with an unknown style the default one is used, and it is said."""
    body = json.dumps({"path": "essays/plain.md", "form": form, "style": style})
    if failed:
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("octavo", "convert", method="POST", body=body)
        assert caught.value.code == 400
        return
    said = (await jp_fetch("octavo", "convert", method="POST", body=body)).body.splitlines()
    assert "unknown-style" in {row["code"] for row in json.loads(said[-1])["diagnostics"]}


async def test_a_converted_style_is_not_the_sites(jp_fetch: Fetch, jp_root_dir: Path) -> None:
    """A page in another style stays until the next build, which makes the essay's own."""
    workspace = open_workspace(jp_root_dir).value
    build(workspace, ["plain"])
    page = jp_root_dir / "public/plain/index.html"
    own = page.read_text(encoding="utf-8")
    body = json.dumps({"path": "essays/plain.md", "form": "html", "style": "ieee"})
    await jp_fetch("octavo", "convert", method="POST", body=body)
    assert page.read_text(encoding="utf-8") != own
    build(workspace, ["plain"])
    assert page.read_text(encoding="utf-8") == own


@pytest.mark.parametrize("path", ["essays/plain.md", "../x.html", "public/../essays/plain.md"])
async def test_results_are_what_was_converted(jp_fetch: Fetch, path: str) -> None:
    """No other file is shown by that address."""
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("octavo", "result", params={"path": path})
    assert caught.value.code == 403


async def test_styles_are_found_by_words(jp_fetch: Fetch) -> None:
    """By name and title."""
    answer = await jp_fetch("octavo", "styles", params={"q": "modern language"})
    names = [style["name"] for style in json.loads(answer.body)["styles"]]
    assert "modern-language-association" in names


async def test_where_a_source_is_cited_without_a_build(desk: Desk) -> None:
    """Only what changed is looked at again; what is gone cites nothing."""
    assert citing.index(desk) == 2
    assert citing.index(desk) == 0
    places = sources.card(desk, "knuth1984texbook")["places"]
    assert [place["path"] for place in places] == ["essays/plain.md", "essays/reading.md"]
    assert places[0]["sentence"].startswith("Two works of one year")
    (desk.workspace.essays / "plain.md").unlink()
    assert citing.index(desk) == 0
    assert len(sources.card(desk, "knuth1984texbook")["places"]) == 1


@pytest.fixture
def desk(jp_root_dir: Path) -> Desk:
    """The desk of the small workspace."""
    return open_desk(jp_root_dir)


@pytest.mark.parametrize(("identifier", "key"), [
    ("10.1000/abc", "smith2019garden"), ("arxiv:2101.00001", "smith2021paths"),
    ("isbn:9780674307605", "smith1999shelf"),
])  # fmt: skip
def test_references_by_their_identifiers(
    desk: Desk, stand_in: StandIn, identifier: str, key: str
) -> None:
    """By DOI, arXiv number and ISBN, from services that stand in for the real ones."""
    author = {"given": "Zoë", "family": "Smith"}
    item = {"type": "article-journal", "title": "Garden", "author": [author],
            "issued": {"date-parts": [[2019]]}}  # fmt: skip
    stand_in.json("/doi/10.1000/abc", item, kind="application/vnd.citationstyles.csl+json")
    stand_in.routes["/arxiv"] = lambda _: (200, {"Content-Type": "application/atom+xml"}, ATOM)
    book = {"title": "Shelf", "publish_date": "1999", "authors": [{"name": "Zoë Smith"}]}
    stand_in.json("/ol/api/books", {"ISBN:9780674307605": book})
    today = datetime.date(2026, 11, 24)
    made = beginnings.reference(desk, identifier, today, stand_in.services())
    assert (made.value, made.diagnostics) == (key, ())
    assert key in {row["key"] for row in sources.listing(desk)}


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry>
<id>http://arxiv.org/abs/2101.00001v1</id><published>2021-01-01T00:00:00Z</published>
<title>Paths</title><author><name>Zo\xc3\xab Smith</name></author></entry></feed>"""


async def test_xsrf_is_on(http_server_client: Any, jp_fetch: Fetch, jp_base_url: str) -> None:
    """Whoever has the cookie of a session and not its XSRF token may not write."""
    from tornado.httputil import HTTPHeaders  # noqa: PLC0415

    first = await jp_fetch("api", "status")
    cookies = "; ".join(c.split(";")[0] for c in first.headers.get_list("Set-Cookie"))
    assert cookies
    with pytest.raises(HTTPClientError) as caught:
        await http_server_client.fetch(
            f"{jp_base_url}octavo/new",
            method="POST",
            body='{"make": "essay", "text": "Forged"}',
            headers=HTTPHeaders({"Cookie": cookies}),
            follow_redirects=False,
        )
    assert caught.value.code in (302, 403)


def test_exporters_make_page_and_paper(jp_root_dir: Path) -> None:
    """``jupyter nbconvert --to Essay`` and ``--to EssayPDF``, by their entry points."""
    from nbconvert.exporters import get_exporter  # noqa: PLC0415

    path = jp_root_dir / "essays/reading.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["as it was run"]}]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    page, _ = get_exporter("Essay")().from_filename(str(path))
    assert "1984a" in page
    assert "as it was run" in page
    assert "octavo-cell" not in page
    paper, _ = get_exporter("EssayPDF")().from_filename(str(path))
    assert paper.startswith(b"%PDF")


def test_nbconvert_from_the_command_line(jp_root_dir: Path) -> None:
    """As a script would call it."""
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "Essay", "reading.ipynb"]
    subprocess.run(command, cwd=jp_root_dir / "essays", check=True, capture_output=True)
    page = jp_root_dir / "essays/reading.html"
    assert "1984a" in page.read_text(encoding="utf-8")


async def test_jupytext_does_not_guess_pandoc(jp_fetch: Fetch, jp_root_dir: Path) -> None:
    """Through the server's contents, as JupyterLab opens and saves."""
    path = jp_root_dir / "essays/bare.md"
    text = "# Bare\n\n::: note\n[@a, p. 12] and[^1]\n:::\n\n[^1]: A note.\n"
    path.write_text(text, encoding="utf-8")
    answer = await jp_fetch("api", "contents", "essays", "bare.md", params={"type": "notebook"})
    model = json.loads(answer.body)
    model["content"]["cells"].append(
        {"id": "last", "cell_type": "markdown", "metadata": {}, "source": "One more."}
    )
    body = json.dumps({"type": "notebook", "format": "json", "content": model["content"]})
    await jp_fetch("api", "contents", "essays", "bare.md", method="PUT", body=body)
    assert text.strip() in path.read_text(encoding="utf-8")
