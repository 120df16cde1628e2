"""From what a writer has in hand (a DOI, an ISBN, an address, a PDF) to a reference."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from pathlib import Path

from octavo.bibliography.sources import items, pages, services
from octavo.bibliography.sources.http import FetchError, Web
from octavo.bibliography.sources.records import Fetched, Identifier, identify
from octavo.bibliography.sources.services import Services

_DOI_IN_TEXT = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^]+[^\s\"<>{}|\\^.,;:)\]]")
_ARXIV_IN_TEXT = re.compile(r"\barXiv:\s?(\d{4}\.\d{4,5})", re.IGNORECASE)


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
