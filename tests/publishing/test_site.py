"""The pages around the essays, and the feed."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publishing import sites

from octavo.publishing import assets
from octavo.publishing.feed import absolute, latest, write_feed
from octavo.publishing.records import Card, Site
from octavo.publishing.site import (
    newest_first,
    site_files,
    surroundings,
    write_archive,
    write_index,
    write_tags,
)

ATOM = "{http://www.w3.org/2005/Atom}"


def slugs(cards: object) -> list[str]:
    assert isinstance(cards, tuple | list)
    return [card.slug for card in cards]


def test_what_surrounds_a_page() -> None:
    around = surroundings(sites.site())["margins"]
    assert slugs(around.series) == ["folding", "margins", "indexes"]
    assert around.previous
    assert around.previous.slug == "folding"
    assert around.next
    assert around.next.slug == "indexes"
    assert slugs(around.linked_from) == ["indexes", "folding"]
    assert slugs(around.answers) == ["indexes"]


def test_an_end_of_a_series_and_an_essay_outside() -> None:
    found = surroundings(sites.site())
    assert found["folding"].previous is None
    assert found["indexes"].next is None
    assert found["indexes"].follows
    assert found["indexes"].follows.slug == "margins"
    assert found["undated"].series == ()
    assert slugs(found["folding"].linked_from) == ["margins"]


def test_a_change_elsewhere_leaves_a_page_alone() -> None:
    """What a page shows of the others is all that can make it out of date."""
    site = sites.site()
    changed = dataclasses.replace(
        site, cards=tuple(dataclasses.replace(c, words=9, summary="new") for c in site.cards)
    )
    assert surroundings(site) == surroundings(changed)


def test_the_index_has_series_in_order_then_the_latest() -> None:
    html = write_index(sites.site())
    names = re.findall(r'class="name" href="([^"]+)/index.html"', html)
    assert names == ["folding", "margins", "indexes", "draft", "deep/er", "undated"]
    assert '<div class="entry" lang="de">' in html


def test_the_archive_has_years_and_the_undated_last() -> None:
    html = write_archive(sites.site())
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", html) == ["2026", "2024", "Undated"]
    assert 'href="../deep/er/index.html"' in html


def test_tags_are_one_whatever_their_case() -> None:
    html = write_tags(sites.site())
    names = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    assert names == ["C++", "history of the book", "reading", "typography"]


def test_files_of_the_site() -> None:
    files = site_files(sites.site(), {})
    assert set(files) == {
        "index.html", "archive/index.html", "archive/tags.html", "404.html", "feed.xml",
        *assets.files(),
    }  # fmt: skip
    assert f"assets/{assets.name('style.css')}" in files["index.html"].decode()


def test_a_site_of_nothing() -> None:
    files = site_files(Site(), {})
    assert b"<h1>Essays</h1>" in files["index.html"]
    ET.fromstring(files["feed.xml"])


def test_the_feed_carries_essays_whole_and_no_draft() -> None:
    body = sites.page().body
    feed = ET.fromstring(write_feed(sites.site(), {"margins": body}))
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids == [
        f"https://example.org/papers/{slug}/"
        for slug in ("margins", "indexes", "folding", "deep/er")
    ]
    content = entries[0].findtext(f"{ATOM}content")
    assert content
    assert 'src="https://example.org/papers/margins/distance.svg"' in content
    assert 'href="https://example.org/papers/margins/#fn1"' in content
    assert feed.findtext(f"{ATOM}updated") == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize("url", ["", "https://example.org/papers"])
def test_what_rfc_4287_asks_of_a_feed(url: str) -> None:
    site = sites.site(dataclasses.replace(sites.HEAD, url=url))
    feed = ET.fromstring(write_feed(site, {}))
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [e.text for e in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert all(i and re.match(r"https:|urn:uuid:", i) for i in ids)


@pytest.mark.parametrize(
    ("html", "result"),
    [
        ('<a href="#x">', '<a href="https://e.org/a/#x">'),
        ('<a href="../b/index.html">', '<a href="https://e.org/b/index.html">'),
        ('<img src="p.png">', '<img src="https://e.org/a/p.png">'),
        ('<a href="https://o.org/">', '<a href="https://o.org/">'),
        ('<a href="mailto:a@b.c">', '<a href="mailto:a@b.c">'),
        ('<p data-src="x">', '<p data-src="x">'),
    ],
)
def test_addresses_in_the_feed(html: str, result: str) -> None:
    assert absolute(html, "https://e.org/a/") == result


@given(st.text(), st.text(min_size=1))
def test_a_feed_is_xml_whatever_the_words(title: str, tag: str) -> None:
    date = sites.date(2026, 1, 1)
    card = Card(slug="a", title=title, summary=title, date=date, tags=(tag,))
    ET.fromstring(write_feed(Site(cards=(card,)), {"a": title}).encode("utf-8", "replace"))


@given(st.permutations(sites.site().cards))
def test_the_order_of_essays_is_theirs(cards: list[Card]) -> None:
    assert newest_first(cards) == newest_first(sites.site().cards)
    assert latest(Site(cards=tuple(cards))) == latest(sites.site())


def test_the_sites_folder_is_self_contained(tmp_path: Path) -> None:
    sites.publish(tmp_path, dataclasses.replace(sites.HEAD, url=""))
    for path in tmp_path.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        tags = r'<(?:link rel="stylesheet" href|script src|img[^>]* src)="([^"]+)"'
        if path.parent.name not in ("er", "folding", "indexes", "undated", "draft"):
            for address in re.findall(tags, text):
                assert (path.parent / address).is_file(), (path, address)
