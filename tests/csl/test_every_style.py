"""All independent styles of the package format all CSL types without an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from octavo.bibliography import csl, styles
from octavo.bibliography.csl.printers import to_text
from octavo.bibliography.csl.records import Citation, CitationItem, CslItem

TYPES = (
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry",
    "entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing", "interview",
    "legal_case", "legislation", "manuscript", "map", "motion_picture", "musical_score", "pamphlet",
    "paper-conference", "patent", "performance", "periodical", "personal_communication", "post",
    "post-weblog", "regulation", "report", "review", "review-book", "software", "song", "speech",
    "standard", "thesis", "treaty", "webpage",
)  # fmt: skip
CHUNKS = 48


def item(n: int, kind: str) -> CslItem:
    """An item of a type with the variables that styles ask for."""
    entry: dict[str, Any] = {
        "id": kind,
        "type": kind,
        "title": f'Title {n} of a {kind}: the "quoted" <i>part</i>',
        "author": [
            {"family": f"Family{n}", "given": "Given Name"},
            {"family": "van der Berg", "given": "Jan"},
        ],
        "editor": [{"literal": "The Institute"}],
        "issued": {"date-parts": [[1990 + n % 20, n % 12 + 1, n % 28 + 1]]},
        "accessed": {"date-parts": [[2024, 1, 2]]},
        "container-title": "Container",
        "publisher": "Press",
        "publisher-place": "Place",
        "page": "10-20",
        "volume": str(n),
        "issue": "2",
        "number": "7",
        "genre": "Kind",
        "medium": "Film",
        "authority": "Court",
        "URL": f"https://example.org/{n}",
        "DOI": f"10.1/{n}",
    }
    return entry


ITEMS = {kind: item(n, kind) for n, kind in enumerate(TYPES)}


def independent() -> list[Path]:
    """The files of all independent styles."""
    return sorted(styles.style_folders()[0].glob("*.csl"))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_styles(chunk: int) -> None:
    faults: list[str] = []
    for path in independent()[chunk::CHUNKS]:
        found = styles.find_style(str(path))
        if found.value is None:
            faults.append(f"{path.stem}: {found.diagnostics[0]}")
            continue
        style = found.value
        citations = [
            Citation(id=kind, items=(CitationItem(id=kind),), note=n if style.in_note else 0)
            for n, kind in enumerate(ITEMS, 1)
        ]
        locale = styles.load_locale(style.default_locale or "en-US")
        done = csl.format(style, locale, ITEMS, citations)
        faults += [f"{path.stem}: empty entry {e.id}" for e in done.bibliography if _void(e.runs)]
        # A style may leave out what it has no rule for, but not without a word.
        missing = len(ITEMS) - len(done.bibliography) if style.bibliography is not None else 0
        missing += sum(_void(citation.runs) for citation in done.citations)
        if missing != len(done.warnings):
            faults.append(f"{path.stem}: {missing} left out, {len(done.warnings)} warnings")
    assert not faults


def _void(runs: Any) -> bool:
    return not any(char.isalnum() for char in to_text(runs))


def test_there_are_enough() -> None:
    assert len(independent()) > 2800
