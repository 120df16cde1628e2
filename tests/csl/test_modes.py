"""Ways of citing, the structure of results, and the printers, in styles people use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from octavo.bibliography import csl, styles
from octavo.bibliography.csl.printers import to_html, to_pandoc, to_text
from octavo.bibliography.csl.records import (
    Citation,
    CitationItem,
    Cited,
    CslItem,
    Formatted,
    Link,
    Run,
)

ITEMS: dict[str, CslItem] = {
    "doe": {
        "id": "doe",
        "type": "book",
        "title": "A Book",
        "author": [{"family": "Doe", "given": "Jane"}],
        "issued": {"date-parts": [[2001]]},
        "publisher": "Press",
        "DOI": "10.1/doe",
    },
    "doe-b": {
        "id": "doe-b",
        "type": "book",
        "title": "Book, Another",
        "author": [{"family": "Doe", "given": "Jane"}],
        "issued": {"date-parts": [[2001]]},
        "URL": "https://example.org/b",
    },
    "roe": {
        "id": "roe",
        "type": "article-journal",
        "title": "On <i>Things</i>",
        "container-title": "Journal",
        "author": [{"family": "Roe", "given": "Al"}, {"family": "Poe", "given": "Ed"}],
        "issued": {"date-parts": [[1999]]},
        "page": "12-34",
    },
}


def formatted(name: str, *clusters: str, lang: str = "en-US") -> Formatted:
    """Clusters in short: ``-key`` has no author, ``@key`` is in the text, ``!key`` the author."""
    style = styles.find_style(name).value
    assert style is not None
    modes = {"-": "suppress-author", "@": "in-text", "!": "author-only"}
    citations = [
        Citation(
            id=str(n),
            note=n if style.in_note else 0,
            items=tuple(
                CitationItem(
                    id=word.lstrip("-@!").partition("/")[0],
                    locator=word.partition("/")[2],
                    mode=modes.get(word[0], "normal"),  # type: ignore[arg-type]
                )
                for word in cluster.split()
            ),
        )
        for n, cluster in enumerate(clusters, 1)
    ]
    return csl.format(style, styles.load_locale(lang), ITEMS, citations)


CITED = [
    ("apa", "doe", "(Doe, 2001a)", ""),
    ("apa", "-doe", "(2001a)", ""),
    ("apa", "@doe/12", "Doe (2001a, p. 12)", ""),
    ("apa", "!doe", "Doe", ""),
    ("apa", "doe doe-b", "(Doe, 2001a, 2001b)", ""),
    ("apa", "roe/12-14", "(Roe & Poe, 1999, pp. 12–14)", ""),
    ("ieee", "doe", "[1]", ""),
    ("ieee", "@roe", "Roe and Poe [1]", ""),
    ("ieee", "!roe", "Roe and Poe", ""),
    ("nature", "doe doe-b roe", "1–3", ""),
    ("chicago-author-date", "@roe", "Roe and Poe (1999)", ""),
    (
        "chicago-notes-bibliography",
        "@doe",
        "A Book (Press, 2001), https://doi.org/10.1/doe.",
        "Jane Doe",
    ),
    ("din-1505-2-alphanumeric", "doe", "[Doe01a]", ""),
]


@pytest.mark.parametrize(("name", "cluster", "text", "in_text"), CITED)
def test_cites(name: str, cluster: str, text: str, in_text: str) -> None:
    citation = formatted(name, cluster).citations[0]
    assert to_text(citation.runs) == text
    assert to_text(citation.in_text) == in_text


def cited(runs: tuple[Run, ...]) -> Iterator[tuple[str, str]]:
    """The items of a citation and the text of each."""
    for run in runs:
        if isinstance(run, Cited):
            yield run.item, to_text(run.children)
        elif not isinstance(run, str):
            yield from cited(run.children)


def links(runs: tuple[Run, ...]) -> Iterator[tuple[str, str]]:
    """The addresses in runs, with their text."""
    for run in runs:
        if isinstance(run, Link):
            yield run.href, to_text(run.children)
        elif not isinstance(run, str):
            yield from links(run.children)


@pytest.mark.parametrize(
    ("name", "cluster", "spans"),
    [
        ("apa", "doe doe-b", [("doe", "Doe, 2001a"), ("doe-b", "2001b")]),
        ("apa", "@doe", [("doe", "Doe"), ("doe", "2001a")]),
        ("antiquity", "doe doe-b", [("doe", "Doe 2001a"), ("doe-b", "b")]),
        ("ieee", "doe roe", [("doe", "[1]"), ("roe", "[2]")]),
    ],
)
def test_each_cite_is_marked(name: str, cluster: str, spans: list[tuple[str, str]]) -> None:
    assert list(cited(formatted(name, cluster).citations[0].runs)) == spans


def test_entries_link_and_have_ids() -> None:
    done = formatted("apa", "doe")
    assert [entry.id for entry in done.bibliography] == ["doe", "doe-b", "roe"]
    assert list(links(done.bibliography[0].runs)) == [
        ("https://doi.org/10.1/doe", "https://doi.org/10.1/doe")
    ]
    assert list(links(done.bibliography[1].runs)) == [
        ("https://example.org/b", "https://example.org/b")
    ]


def test_notes_shorten() -> None:
    done = formatted("chicago-notes-bibliography", "doe/3", "doe/4", "roe", "doe")
    texts = [to_text(c.runs) for c in done.citations]
    assert done.in_note
    assert texts[0].startswith("Jane Doe, A Book")
    assert texts[1] == "Doe, A Book, 4."
    assert texts[3] == "Doe, A Book."


@pytest.mark.parametrize(
    ("lang", "words"), [("de-DE", "Roe und Poe"), ("fr-FR", "Roe et Poe"), ("xx", "Roe and Poe")]
)
def test_language(lang: str, words: str) -> None:
    done = formatted("chicago-author-date", "@roe", lang=lang)
    assert to_text(done.citations[0].runs).startswith(words)


def test_unknown_item_is_a_warning() -> None:
    done = formatted("apa", "nobody doe")
    assert to_text(done.citations[0].runs) == "(Doe, 2001a)"
    assert done.warnings == ("no item has the id 'nobody'",)
    assert formatted("apa", "nobody").citations[0].runs == ()


def test_printers() -> None:
    runs = formatted("chicago-author-date", "doe").bibliography[0].runs
    assert "<i>A Book</i>" in to_html(runs)
    assert '<a href="https://doi.org/10.1/doe">' in to_html(runs)
    assert "<a" not in to_html(runs, links=False)
    inlines = to_pandoc(runs)
    assert {
        "t": "Emph",
        "c": [{"t": "Str", "c": "A"}, {"t": "Space"}, {"t": "Str", "c": "Book"}],
    } in inlines
    cite = to_html(formatted("apa", "doe").citations[0].runs, entries="ref-")
    assert cite == '(<a href="#ref-doe">Doe, 2001a</a>)'


def test_flip_flop_for_pandoc() -> None:
    """Upright words in an italic title interrupt the emphasis, which pandoc cannot undo."""
    item: CslItem = {"id": "x", "type": "book", "title": "On <i>Emma</i> again"}
    style = styles.find_style("chicago-author-date").value
    assert style is not None
    done = csl.format(style, styles.load_locale("en-US"), {"x": item}, [])
    kinds = [inline["t"] for inline in to_pandoc(done.bibliography[0].runs)]
    assert kinds[:3] == ["Emph", "Str", "Emph"]
