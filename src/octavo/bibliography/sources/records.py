"""What a source gives, and what identifies it; light enough for a build to import."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from octavo.bibliography import identifiers

Kind = Literal["doi", "arxiv", "isbn", "pmid", "url", "file"]

_ADDRESSES = (
    (re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)", re.IGNORECASE), "doi"),
    (re.compile(r"https?://arxiv\.org/(?:abs|pdf)/(.+?)(?:\.pdf)?", re.IGNORECASE), "arxiv"),
    (re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)/?", re.IGNORECASE), "pmid"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A notice that changes a work: a retraction, a correction (Crossref's ``update-to``)."""

    type: str
    doi: str
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A reference from a service: its identifier (``doi:10…``), its item, and notices on it."""

    identifier: str
    source: str
    item: dict[str, Any]
    updates: tuple[Update, ...] = ()


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
