"""A page: its parts, what it tells machines, where its links lead, what it leaves alone."""

from __future__ import annotations

import copy
import dataclasses
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.publishing import samples, sites

from octavo.essays.records import Document, FrontMatter
from octavo.pandoc import worker
from octavo.publishing.metadata import bibtex, licence
from octavo.publishing.page import contents, write_page
from octavo.publishing.records import Masthead, Surroundings
from octavo.publishing.words import long_date, words


def test_a_document_is_left_as_it_was() -> None:
    document = samples.document()
    before = copy.deepcopy(document.tree)
    write_page(document, Surroundings(), worker.shared())
    assert document.tree == before


def test_the_same_document_gives_the_same_page() -> None:
    assert sites.page() == sites.page()


def test_ids_are_unique_and_every_inner_link_has_its_target() -> None:
    html = sites.page().html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_no_address_is_absolute_unless_it_leaves_the_site() -> None:
    html = sites.page(dataclasses.replace(sites.HEAD, url="")).html
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    inner = [a for a in addresses if not re.match(r"https?:|#", a)]
    assert all(not a.startswith("/") for a in inner)
    assert {"../index.html", "../feed.xml", "margins.pdf", "distance.svg"} <= set(inner)
    assert "example.org" not in html


def test_a_page_in_a_folder_knows_the_way_up() -> None:
    document = dataclasses.replace(samples.document(), slug="deep/er")
    html = write_page(document, Surroundings(), worker.shared()).html
    assert 'href="../../index.html"' in html
    assert 'href="er.pdf"' in html


@pytest.mark.parametrize(
    "element",
    [
        'name="citation_title" content="A note on margins: What the edge of the page was for"',
        '<meta name="citation_author" content="Ada Example">',
        '<meta name="citation_author" content="Jun Sample">',
        '<meta name="citation_author_orcid" content="https://orcid.org/0000-0002-1825-0097">',
        '<meta name="citation_publication_date" content="2026/03/02">',
        '<meta name="citation_pdf_url" content="https://example.org/papers/margins/margins.pdf">',
        '<meta property="og:url" content="https://example.org/papers/margins/">',
        '<meta property="article:modified_time" content="2026-11-20">',
        '<link rel="canonical" href="https://example.org/papers/margins/">',
        '<link rel="prev" href="../folding/index.html">',
        '<link rel="next" href="../indexes/index.html">',
        '<html lang="en-GB">',
        '<a href="../archive/tags.html#tag-history-of-the-book" rel="tag">history of the book</a>',
        '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>',
        '<time datetime="2026-03-02">2 March 2026</time>',
        '<a href="../indexes/index.html">In praise of &lt;indexes&gt;</a>',
    ],
)
def test_a_page_says(element: str) -> None:
    assert element in sites.page().html


def test_linked_data_can_be_read_and_closes_no_script() -> None:
    front = FrontMatter(title="</script><b>", tags=("a",), lang="en")
    document = dataclasses.replace(samples.document(), front=front)
    html = write_page(document, Surroundings(), worker.shared()).html
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert match
    assert json.loads(match.group(1))["headline"] == "</script><b>"


def test_an_essay_of_nothing_is_a_page() -> None:
    document = Document(slug="empty", front=FrontMatter(), tree=worker.shared().read(""))
    assert "<h1>empty</h1>" in write_page(document, Surroundings(), worker.shared()).html


def test_a_short_essay_has_no_table_of_contents() -> None:
    document = samples.document()
    assert [h.text for h in contents(document)][:2] == [
        "How far a note is",
        "Measured on ourselves",
    ]
    assert contents(dataclasses.replace(document, words=200)) == ()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CC BY 4.0", ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")),
        ("cc-by-sa-3.0", ("CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/")),
        ("CC-BY-NC-ND", ("CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/")),
        ("CC0", ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")),
        ("https://example.org/l", ("https://example.org/l", "https://example.org/l")),
        ("All rights reserved", ("All rights reserved", "")),
        ("", ("", "")),
    ],
)
def test_licences(name: str, shown: tuple[str, str]) -> None:
    assert licence(name) == shown


@pytest.mark.parametrize(
    ("lang", "date"),
    [
        ("en-GB", "2 March 2026"),
        ("en-US", "March 2, 2026"),
        ("de-AT", "2. März 2026"),
        ("fr", "2 mars 2026"),
        ("tlh-XX", "March 2, 2026"),
    ],
)
def test_dates_by_language(lang: str, date: str) -> None:
    assert samples.document().front.date
    assert long_date(samples.document().front.date, lang) == date  # type: ignore[arg-type]


def test_a_language_from_right_to_left_says_so() -> None:
    front = FrontMatter(title="כותרת", lang="he")
    document = dataclasses.replace(samples.document(), front=front)
    html = write_page(document, Surroundings(), worker.shared()).html
    assert '<html lang="he" dir="rtl">' in html


def test_every_language_has_every_word() -> None:
    for lang in ("en", "de", "fr", "es-MX"):
        assert all(words(lang).values())
    assert words("tlh") == words("en")


def test_bibtex_reads_back() -> None:
    text = bibtex(samples.document(), sites.HEAD)
    item = json.loads(worker.shared().convert(text, source="biblatex", target="csljson"))[0]
    assert item["id"] == "example2026margins"
    assert [author["family"] for author in item["author"]] == ["Example", "Sample"]


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    tag=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1),
)
def test_no_front_matter_breaks_out_of_its_place(title: str, tag: str) -> None:
    front = FrontMatter(title=title, summary=title, tags=(tag,), license=title, series=tag)
    document = dataclasses.replace(
        samples.document(), front=front, tree=worker.shared().read("x"), outline=()
    )
    plain = dataclasses.replace(
        document, front=FrontMatter(title="T", summary="T", tags=("t",), license="T", series="t")
    )
    site = Surroundings(masthead=Masthead(license="T"))
    if not title:
        return
    made = write_page(document, site, worker.shared()).html
    like = write_page(plain, site, worker.shared()).html
    assert _elements(made) == _elements(like)


_MARKUP = {"em", "strong", "sup", "sub", "del", "code", "br", "span"}
_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)


def _elements(html: str) -> list[str]:
    """The elements of a page, without the markup that Markdown in a title may well make."""
    names = re.findall(r"</?([a-z][a-z0-9]*)", _FORMULA.sub("", html))
    return [name for name in names if name not in _MARKUP]
