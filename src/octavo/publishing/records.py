"""The records of a site: its cards, what surrounds a page, and the page that comes of it."""

from __future__ import annotations

import datetime
import posixpath
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the rest of the site knows of one essay.

    ``links`` are the slugs of the essays that its text links to; ``follows`` is the slug of the
    essay that it answers ("" where it answers none or an unknown one).
    """

    slug: str
    title: str
    subtitle: str = ""
    date: datetime.date | None = None
    updated: datetime.date | None = None
    authors: tuple[str, ...] = ()
    lang: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    series: str = ""
    part: int | None = None
    status: str = "published"
    has_paper: bool = False
    words: int = 0
    follows: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """What every page of a site says of the site; ``url`` is "" while its home is unknown."""

    title: str = "Essays"
    description: str = ""
    url: str = ""
    author: str = ""
    lang: str = "en-US"
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A masthead and the essays below it, in any order."""

    masthead: Masthead = field(default_factory=Masthead)
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """As much of another essay as a link to it prints."""

    slug: str
    title: str
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a page shows of the rest of the site: a page is out of date when this changes."""

    masthead: Masthead = field(default_factory=Masthead)
    series: tuple[Neighbour, ...] = ()
    previous: Neighbour | None = None
    next: Neighbour | None = None
    follows: Neighbour | None = None
    answers: tuple[Neighbour, ...] = ()
    linked_from: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A finished page: ``html`` is the file, ``body`` the essay alone (for the feed)."""

    slug: str
    html: str
    body: str


def page_name(slug: str) -> str:
    """Where a page is, from the root of the site."""
    return f"{slug}/index.html"


def paper_name(slug: str) -> str:
    """Where a paper is, from the root of the site."""
    return f"{slug}/{posixpath.basename(slug)}.pdf"
