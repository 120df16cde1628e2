"""What the browser shows of the library: every source in short, and one in full."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from octavo.bibliography import csl
from octavo.bibliography.csl.printers import to_html
from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.noteindex import note_files, read_note
from octavo.bibliography.styles import load_locale
from octavo.lab.desk import Desk
from octavo.publishing import context
from octavo.publishing.scan import signature

_PAGE = re.compile(
    r"\[@[^\];]*?,\s*(?:pp?\.\s*)?(?P<cited>\d+(?:\s*[-–]\s*\d+)?)"
    r"|\[@[^\];]*?,\s*(?P<other>[a-z]{2,8}\.?\s+[\w–-]+)(?=\s*[\];])"
    r"|\bpp?\.\s*(?P<page>\d+(?:\s*[-–]\s*\d+)?)"
)
_TAG = re.compile(r"<[^>]+>")


def stamp(desk: Desk) -> str:
    """What the list of sources depends on, as an entity tag (RFC 9110, section 8.8.3)."""
    notes = note_files(desk.workspace.notes)
    files = (*desk.workspace.bibliography, *notes)
    parts = [signature(files), *map(str, files)]
    parts += [f"{place.key} {place.essay} {place.line}" for place in desk.library().cited()]
    return f'"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:24]}"'


def listing(desk: Desk) -> list[dict[str, Any]]:
    """Every source with what a list shows of it; keys are short, there may be 10,000."""
    library = desk.library()
    notes = library.notes()
    cited: dict[str, int] = {}
    for place in library.cited():
        cited[place.key] = cited.get(place.key, 0) + 1
    return [
        {
            "key": hit.key, "type": hit.type, "author": hit.author, "year": hit.year,
            "title": hit.title, "container": hit.container, "cited": cited.get(hit.key, 0),
            **_of_note(desk, notes.get(hit.key)),
        }
        for hit in library.hits()
    ]  # fmt: skip


def _of_note(desk: Desk, path: Path | None) -> dict[str, str]:
    if path is None:
        return {"note": "", "status": ""}
    note = read_note(path)
    return {"note": desk.address(path), "status": note.status if note else ""}


def encode(rows: list[dict[str, Any]], tag: str) -> bytes:
    """The list as the browser reads it."""
    body = {"tag": tag, "sources": rows}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def card(desk: Desk, key: str) -> dict[str, Any]:
    """One source in full: reference, abstract, note, pages quoted there, places that cite it.

    Of an unknown key, the nearest keys.
    """
    library = desk.library()
    item = library.get(key)
    if item is None:
        return {"key": key, "known": False, "nearest": list(library.nearest(key))}
    note = library.notes().get(key)
    return {
        "key": key,
        "known": True,
        "reference": reference(desk, key, item),
        "abstract": _plain(str(item.get("abstract", ""))),
        "note": desk.address(note) if note else "",
        "pages": quoted_pages(note.read_text(encoding="utf-8", errors="replace")) if note else [],
        "places": [
            {
                "path": desk.address(place.essay),
                "line": place.line,
                "sentence": place.sentence,
                "section": place.section,
            }
            for place in library.cited(key)
        ],
    }


def reference(desk: Desk, key: str, item: CslItem) -> str:
    """The reference of one source in the workspace's style, as HTML made of text."""
    style = context.style_named(desk.workspace, "").value
    items: Mapping[str, CslItem] = {key: item}
    entries = csl.format(style, load_locale(desk.workspace.settings.lang), items, ()).bibliography
    if not entries:
        return html.escape(str(item.get("title", key)))
    return to_html(entries[0].runs, links=False)


def quoted_pages(text: str) -> list[str]:
    """The pages that a note's quotations name, and other locators, in the order of the note.

    >>> quoted_pages("> One. [@a, p. 12]\\n\\n> Two (pp. 3-4). And p. 12 again. [@a, sec. 6]")
    ['12', '3–4', 'sec. 6']
    """
    found = (m["cited"] or m["other"] or m["page"] for m in _PAGE.finditer(text))
    return list(dict.fromkeys(re.sub(r"\s*[-–]\s*", "–", page) for page in found))


def _plain(text: str) -> str:
    """Text without the markup that bibliographies carry; the browser shows it as text."""
    return html.unescape(_TAG.sub(" ", text)).strip()
