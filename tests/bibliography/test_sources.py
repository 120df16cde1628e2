"""Fetching references from stand-ins that speak the services' documented protocols."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from octavo.bibliography.sources.http import FetchError, Patience, Web
from octavo.bibliography.sources.lookup import fetch
from octavo.bibliography.sources.records import Update, identify

TODAY = datetime.date(2026, 11, 23)
CSL = "application/vnd.citationstyles.csl+json"

Reply = tuple[int, dict[str, str], bytes]
StandIn = Any


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def web(pauses: list[float]) -> Iterator[Web]:
    patience = Patience(timeout=0.5, whole=0.6, sleep=pauses.append)
    with Web(email="me@example.org", patience=patience) as client:
        yield client


CROSSREF = {
    "type": "journal-article", "title": "The &lt;i&gt;Garden&lt;/i&gt; Path", "volume": "3",
    "author": [{"given": "Zoë", "family": "Smith", "sequence": "first", "affiliation": []}],
    "container-title": "Journal of Gardens", "issued": {"date-parts": [[2019, 5]]},
    "ISSN": ["0024-9319", "1434-1948"], "DOI": "10.1000/ABC", "member": "78", "score": 1,
    "abstract": "<jats:p>We <jats:italic>walk</jats:italic>.</jats:p>",
}  # fmt: skip
ITEM = {
    "type": "article-journal", "title": "The <i>Garden</i> Path", "volume": "3",
    "author": [{"given": "Zoë", "family": "Smith"}], "container-title": "Journal of Gardens",
    "issued": {"date-parts": [[2019, 5]]}, "ISSN": "0024-9319", "DOI": "10.1000/abc",
    "abstract": "We <i>walk</i>.",
}  # fmt: skip


def get(text: str, web: Web, where: StandIn) -> Any:
    identifier = identify(text)
    assert identifier is not None
    return fetch(identifier, web, where.services(), TODAY)


def test_doi_by_content_negotiation_after_a_redirect(stand_in: StandIn, web: Web) -> None:
    stand_in.routes["/doi/10.1000/abc"] = lambda _: (302, {"Location": "/agency/abc"}, b"")
    stand_in.json("/agency/abc", CROSSREF, kind=CSL)
    fetched = get("https://doi.org/10.1000/ABC", web, stand_in)
    assert (fetched.identifier, fetched.item) == ("doi:10.1000/abc", ITEM)
    assert fetched.source == f"{stand_in.url}/agency/abc"
    _, headers = stand_in.asked[1]
    assert headers["Accept"] == CSL
    assert "octavo" in headers["User-Agent"]
    assert "mailto:me@example.org" in headers["User-Agent"]


def test_doi_of_a_dataset_from_datacite(stand_in: StandIn, web: Web) -> None:
    raw = {
        "type": "dataset", "id": "https://doi.org/10.5281/zenodo.1", "categories": ["Physics"],
        "author": [{"family": "Doe", "given": "J."}, {"literal": "The Group"}],
        "issued": {"date-parts": [[2019, 3, 1]]}, "abstract": "A &amp; B", "publisher": "Zenodo",
        "DOI": "10.5281/ZENODO.1", "title": "Data", "version": "1.0", "copyright": "CC-BY",
    }  # fmt: skip
    stand_in.json("/doi/10.5281/zenodo.1", raw, kind=CSL)
    assert get("10.5281/zenodo.1", web, stand_in).item == {
        "type": "dataset", "title": "Data", "publisher": "Zenodo", "DOI": "10.5281/zenodo.1",
        "author": [{"family": "Doe", "given": "J."}, {"literal": "The Group"}],
        "issued": {"date-parts": [[2019, 3, 1]]}, "abstract": "A & B", "version": "1.0",
    }  # fmt: skip


def test_retraction_notice_is_kept(stand_in: StandIn, web: Web) -> None:
    stand_in.json("/doi/10.1000/abc", CROSSREF, kind=CSL)
    notice = {
        "DOI": "10.1000/notice",
        "update-to": [
            {"DOI": "10.1000/ABC", "type": "retraction", "updated": {"date-parts": [[2021, 3, 4]]}}
        ],
    }
    stand_in.json("/crossref/works?filter=updates:10.1000/abc", {"message": {"items": [notice]}})
    fetched = get("doi:10.1000/abc", web, stand_in)
    assert fetched.updates == (Update(type="retraction", doi="10.1000/notice", date="2021-03-04"),)


ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title><entry>
<id>http://arxiv.org/abs/1706.03762v5</id><published>2017-06-12T17:57:34Z</published>
<title>Attention Is All
  You Need</title><summary> The dominant &amp; best. </summary>
<author><name>Ashish Vaswani</name></author><author><name>Noam Shazeer</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/ATT</arxiv:doi>
</entry></feed>"""


