"""The endpoints: who may ask, what they may name, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.lab.running import ESSAY, make_workspace
from tornado.httpclient import HTTPClientError

Fetch = Callable[..., Awaitable[Any]]


@pytest.fixture
def jp_root_dir(tmp_path: Path) -> Path:
    """The server shows a small workspace."""
    return make_workspace(tmp_path / "workspace")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A server with our extension on."""
    return {"ServerApp": {"jpserver_extensions": {"octavo.lab": True}}}


def _draft(path: str = "essays/reading.md", text: str = ESSAY) -> str:
    return json.dumps({"path": path, "text": text})


async def test_sources_have_an_entity_tag(jp_fetch: Fetch) -> None:
    """An unchanged library costs a 304."""
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


@pytest.mark.parametrize("endpoint", ["format", "problems", "preview"])
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
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("octavo", endpoint, method="POST", body=_draft(path))
    assert caught.value.code == 403


@pytest.mark.parametrize(
    ("endpoint", "method"),
    [
        ("status", "GET"), ("sources", "GET"), ("source", "GET"), ("format", "POST"),
        ("problems", "POST"), ("preview", "POST"), ("new", "POST"), ("convert", "POST"),
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
    body = json.dumps({"make": "note", "text": "nobody2000"})
    made = json.loads((await jp_fetch("octavo", "new", method="POST", body=body)).body)
    assert made["diagnostics"][0]["code"] == "unknown-citekey"


def test_exporters_make_page_and_paper(jp_root_dir: Path) -> None:
    """``jupyter nbconvert --to Essay`` and ``--to EssayPDF``, by their entry points."""
    from nbconvert.exporters import get_exporter  # noqa: PLC0415

    path = str(jp_root_dir / "essays/reading.ipynb")
    page, _ = get_exporter("Essay")().from_filename(path)
    assert "1984a" in page
    paper, _ = get_exporter("EssayPDF")().from_filename(path)
    assert paper.startswith(b"%PDF")
