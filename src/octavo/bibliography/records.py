"""What the library speaks in: entries with their place, hits of a search, places of citation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from octavo.records import Span

FileKind = Literal["biblatex", "bibtex", "csljson", "cslyaml"]
"""How a bibliography file is written; the names are pandoc's, but for ``cslyaml``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """One entry as its file has it.

    ``raw`` is the entry's text, byte for byte; ``parents`` the keys that ``crossref`` and
    ``xdata`` name; ``macros`` the ``@string`` names that its values use.
    """

    number: int
    key: str
    type: str
    span: Span
    raw: str
    kind: FileKind
    parents: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry that a search found, with what a list of results shows."""

    key: str
    type: str
    author: str
    year: str
    title: str
    container: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPlace:
    """A place where an essay cites an entry: the sentence, and the locator in it."""

    key: str
    essay: Path
    line: int
    section: str = ""
    sentence: str = ""
    locator: str = ""
    label: str = "page"


def file_kind(path: Path) -> FileKind:
    """How a file is written, by its suffix, as pandoc decides it.

    >>> file_kind(Path("refs.bib")), file_kind(Path("refs.json"))
    ('biblatex', 'csljson')
    """
    kinds: dict[str, FileKind] = {
        ".bibtex": "bibtex",
        ".json": "csljson",
        ".yaml": "cslyaml",
        ".yml": "cslyaml",
    }
    return kinds.get(path.suffix.lower(), "biblatex")