def test_arxiv(stand_in: StandIn, web: Web) -> None:
    stand_in.routes["/arxiv?id_list=1706.03762"] = lambda _: (
        200, {"Content-Type": "application/atom+xml"}, ATOM.encode(),
    )  # fmt: skip
    assert get("arXiv:1706.03762v5", web, stand_in).item == {
        "type": "article",
        "title": "Attention Is All You Need",
        "author": [
            {"family": "Vaswani", "given": "Ashish"}, {"family": "Shazeer", "given": "Noam"},
        ],
        "issued": {"date-parts": [[2017, 6, 12]]},
        "abstract": "The dominant & best.",
        "publisher": "arXiv", "number": "arXiv:1706.03762",
        "URL": "https://arxiv.org/abs/1706.03762", "DOI": "10.1000/att",
    }  # fmt: skip


def test_isbn(stand_in: StandIn, web: Web) -> None:
    book = {
        "title": "The Soft Underbelly", "subtitle": "The Passions",
        "authors": [{"name": "Stephen Gaukroger"}], "publishers": [{"name": "Routledge"}],
        "publish_places": [{"name": "London"}], "publish_date": "June 25, 1998",
        "number_of_pages": 176,
    }  # fmt: skip
    stand_in.json("/ol/api/books?bibkeys=ISBN:9780415170543", {"ISBN:9780415170543": book})
    assert get("isbn:0-415-17054-0", web, stand_in).item == {
        "type": "book", "title": "The Soft Underbelly: The Passions",
        "author": [{"family": "Gaukroger", "given": "Stephen"}], "publisher": "Routledge",
        "publisher-place": "London", "issued": {"date-parts": [[1998, 6, 25]]},
        "number-of-pages": "176", "ISBN": "9780415170543",
    }  # fmt: skip


def test_pmid(stand_in: StandIn, web: Web) -> None:
    stand_in.json("/pubmed/?format=csl&id=123", {**CROSSREF, "type": "article-journal"})
    assert get("pmid:123", web, stand_in).item == {**ITEM, "PMID": "123"}


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "highwire": (
        ('<meta name="citation_title" content="A &amp; B"><meta name="citation_author"'
        ' content="Doe, Jane"><meta name="citation_author" content="Roe, R.">'
        '<meta name="citation_journal_title" content="J"><meta name="citation_date"'
        ' content="2019/05/03"><meta name="citation_firstpage" content="1">'
        '<meta name="citation_lastpage" content="9"><title>Site | A</title>'),
        {
            "type": "article-journal", "title": "A & B", "container-title": "J", "page": "1-9",
            "author": [{"family": "Doe", "given": "Jane"}, {"family": "Roe", "given": "R."}],
            "issued": {"date-parts": [[2019, 5, 3]]},
        },
    ),
    "dublin-core": (
        ('<meta name="DC.title" content="T"><meta name="DC.creator" content="Doe, Jane">'
        '<meta name="DC.date" content="2001"><meta name="DC.publisher" content="P">'),
        {
            "type": "webpage", "title": "T", "author": [{"family": "Doe", "given": "Jane"}],
            "issued": {"date-parts": [[2001]]}, "publisher": "P",
        },
    ),
    "json-ld": (
        ('<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "S"},'
        ' {"@type": "BlogPosting", "headline": "H", "datePublished": "2020-02-03T10:00:00Z",'
        ' "author": {"@type": "Person", "name": "Jane Doe"}, "publisher": {"name": "S"}}]}'
        '</script><meta property="og:title" content="H - the site">'),
        {
            "type": "post-weblog", "title": "H", "author": [{"family": "Doe", "given": "Jane"}],
            "issued": {"date-parts": [[2020, 2, 3]]}, "container-title": "S",
        },
    ),
    "opengraph": (
        ('<meta property="og:title" content="O"><meta property="og:site_name" content="Paper">'
        '<meta property="article:published_time" content="2018-07-01"><title>x</title>'),
        {
            "type": "webpage", "title": "O", "container-title": "Paper",
            "issued": {"date-parts": [[2018, 7, 1]]},
        },
    ),
    "nothing": ("<title> Only  a title </title>", {"type": "webpage", "title": "Only a title"}),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_page(stand_in: StandIn, web: Web, name: str) -> None:
    head, expected = PAGES[name]
    page = f"<!doctype html><html><head>{head}</head><body>x</body></html>".encode()
    stand_in.routes["/page"] = lambda _: (200, {"Content-Type": "text/html; charset=utf-8"}, page)
    url = f"{stand_in.url}/page"
    item = get(url, web, stand_in).item
    assert item == {
        **expected, "URL": url, "accessed": {"date-parts": [[2026, 11, 23]]},
    }  # fmt: skip


def test_page_with_a_doi_gives_what_the_agency_has(stand_in: StandIn, web: Web) -> None:
    page = b'<meta name="citation_doi" content="10.1000/abc"><title>x</title>'
    stand_in.routes["/page"] = lambda _: (200, {"Content-Type": "text/html"}, page)
    assert get(f"{stand_in.url}/page", web, stand_in).item["title"] == "x"
    stand_in.json("/doi/10.1000/abc", CROSSREF, kind=CSL)
    assert get(f"{stand_in.url}/page", web, stand_in).item == ITEM


