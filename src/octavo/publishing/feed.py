"""The feed: Atom (RFC 4287), the latest essays whole."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from octavo.publishing import inline
from octavo.publishing.records import Card, Masthead, Site, page_name

COUNT = 20

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
_RELATIVE = re.compile(r'(?<![\w-])(href|src)="(?![a-zA-Z][a-zA-Z0-9+.-]*:|//)([^"]*)"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def latest(site: Site) -> tuple[Card, ...]:
    """The published, dated essays that the feed carries, the latest first."""
    dated = [card for card in site.cards if card.date and card.status == "published"]
    dated.sort(key=lambda card: card.slug)
    dated.sort(key=_changed, reverse=True)
    return tuple(dated[:COUNT])


def write_feed(site: Site, bodies: Mapping[str, str]) -> str:
    """The feed of a site; ``bodies`` are essays' HTML by slug, their addresses made absolute."""
    head = site.masthead
    cards = latest(site)
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": head.lang})
    _text(feed, "title", head.title)
    if head.description:
        _text(feed, "subtitle", head.description)
    _text(feed, "id", _identifier(head, ""))
    _text(feed, "updated", _moment(max(map(_changed, cards), default=datetime.date(1970, 1, 1))))
    _person(feed, head.author or head.title)
    _text(feed, "generator", "Octavo")
    if head.url:
        _link(feed, _home(head), "alternate", "text/html")
        _link(feed, urljoin(_home(head), "feed.xml"), "self", "application/atom+xml")
    for card in cards:
        _entry(feed, head, card, bodies.get(card.slug, ""))
    ET.indent(feed, space="")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, "unicode") + "\n"


def _entry(feed: ET.Element, head: Masthead, card: Card, body: str) -> None:
    entry = ET.SubElement(feed, f"{{{_ATOM}}}entry", {f"{{{_XML}}}lang": card.lang or head.lang})
    _text(entry, "title", inline.plain(card.title))
    _text(entry, "id", _identifier(head, card.slug))
    assert card.date is not None
    _text(entry, "published", _moment(card.date))
    _text(entry, "updated", _moment(_changed(card)))
    for name in card.authors:
        _person(entry, name)
    page = urljoin(_home(head), f"{card.slug}/") if head.url else page_name(card.slug)
    _link(entry, page, "alternate", "text/html")
    for tag in card.tags:
        ET.SubElement(entry, f"{{{_ATOM}}}category", {"term": _CONTROL.sub("", tag)})
    if card.summary:
        _text(entry, "summary", inline.plain(card.summary))
    if body:
        _text(entry, "content", absolute(body, page), type="html")


def absolute(body: str, page: str) -> str:
    """HTML whose relative addresses start from the page instead."""

    def change(match: re.Match[str]) -> str:
        return f'{match.group(1)}="{urljoin(page, match.group(2))}"'

    return _RELATIVE.sub(change, body)


def _changed(card: Card) -> datetime.date:
    dates = [date for date in (card.date, card.updated) if date]
    return max(dates)


def _identifier(head: Masthead, slug: str) -> str:
    """An identifier that stays: the address, or a UUID of the name where there is none yet."""
    if head.url:
        return urljoin(_home(head), f"{slug}/" if slug else "")
    return uuid.uuid5(uuid.NAMESPACE_URL, f"octavo:{head.title}:{slug}").urn


def _home(head: Masthead) -> str:
    return head.url.rstrip("/") + "/"


def _moment(date: datetime.date) -> str:
    return f"{date.isoformat()}T00:00:00Z"


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    # XML 1.0 has no way to write most control characters
    ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes).text = _CONTROL.sub("", text)


def _person(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, f"{{{_ATOM}}}author"), "name", name)


def _link(parent: ET.Element, href: str, rel: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"href": href, "rel": rel, "type": kind})
