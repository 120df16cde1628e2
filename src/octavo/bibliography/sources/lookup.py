"""From what a writer has in hand (a DOI, an ISBN, an address, a PDF) to a reference."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from octavo.bibliography import identifiers
from octavo.bibliography.sources import items, pages, services
from octavo.bibliography.sources.http import FetchError, Web
from octavo.bibliography.sources.services import Fetched, Services

Kind = Literal["doi", "arxiv", "isbn", "pmid", "url", "file"]

_DOI_IN_TEXT = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^]+[^\s\"<>{}|\\^.,;:)\]]")
_ARXIV_IN_TEXT = re.compile(r"\barXiv:\s?(\d{4}\.\d{4,5})", re.IGNORECASE)
_ADDRESSES = (
    (re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)", re.IGNORECASE), "doi"),
    (re.compile(r"https?://arxiv\.org/(?:abs|pdf)/(.+?)(?:\.pdf)?", re.IGNORECASE), "arxiv"),
    (re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)/?", re.IGNORECASE), "pmid"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier of a work; as text ``doi:10.…``, and a URL or a file as itself."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return self.value if self.kind in ("url", "file") else f"{self.kind}:{self.value}"


def identify(text: str) -> Identifier | None:
    """What kind of identifier a text is, or ``None``; the value comes out in one form.

    >>> [str(identify(t)) for t in ("https://doi.org/10.1000/X", "ISBN 0-415-17054-0")]
    ['doi:10.1000/x', 'isbn:9780415170543']
    """
    text = text.strip()
    for pattern, kind in _ADDRESSES:
        if match := pattern.fullmatch(text):
            return identify(f"{kind}:{match.group(1)}")
    for kind, known in _KNOWN:
        if value := known(text):
            return Identifier(kind=kind, value=value)
    return None


def _pmid(text: str) -> str | None:
    match = re.fullmatch(r"pmid:\s*(\d+)", text, re.IGNORECASE)
    return match.group(1) if match else None


def _isbn(text: str) -> str | None:
    return identifiers.isbn(re.sub(r"(?i)^isbn[:\s]*", "", text))


def _file(text: str) -> str | None:
    return text if text.lower().endswith(".pdf") and "://" not in text else None


def _url(text: str) -> str | None:
    address = text.lower().startswith(("http://", "https://")) and identifiers.is_url(text)
    return text if address else None


_KNOWN: tuple[tuple[Kind, Callable[[str], str | None]], ...] = (
    ("doi", identifiers.doi),
    ("pmid", _pmid),
    ("arxiv", identifiers.arxiv),
    ("isbn", _isbn),
    ("file", _file),
    ("url", _url),
)


def fetch(identifier: Identifier, web: Web, where: Services, today: datetime.date) -> Fetched:
    """The reference of an identifier.

    A page or a PDF that names a DOI or an arXiv number gives what the service has on that.
    Raises :class:`FetchError`.
    """
    if identifier.kind == "file":
        return _of_pdf(Path(identifier.value), web, where, today)
    if identifier.kind == "url":
        page = pages.fetch_page(web, identifier.value, today)
        doi = page.item.get("DOI")
        if doi:
            try:
                return services.fetch_doi(web, where, str(doi))
            except FetchError:
                pass  # the page itself says enough
        return page
    return services.BY_NUMBER[identifier.kind](web, where, identifier.value)


def _of_pdf(path: Path, web: Web, where: Services, today: datetime.date) -> Fetched:
    title, texts = _read_pdf(path)
    for number in _numbers(texts):
        try:
            return fetch(number, web, where, today)
        except FetchError as error:
            if error.diagnostic.code != "not-found":
                raise
    if not title:
        raise FetchError(
            "not-metadata", f"{path} names no DOI and no title", "Give its DOI: refs add doi:…"
        )
    return Fetched(
        identifier=str(path),
        source=str(path),
        item={"type": "document", "title": items.plain_markup(title)},
    )


def _numbers(texts: Iterable[str]) -> Iterable[Identifier]:
    for text in texts:
        for match in _DOI_IN_TEXT.finditer(text):
            if found := identify(match.group()):
                yield found
        for match in _ARXIV_IN_TEXT.finditer(text):
            yield Identifier(kind="arxiv", value=match.group(1))


def _read_pdf(path: Path) -> tuple[str, list[str]]:
    """The title in a PDF's metadata; its metadata and the text of its first pages."""
    import pypdf  # noqa: PLC0415 - 100 ms that only a PDF needs
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = pypdf.PdfReader(path)
        known = {name: str(value) for name, value in (reader.metadata or {}).items()}
        texts = [*known.values(), *(page.extract_text() for page in reader.pages[:2])]
    except (OSError, PyPdfError, ValueError) as error:
        raise FetchError("unreadable-file", f"{path} cannot be read: {error}") from error
    return known.get("/Title", ""), texts
