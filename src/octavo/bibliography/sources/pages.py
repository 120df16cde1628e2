"""What a web page says of itself: Highwire, Dublin Core, JSON-LD, OpenGraph."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup

from octavo.bibliography import identifiers
from octavo.bibliography.sources import items
from octavo.bibliography.sources.http import FetchError, Web
from octavo.bibliography.sources.items import Item
from octavo.bibliography.sources.records import Fetched

Meta = Mapping[str, list[str]]

# CSL variable: the names that the vocabularies have for it, the surest first.
_TEXTS: dict[str, tuple[str, ...]] = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title"),
    "container-title": (
        "citation_journal_title", "citation_conference_title", "citation_inbook_title",
        "dc.source", "prism.publicationname", "og:site_name",
    ),
    "publisher": ("citation_publisher", "dc.publisher"),
    "volume": ("citation_volume", "prism.volume"),
    "issue": ("citation_issue", "prism.number"),
    "ISSN": ("citation_issn", "prism.issn"),
    "ISBN": ("citation_isbn",),
    "language": ("citation_language", "dc.language"),
    "abstract": ("citation_abstract", "dc.description", "og:description", "description"),
}  # fmt: skip
_AUTHORS = ("citation_author", "citation_authors", "dc.creator", "dcterms.creator",
            "article:author", "author")  # fmt: skip
_DATES = ("citation_publication_date", "citation_date", "citation_online_date", "dc.date",
          "dcterms.issued", "dc.date.issued", "prism.publicationdate",
          "article:published_time", "date")  # fmt: skip
_DOIS = ("citation_doi", "dc.identifier", "dc.identifier.doi", "prism.doi")
_LD_TYPES = {
    "ScholarlyArticle": "article-journal", "NewsArticle": "article-newspaper",
    "BlogPosting": "post-weblog", "Article": "webpage", "Report": "report", "Book": "book",
    "Dataset": "dataset", "Thesis": "thesis", "WebPage": "webpage",
    "SoftwareSourceCode": "software", "SoftwareApplication": "software",
}  # fmt: skip


def fetch_page(web: Web, url: str, today: datetime.date) -> Fetched:
    """A web page as a reference. Raises ``FetchError``."""
    answer = web.get(url, accept="text/html,application/xhtml+xml")
    if "html" not in answer.content_type:
        raise FetchError(
            "not-metadata",
            f"{answer.url} is {answer.content_type or 'of an unknown type'}, not a page",
            "Give the page that leads to the file, or a DOI.",
        )
    item = read_page(answer.text(), answer.url)
    day = [today.year, today.month, today.day]
    item["accessed"] = {"date-parts": [day]}
    return Fetched(identifier=answer.url, source=answer.url, item=item)


def read_page(text: str, url: str) -> Item:
    """The CSL item that a page's metadata describe.

    Highwire (Google Scholar's inclusion guidelines), Dublin Core (DCMI in HTML), schema.org in
    JSON-LD, then OpenGraph, each filling what those before leave open.
    """
    soup = BeautifulSoup(text, "html.parser")
    meta = _meta(soup)
    linked = _linked_data(soup)
    item: Item = {"type": _type(meta, linked)}
    item.update(_linked_item(linked))
    for variable, names in _TEXTS.items():
        found = _first(meta, names[: None if variable not in item else 2])
        if found and not (variable in item and names[0] not in meta):
            item[variable] = items.plain_markup(found)
    if authors := _authors(meta):
        item["author"] = authors
    if (when := _first(meta, _DATES)) and (date := items.date(when)):
        item["issued"] = date
    if pages := _pages(meta):
        item["page"] = pages
    for name in _DOIS:
        for value in meta.get(name, ()):
            if doi := identifiers.doi(value):
                item.setdefault("DOI", doi)
    if "title" not in item:
        item["title"] = items.plain_markup(soup.title.get_text() if soup.title else url) or url
    item["URL"] = _first(meta, ("og:url",)) or url
    return item


def _meta(soup: BeautifulSoup) -> Meta:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for tag in soup.find_all("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("itemprop")
        content = tag.get("content")
        if isinstance(name, str) and isinstance(content, str) and content.strip():
            found[name.lower().replace("dc:", "dc.")].append(content.strip())
    return found


def _first(meta: Meta, names: Iterable[str]) -> str:
    return next((meta[name][0] for name in names if meta.get(name)), "")


def _authors(meta: Meta) -> list[dict[str, str]]:
    for name in _AUTHORS:
        values = [v for v in meta.get(name, ()) if not identifiers.is_url(v)]
        if name == "citation_authors":
            values = [v for value in values for v in value.split(";")]
        if values:
            return [items.person(value) for value in values if value.strip()]
    return []


def _pages(meta: Meta) -> str:
    first, last = _first(meta, ("citation_firstpage",)), _first(meta, ("citation_lastpage",))
    return f"{first}-{last}" if first and last and first != last else first


def _type(meta: Meta, linked: Mapping[str, Any]) -> str:
    for name, kind in (
        ("citation_journal_title", "article-journal"),
        ("citation_conference_title", "paper-conference"),
        ("citation_dissertation_institution", "thesis"),
        ("citation_technical_report_institution", "report"),
        ("citation_inbook_title", "chapter"),
        ("citation_isbn", "book"),
    ):
        if name in meta:
            return kind
    if linked:
        return _LD_TYPES.get(_ld_type(linked), "webpage")
    return "webpage"


def _linked_data(soup: BeautifulSoup) -> Mapping[str, Any]:
    """The first thing of a type we know in the page's JSON-LD."""
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            data = json.loads(script.get_text())
        except ValueError:
            continue
        for thing in _things(data):
            if _ld_type(thing) in _LD_TYPES:
                return thing
    return {}


def _things(data: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, list):
        for one in data:
            yield from _things(one)
    elif isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"))


def _ld_type(thing: Mapping[str, Any]) -> str:
    kind = thing.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((str(one) for one in kinds if one in _LD_TYPES), str(kinds[0] if kinds else ""))


def _linked_item(thing: Mapping[str, Any]) -> Item:
    item: Item = {}
    if title := thing.get("headline") or thing.get("name"):
        item["title"] = items.plain_markup(str(title))
    if names := [name for name in map(_ld_name, _each(thing.get("author"))) if name]:
        item["author"] = names
    if date := items.date(str(thing.get("datePublished") or "")):
        item["issued"] = date
    whole = thing.get("isPartOf") or thing.get("publisher")
    if isinstance(whole, dict) and whole.get("name"):
        item["container-title"] = items.plain_markup(str(whole["name"]))
    return item


def _ld_name(one: Any) -> dict[str, str]:
    if isinstance(one, str):
        return items.person(one)
    if not isinstance(one, dict) or not one.get("name"):
        return {}
    if one.get("familyName"):
        return {"family": str(one["familyName"]), "given": str(one.get("givenName") or "")}
    if one.get("@type") == "Organization":
        return {"literal": str(one["name"])}
    return items.person(str(one["name"]))


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
