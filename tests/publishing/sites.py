"""A small site for the tests: one real essay among the cards of others."""

from __future__ import annotations

import datetime
import posixpath
from pathlib import Path

from tests.publishing import samples

from octavo.essays.records import FrontMatter
from octavo.pandoc import worker
from octavo.publishing.page import write_page
from octavo.publishing.paper import write_paper
from octavo.publishing.records import Card, Masthead, Page, Site
from octavo.publishing.site import site_files, surroundings

HEAD = Masthead(
    title="The Octavo Papers",
    description="Essays on reading & writing.",
    author="Ada Example",
    lang="en-GB",
    license="CC BY 4.0",
    url="https://example.org/papers",
)
SERIES = "On the page"
date = datetime.date


def site(head: Masthead = HEAD) -> Site:
    """Six essays: three in a series, one of them real; one German; one undated; one draft."""
    margins = samples.document()
    return Site(
        masthead=head,
        cards=(
            card("margins", margins.front, margins.words, links=("folding",)),
            Card(slug="folding", title="Folding", date=date(2026, 1, 12), series=SERIES, part=1,
                 tags=("typography",), lang="en-GB", links=("margins", "margins", "folding")),
            Card(slug="indexes", title="In praise of <indexes>", date=date(2026, 5, 2), part=3,
                 series=SERIES, lang="en-GB", links=("margins",), follows="margins"),
            Card(slug="deep/er", title="Der Zettelkasten", date=date(2024, 9, 30), lang="de"),
            Card(slug="undated", title="Undated", lang="en-GB", tags=("Typography", "C++")),
            Card(slug="draft", title="A draft", date=date(2026, 6, 1), lang="en-GB",
                 status="draft"),
        ),
    )  # fmt: skip


def page(head: Masthead = HEAD) -> Page:
    """The page of the real essay."""
    return write_page(samples.document(), surroundings(site(head))["margins"], worker.shared())


def publish(folder: Path, head: Masthead = HEAD) -> None:
    """The whole site, written to disk; cards without an essay get a copy of the real one."""
    made = page(head)
    files = site_files(site(head), {"margins": made.body})
    for other in site(head).cards:
        files[f"{other.slug}/index.html"] = made.html.encode()
    for item in samples.document().media:
        files[f"margins/{item.name}"] = item.data or (item.path and item.path.read_bytes()) or b""
    paper = write_paper(samples.document(page=False), head, worker.shared())
    files["margins/margins.pdf"] = paper.value.pdf
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def card(
    slug: str, front: FrontMatter, words: int, *, follows: str = "", links: tuple[str, ...] = ()
) -> Card:
    """The card of an essay; ``follows`` and ``links`` are slugs that the site has."""
    return Card(
        slug=slug,
        title=front.title or posixpath.basename(slug),
        subtitle=front.subtitle,
        date=front.date,
        updated=front.updated,
        authors=tuple(author.name for author in front.authors),
        lang=front.lang,
        summary=front.summary,
        tags=front.tags,
        series=front.series,
        part=front.part,
        status=front.status,
        has_paper="paper" in front.publish,
        words=words,
        follows=follows,
        links=links,
    )
