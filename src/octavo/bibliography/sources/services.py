"""The services that know an identifier, each by its documented interface."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from octavo.bibliography import identifiers
from octavo.bibliography.sources import items
from octavo.bibliography.sources.http import FetchError, Web
from octavo.bibliography.sources.items import Item
from octavo.bibliography.sources.records import Fetched, Update

_CSL_JSON = "application/vnd.citationstyles.csl+json"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where the services are; tests put stand-ins here."""

    doi: str = "https://doi.org"
    crossref: str = "https://api.crossref.org"
    arxiv: str = "https://export.arxiv.org/api/query"
    openlibrary: str = "https://openlibrary.org"
    pubmed: str = "https://api.ncbi.nlm.nih.gov/lit/ctxp/v1/pubmed/"


def fetch_doi(web: Web, services: Services, doi: str) -> Fetched:
    """A work by its DOI, from its registration agency.

    Content negotiation: https://citation.doi.org/docs.html. Raises ``FetchError``.
    """
    answer = web.get(f"{services.doi}/{quote(doi, safe='/()._;:-')}", accept=_CSL_JSON)
    raw = answer.json()
    if not isinstance(raw, dict) or not (raw.get("title") or raw.get("author")):
        raise FetchError("not-metadata", f"{answer.url} has no metadata for {doi}")
    item = items.clean(raw)
    item["DOI"] = doi
    return Fetched(
        identifier=f"doi:{doi}",
        source=answer.url,
        item=item,
        updates=_notices(web, services, doi),
    )


def _notices(web: Web, services: Services, doi: str) -> tuple[Update, ...]:
    """The notices that Crossref holds on a work (REST API, filter ``updates``).

    Best effort: a work that Crossref does not have has none, and its item is no worse for it.
    """
    params = {"filter": f"updates:{doi}", "rows": "20"}
    try:
        found = web.get(f"{services.crossref}/works", params=params).json()["message"]["items"]
    except (FetchError, KeyError, TypeError):
        return ()
    updates: set[tuple[str, str, str]] = set()
    for notice in found:
        for target in notice.get("update-to") or ():
            if str(target.get("DOI", "")).lower() == doi:
                when = _iso(target.get("updated") or notice.get("issued") or {})
                updates.add((str(target.get("type", "")), str(notice.get("DOI", "")), when))
    return tuple(Update(type=kind, doi=by, date=when) for kind, by, when in sorted(updates))


def _iso(raw: dict[str, Any]) -> str:
    parts = (raw.get("date-parts") or [[]])[0]
    return "-".join(f"{part:02d}" for part in parts if isinstance(part, int))


def fetch_arxiv(web: Web, services: Services, number: str) -> Fetched:
    """A preprint by its arXiv number (https://info.arxiv.org/help/api). Raises ``FetchError``."""
    answer = web.get(services.arxiv, params={"id_list": number, "max_results": "1"})
    try:
        entry = ET.fromstring(answer.body).find(f"{_ATOM}entry")
    except ET.ParseError as error:
        raise FetchError("not-metadata", f"{answer.url} answered with no Atom feed") from error
    if entry is None or entry.findtext(f"{_ATOM}title", "").strip() in ("", "Error"):
        raise FetchError("not-found", f"arXiv has no {number}", "Check the number.")
    names = [name.text or "" for name in entry.iterfind(f"{_ATOM}author/{_ATOM}name")]
    item: Item = {
        "type": "article",
        "title": items.plain_markup(entry.findtext(f"{_ATOM}title", "")),
        "author": [items.person(name) for name in names],
        "issued": items.date(entry.findtext(f"{_ATOM}published", "")),
        "abstract": items.plain_markup(entry.findtext(f"{_ATOM}summary", "")),
        "publisher": "arXiv",
        "number": f"arXiv:{number}",
        "URL": f"https://arxiv.org/abs/{number}",
    }
    if doi := entry.findtext(f"{_ARXIV}doi"):
        item["DOI"] = doi.lower()
    known = {name: value for name, value in item.items() if value}
    return Fetched(identifier=f"arxiv:{number}", source=answer.url, item=known)


def fetch_isbn(web: Web, services: Services, isbn: str) -> Fetched:
    """A book by its ISBN (https://openlibrary.org/dev/docs/api/books). Raises ``FetchError``."""
    key = f"ISBN:{isbn}"
    params = {"bibkeys": key, "format": "json", "jscmd": "data"}
    answer = web.get(f"{services.openlibrary}/api/books", params=params)
    found = answer.json()
    book = found.get(key) if isinstance(found, dict) else None
    if not isinstance(book, dict):
        raise FetchError(
            "not-found", f"Open Library has no book with the ISBN {isbn}", "Check the number."
        )
    title = ": ".join(str(book[part]) for part in ("title", "subtitle") if book.get(part))
    item: Item = {
        "type": "book",
        "title": items.plain_markup(title),
        "author": [items.person(str(one["name"])) for one in book.get("authors") or ()],
        "publisher": _first_name(book.get("publishers")),
        "publisher-place": _first_name(book.get("publish_places")),
        "issued": items.date(str(book.get("publish_date") or "")),
        "number-of-pages": str(book.get("number_of_pages") or ""),
        "ISBN": isbn,
    }
    known = {name: value for name, value in item.items() if value}
    return Fetched(identifier=f"isbn:{isbn}", source=answer.url, item=known)


def _first_name(raw: Any) -> str:
    first = raw[0] if isinstance(raw, list) and raw else {}
    return str(first.get("name", "")) if isinstance(first, dict) else ""


def fetch_pmid(web: Web, services: Services, pmid: str) -> Fetched:
    """An article by its PubMed number, from NCBI's Literature Citation Exporter.

    https://api.ncbi.nlm.nih.gov/lit/ctxp. Raises ``FetchError``.
    """
    answer = web.get(services.pubmed, params={"format": "csl", "id": pmid})
    raw = answer.json()
    if isinstance(raw, list):
        raw = raw[0] if raw else {}
    if not isinstance(raw, dict) or not raw.get("title"):
        raise FetchError("not-found", f"PubMed has no {pmid}", "Check the number.")
    item = items.clean(raw)
    item["PMID"] = pmid
    if doi := identifiers.doi(str(item.get("DOI", ""))):
        item["DOI"] = doi
    return Fetched(identifier=f"pmid:{pmid}", source=answer.url, item=item)


BY_NUMBER: dict[str, Callable[[Web, Services, str], Fetched]] = {
    "doi": fetch_doi,
    "arxiv": fetch_arxiv,
    "isbn": fetch_isbn,
    "pmid": fetch_pmid,
}
