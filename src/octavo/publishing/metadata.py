"""What a page tells machines: citation tags, social cards, linked data, BibTeX.

Sources: Google Scholar's inclusion guidelines (``citation_*``), the Open Graph protocol,
schema.org's ``ScholarlyArticle``.
"""

from __future__ import annotations

import json
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from markupsafe import Markup

from octavo.essays.records import Author, Document
from octavo.publishing import inline
from octavo.publishing.records import Masthead, paper_name

_LATEX = re.compile(r"[&%$#_{}\\^~]")
_CREATIVE_COMMONS = re.compile(r"cc[ -](by(?:-(?:nc|nd|sa|nc-sa|nc-nd))?)(?:[ -](\d\.\d))?$")


def licence(name: str) -> tuple[str, str]:
    """A licence's name and the address of its text ("" where we don't know it)."""
    folded = name.strip().lower()
    if folded.startswith(("http://", "https://")):
        return name, name
    if folded in ("cc0", "cc0-1.0", "cc0 1.0"):
        return "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"
    if match := _CREATIVE_COMMONS.match(folded):
        kind, version = match.group(1), match.group(2) or "4.0"
        return (
            f"CC {kind.upper()} {version}",
            f"https://creativecommons.org/licenses/{kind}/{version}/",
        )
    return name, ""


def address(site: Masthead, path: str) -> str:
    """An absolute address in a site whose home is known, "" elsewhere."""
    return urljoin(site.url.rstrip("/") + "/", quote(path)) if site.url else ""


def authors(document: Document, site: Masthead) -> tuple[Author, ...]:
    """Who wrote an essay: those it names, or the site's author."""
    if document.front.authors:
        return document.front.authors
    return (Author(name=site.author),) if site.author else ()


def page_metadata(document: Document, site: Masthead) -> tuple[tuple[str, str, str], ...]:
    """The ``meta`` elements of a page: attribute, its value, content."""
    return tuple(
        (attribute, name, content)
        for attribute, name, content in (*_general(document, site), *_citation(document, site),
                                         *_open_graph(document, site))
        if content
    )  # fmt: skip


def _general(document: Document, site: Masthead) -> Iterator[tuple[str, str, str]]:
    front = document.front
    for author in authors(document, site):
        yield "name", "author", author.name
    yield "name", "description", inline.plain(front.summary or front.subtitle)
    yield "name", "keywords", ", ".join(front.tags)
    if front.status == "draft":
        yield "name", "robots", "noindex"


def _citation(document: Document, site: Masthead) -> Iterator[tuple[str, str, str]]:
    front = document.front
    yield "name", "citation_title", _full_title(document)
    for author in authors(document, site):
        yield "name", "citation_author", author.name
        yield "name", "citation_author_institution", author.affiliation
        yield "name", "citation_author_orcid", orcid_address(author)
    if front.date:
        yield "name", "citation_publication_date", f"{front.date:%Y/%m/%d}"
    yield "name", "citation_language", front.lang
    yield "name", "citation_keywords", "; ".join(front.tags)
    yield "name", "citation_journal_title", site.title
    yield "name", "citation_fulltext_html_url", address(site, f"{document.slug}/")
    if "paper" in front.publish:
        yield "name", "citation_pdf_url", address(site, paper_name(document.slug))


def _open_graph(document: Document, site: Masthead) -> Iterator[tuple[str, str, str]]:
    front = document.front
    yield "property", "og:type", "article"
    yield "property", "og:title", _full_title(document)
    yield "property", "og:description", inline.plain(front.summary or front.subtitle)
    yield "property", "og:site_name", site.title
    yield "property", "og:locale", front.lang.replace("-", "_")
    yield "property", "og:url", address(site, f"{document.slug}/")
    picture = next((m.name for m in document.media if m.name.endswith((".png", ".jpg"))), "")
    if picture:
        yield "property", "og:image", address(site, f"{document.slug}/{picture}")
    if front.date:
        yield "property", "article:published_time", front.date.isoformat()
    if front.updated:
        yield "property", "article:modified_time", front.updated.isoformat()
    for tag in front.tags:
        yield "property", "article:tag", tag


def linked_data(document: Document, site: Masthead) -> Markup:
    """The page as JSON-LD, safe inside a ``script`` element."""
    front = document.front
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": _full_title(document),
        "inLanguage": front.lang,
        "wordCount": document.words or None,
        "author": [_person(author) for author in authors(document, site)],
        "datePublished": front.date.isoformat() if front.date else None,
        "dateModified": front.updated.isoformat() if front.updated else None,
        "abstract": inline.plain(front.summary),
        "keywords": list(front.tags),
        "license": licence(front.license or site.license)[1],
        "url": address(site, f"{document.slug}/"),
        "isPartOf": {"@type": "Blog", "name": site.title},
    }
    text = json.dumps({k: v for k, v in data.items() if v}, ensure_ascii=False, indent=1)
    return Markup(text.replace("<", "\\u003c"))


def _person(author: Author) -> dict[str, Any]:
    person = {
        "@type": "Person",
        "name": author.name,
        "sameAs": orcid_address(author),
        "url": author.url,
    }
    found: dict[str, Any] = {key: value for key, value in person.items() if value}
    if author.affiliation:
        found["affiliation"] = {"@type": "Organization", "name": author.affiliation}
    return found


def orcid_address(author: Author) -> str:
    """The address of an author's ORCID record."""
    return f"https://orcid.org/{author.orcid}" if author.orcid else ""


def bibtex(document: Document, site: Masthead) -> str:
    """A BibTeX entry by which others can cite the essay."""
    front = document.front
    names = authors(document, site)
    fields = {
        "author": " and ".join(author.name for author in names),
        "title": f"{{{_LATEX.sub(_escaped, _full_title(document))}}}",
        "date": front.date.isoformat() if front.date else "",
        "url": address(site, f"{document.slug}/"),
        "organization": site.title,
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join([f"@online{{{_citekey(document, names)},", *lines, "}"])


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match.group()}" if match.group() in "&%$#_" else ""


def _citekey(document: Document, names: tuple[Author, ...]) -> str:
    name = names[0].name.split()[-1] if names and names[0].name.split() else ""
    year = str(document.front.date.year) if document.front.date else ""
    key = f"{name}{year}{posixpath.basename(document.slug).split('-')[0]}".lower()
    plain = unicodedata.normalize("NFKD", key)
    return re.sub(r"[^a-z0-9]", "", plain) or "essay"


def _full_title(document: Document) -> str:
    front = document.front
    title = inline.plain(front.title or posixpath.basename(document.slug))
    return f"{title}: {inline.plain(front.subtitle)}" if front.subtitle else title