def test_pdf_that_names_its_doi(stand_in: StandIn, web: Web, tmp_path: Path) -> None:
    import pypdf  # noqa: PLC0415

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": "T", "/Subject": "J 3 (2019). doi:10.1000/abc."})
    writer.write(tmp_path / "paper.pdf")
    assert get(str(tmp_path / "paper.pdf"), web, stand_in).item == {
        "type": "document", "title": "T",
    }  # fmt: skip
    stand_in.json("/doi/10.1000/abc", CROSSREF, kind=CSL)
    assert get(str(tmp_path / "paper.pdf"), web, stand_in).item == ITEM
    (tmp_path / "broken.pdf").write_bytes(b"no pdf")
    with pytest.raises(FetchError) as caught:
        get(str(tmp_path / "broken.pdf"), web, stand_in)
    assert caught.value.diagnostic.code == "unreadable-file"


def slow(handler: Any) -> Reply:
    handler.send_response(200)
    handler.send_header("Content-Type", CSL)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)
    return 200, {}, b""


def silent(_: Any) -> Reply:
    time.sleep(0.7)
    return 200, {"Content-Type": CSL}, b"{}"


HTML = {"Content-Type": "text/html"}
BAD: dict[str, tuple[Callable[[Any], Reply], str, int]] = {
    "404": (lambda _: (404, {}, b""), "not-found", 1),
    "500": (lambda _: (500, {}, b""), "service-error", 3),
    "403": (lambda _: (403, {}, b""), "service-error", 1),
    "429": (lambda _: (429, {"Retry-After": "7"}, b""), "rate-limited", 3),
    "html instead of json": (lambda _: (200, HTML, b"<html>log in</html>"), "not-metadata", 1),
    "broken json": (lambda _: (200, {"Content-Type": CSL}, b'{"title": '), "not-metadata", 1),
    "json of nothing": (lambda _: (200, {"Content-Type": CSL}, b"[]"), "not-metadata", 1),
    "redirect loop": (lambda _: (302, {"Location": "/doi/10.1000/abc"}, b""), "redirect-loop", 21),
    "slow body": (slow, "too-slow", 1),
    "no answer": (silent, "too-slow", 3),
}


@pytest.mark.parametrize("name", BAD)
def test_what_goes_wrong_is_said(
    stand_in: StandIn, web: Web, pauses: list[float], name: str
) -> None:
    reply, code, tries = BAD[name]
    stand_in.routes["/doi/10.1000/abc"] = reply
    with pytest.raises(FetchError) as caught:
        get("doi:10.1000/abc", web, stand_in)
    assert caught.value.diagnostic.code == code
    assert len(stand_in.asked) == tries
    if name == "429":
        assert pauses == [7.0, 7.0]


def test_a_passing_fault_is_tried_again(stand_in: StandIn, web: Web, pauses: list[float]) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=5)
    date = soon.strftime("%a, %d %b %Y %H:%M:%S GMT")
    replies = [
        (429, {"Retry-After": date}, b""),
        (503, {}, b""),
        (200, {"Content-Type": CSL}, json.dumps(CROSSREF).encode()),
    ]
    stand_in.routes["/doi/10.1000/abc"] = lambda _: replies.pop(0)
    assert get("doi:10.1000/abc", web, stand_in).item == ITEM
    assert 3 < pauses[0] <= 5
    assert pauses[1] == 2.0


def test_dead_network_and_offline(pauses: list[float]) -> None:
    patience = Patience(timeout=0.5, sleep=pauses.append)
    for offline, code in ((False, "unreachable"), (True, "offline")):
        with (
            Web(offline=offline, patience=patience) as client,
            pytest.raises(FetchError) as caught,
        ):
            client.get("http://127.0.0.1:9/")
        assert caught.value.diagnostic.code == code


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("10.1000/X", "doi:10.1000/x"),
        ("DOI: 10.1000/x", "doi:10.1000/x"),
        ("http://dx.doi.org/10.1000/x", "doi:10.1000/x"),
        ("arXiv:1706.03762v2", "arxiv:1706.03762"),
        ("https://arxiv.org/pdf/1706.03762v2.pdf", "arxiv:1706.03762"),
        ("pmid: 12345", "pmid:12345"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", "pmid:12345"),
        ("978-0-415-17054-3", "isbn:9780415170543"),
        ("https://example.org/a", "https://example.org/a"),
        ("papers/x.PDF", "papers/x.PDF"),
        ("isbn:0415170541", None),
        ("smith2019", None),
        ("", None),
    ],
)
def test_identify(text: str, identifier: str | None) -> None:
    found = identify(text)
    assert (str(found) if found else None) == identifier
