"""The page and the paper of a draft, for a frame that may run no script and fetch nothing."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from octavo.essays.records import Document, Media
from octavo.lab import drafts
from octavo.lab.desk import Desk
from octavo.lab.drafts import Draft
from octavo.pandoc import worker
from octavo.pandoc.ast import Element
from octavo.publishing import assets
from octavo.publishing.records import Surroundings
from octavo.records import Diagnostic, Outcome

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
"""The frame's Content Security Policy: no script, no request."""

_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")')
_LARGEST = 20_000_000


def page(desk: Desk, draft: Draft, *, marked: bool = False) -> Outcome[str]:
    """The page of a draft as one file: style and pictures inside, scripts left out.

    With ``marked``, ``<a id="octavo-cell-N">`` stands before each cell, so that the frame can
    follow the editor.
    """
    from octavo.publishing.page import write_page  # noqa: PLC0415 - templates

    outcome = drafts.woven(desk, draft, marked=marked)
    document = replace(outcome.value, tree=_with_anchors(outcome.value))
    station = desk.station()
    around = station.survey.around.get(document.slug) or Surroundings(
        masthead=station.survey.site.masthead
    )
    html = write_page(document, around, worker.shared()).html
    media = {item.name: item for item in document.media}
    html = alone(html, partial(_picture, media))
    return Outcome(value=html, diagnostics=outcome.diagnostics)


def paper(desk: Desk, draft: Draft) -> Outcome[bytes]:
    """The paper of a draft as PDF; empty where it can't be set, the diagnostics say why."""
    from octavo.publishing.paper import write_paper  # noqa: PLC0415 - typst

    outcome = drafts.woven(desk, draft, "pdf")
    masthead = desk.station().survey.site.masthead
    made = write_paper(outcome.value, masthead, worker.shared())
    faults: tuple[Diagnostic, ...] = (*outcome.diagnostics, *made.diagnostics)
    return Outcome(value=made.value.pdf, diagnostics=faults)


def pages(desk: Desk, draft: Draft) -> Outcome[tuple[str, ...]]:
    """The pages of a draft's paper as SVG; none where it can't be set, the diagnostics say why."""
    from octavo.publishing.paper import write_pages  # noqa: PLC0415 - typst

    outcome = drafts.woven(desk, draft, "pdf")
    made = write_pages(outcome.value, desk.station().survey.site.masthead, worker.shared())
    return Outcome(value=made.value, diagnostics=(*outcome.diagnostics, *made.diagnostics))


def _with_anchors(document: Document) -> dict[str, object]:
    return {**document.tree, "blocks": [_anchor(block) for block in document.tree["blocks"]]}


def _anchor(block: Element) -> Element:
    if block["t"] == "RawBlock" and block["c"][0] == drafts.MARK:
        number = int(block["c"][1])
        return {"t": "RawBlock", "c": ["html", f'<a id="octavo-cell-{number}"></a>']}
    return block


def alone(html: str, picture: Callable[[str], bytes]) -> str:
    """A page as one file that runs nothing and asks for nothing.

    ``picture`` gives the bytes of a picture by its address, none where it isn't the page's own.
    """
    css = assets.content("style.css").decode("utf-8").replace("</", "<\\/")
    head = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{css}</style>'
    html = _LINK.sub("", _SCRIPT.sub("", html))
    html = html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{head}', 1)
    return _ADDRESS.sub(lambda m: m[1] + _inlined(m[2], picture) + m[3], html)


def _inlined(address: str, picture: Callable[[str], bytes]) -> str:
    """A picture of the essay as a data address; every other address becomes nothing."""
    if address.startswith("data:"):
        return address
    data = picture(address)
    kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}" if data else "data:,"


def _picture(media: Mapping[str, Media], address: str) -> bytes:
    item = media.get(unquote(address))
    if item is None or item.path is None:
        return item.data if item else b""
    return small(item.path)


def small(path: Path) -> bytes:
    """The bytes of a file that isn't too large for a page by itself."""
    fits = path.is_file() and path.stat().st_size < _LARGEST
    return path.read_bytes() if fits else b""
