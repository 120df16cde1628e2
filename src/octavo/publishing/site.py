"""The pages around the essays: index, archive, tags, a page for what is lost, and assets."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from octavo.publishing import assets, inline
from octavo.publishing.feed import write_feed
from octavo.publishing.page import render, tag_id
from octavo.publishing.records import Card, Neighbour, Site, Surroundings
from octavo.publishing.words import words

LATEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A heading and the essays below it."""

    id: str
    name: str
    cards: tuple[Card, ...]


def surroundings(site: Site) -> dict[str, Surroundings]:
    """What each page shows of the others, by slug."""
    cards = {card.slug: card for card in site.cards}
    series = {name: tuple(map(_neighbour, group)) for name, group in _by_series(site.cards)}
    linked: defaultdict[str, list[Card]] = defaultdict(list)
    answers: defaultdict[str, list[Card]] = defaultdict(list)
    for card in newest_first(site.cards):
        for slug in dict.fromkeys(card.links):
            if slug != card.slug:
                linked[slug].append(card)
        if card.follows:
            answers[card.follows].append(card)
    found = {}
    for card in site.cards:
        row = series.get(card.series, ())
        place = next((n for n, other in enumerate(row) if other.slug == card.slug), 0)
        follows = cards.get(card.follows)
        found[card.slug] = Surroundings(
            masthead=site.masthead,
            series=row,
            previous=row[place - 1] if place else None,
            next=row[place + 1] if place + 1 < len(row) else None,
            follows=_neighbour(follows) if follows else None,
            answers=tuple(map(_neighbour, answers[card.slug])),
            linked_from=tuple(map(_neighbour, linked[card.slug])),
        )
    return found


def site_files(site: Site, bodies: Mapping[str, str]) -> dict[str, bytes]:
    """Every file of the site but the essays' own, by its address from the root.

    ``bodies`` holds the HTML of the essays that the feed carries whole (see
    :func:`octavo.publishing.feed.latest`); an essay without one is in the feed by its summary.
    """
    inline.prepare(
        text
        for card in site.cards
        for text in (card.title, card.subtitle, card.summary, card.series)
    )
    texts = {
        "index.html": write_index(site),
        "archive/index.html": write_archive(site),
        "archive/tags.html": write_tags(site),
        "404.html": write_lost(site),
        "feed.xml": write_feed(site, bodies),
    }
    return {**{name: text.encode() for name, text in texts.items()}, **assets.files()}


def write_index(site: Site) -> str:
    """The front page: series in their order, then the latest essays that are in none."""
    head = site.masthead
    series = [Group(id="", name=name, cards=cards) for name, cards in _by_series(site.cards)]
    in_series = {card.slug for group in series for card in group.cards}
    others = [card for card in newest_first(site.cards) if card.slug not in in_series]
    meta = [
        ("name", "description", head.description),
        ("name", "author", head.author),
        ("property", "og:type", "website"),
        ("property", "og:title", head.title),
        ("property", "og:description", head.description),
    ]
    return _render(
        "index.html",
        site,
        "",
        meta=[item for item in meta if item[2]],
        all_series=series,
        latest=others[:LATEST],
        more=len(others) > LATEST,
        total=len(site.cards),
    )


def write_archive(site: Site) -> str:
    """Every essay, by year."""
    word = words(site.masthead.lang)
    years: defaultdict[str, list[Card]] = defaultdict(list)
    for card in newest_first(site.cards):
        years[str(card.date.year) if card.date else ""].append(card)
    groups = [
        Group(id=f"year-{year or 'none'}", name=year or word["undated"], cards=tuple(cards))
        for year, cards in years.items()
    ]
    tagged = any(card.tags for card in site.cards)
    return _render(
        "archive.html",
        site,
        "archive",
        title=word["archive"],
        groups=groups,
        tags_address="tags.html" if tagged else "",
    )


def write_tags(site: Site) -> str:
    """Every tag, with its essays."""
    tags: defaultdict[str, list[Card]] = defaultdict(list)
    names: dict[str, str] = {}
    for card in newest_first(site.cards):
        for tag in dict.fromkeys(card.tags):
            names.setdefault(tag_id(tag), tag)
            tags[tag_id(tag)].append(card)
    groups = [
        Group(id=key, name=names[key], cards=tuple(tags[key]))
        for key in sorted(tags, key=lambda key: names[key].casefold())
    ]
    title = words(site.masthead.lang)["tags"]
    return _render("archive.html", site, "archive", title=title, groups=groups, tags_address="")


def write_lost(site: Site) -> str:
    """The page for an address that leads nowhere: it may be served from any depth."""
    home = urlsplit(site.masthead.url).path.rstrip("/") + "/"
    return _render("lost.html", site, "", home=home)


def newest_first(cards: Iterable[Card]) -> list[Card]:
    """Essays by date, the latest first, then by title; the undated at the end."""
    by_title = sorted(cards, key=lambda card: (card.title.casefold(), card.slug))
    return sorted(by_title, key=lambda card: card.date or datetime.date.min, reverse=True)


def _by_series(cards: Iterable[Card]) -> list[tuple[str, tuple[Card, ...]]]:
    """The series, the one with the latest essay first; its parts in order."""
    groups: defaultdict[str, list[Card]] = defaultdict(list)
    for card in newest_first(cards):
        if card.series:
            groups[card.series].append(card)
    order: Callable[[Card], tuple[int, datetime.date, str]] = lambda card: (  # noqa: E731
        card.part if card.part is not None else 10**6,
        card.date or datetime.date.max,
        card.title,
    )
    return [(name, tuple(sorted(group, key=order))) for name, group in groups.items()]


def _neighbour(card: Card) -> Neighbour:
    return Neighbour(slug=card.slug, title=card.title, part=card.part)


def _render(template: str, site: Site, slug: str, **values: object) -> str:
    head = site.masthead
    given = {"title": head.title, **values}
    return render(template, slug, site=head, lang=head.lang, word=words(head.lang), **given)
