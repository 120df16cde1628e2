"""What goes into the processor and what comes out of it.

The input follows citeproc's shape (style, locale, items, citations); the output is structured
text, so that a page can link each name-year to its entry and each entry back to its places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

CslItem: TypeAlias = Mapping[str, Any]
"""A CSL-JSON item (CSL 1.0.2, appendix IV), keyed by its variables, with ``id`` and ``type``."""

Formatting = Literal[
    "italic",
    "bold",
    "small-caps",
    "superscript",
    "subscript",
    "underline",
    "no-case",
    # Flip-flop: a part inside italic text that is upright again, and so on.
    "no-italic",
    "no-bold",
    "no-small-caps",
    "no-underline",
    "baseline",
]
Display = Literal["block", "left-margin", "right-inline", "indent"]
Position = Literal["first", "subsequent", "ibid", "ibid-with-locator"]
CiteMode = Literal["normal", "suppress-author", "author-only", "in-text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Styled:
    """Text in one typographic manner."""

    formatting: Formatting
    children: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Text that leads to an address: a DOI or a URL."""

    href: str
    children: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """The part of a citation that stands for one item, so that it can link to its entry."""

    item: str
    children: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a bibliography entry with CSL's ``display`` attribute or second-field-align."""

    display: Display
    children: tuple[Run, ...]


Run: TypeAlias = "str | Styled | Link | Cited | Block"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationItem:
    """One item of a citation cluster.

    ``label`` is a CSL locator term (``page``, ``chapter``, ``section`` ...). ``prefix`` and
    ``suffix`` are the writer's own words, already structured. ``position`` and ``near_note`` are
    what
    the processor finds out by itself unless the caller knows better (a preview of a single cite).
    """

    id: str
    prefix: tuple[Run, ...] = ()
    suffix: tuple[Run, ...] = ()
    locator: str = ""
    label: str = "page"
    mode: CiteMode = "normal"
    position: Position | None = None
    near_note: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation cluster: the items cited at one place.

    ``note`` is the number of the note that holds it, 0 when it stands in the text.
    """

    id: str
    items: tuple[CitationItem, ...]
    note: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormattedCitation:
    """A citation cluster as the style prints it, one :class:`Cited` run for each item.

    ``in_text`` is what a narrative citation of a note style leaves in the running text (the
    author's name), while ``runs`` go into the note.
    """

    id: str
    runs: tuple[Run, ...]
    in_text: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the bibliography; ``id`` is the citekey of its item."""

    id: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """Everything the processor says about one document.

    ``in_note`` is true for note styles, whose citations belong in footnotes;
    ``hanging_indent``, ``line_spacing`` and ``entry_spacing`` come from ``cs:bibliography``.
    """

    citations: tuple[FormattedCitation, ...]
    bibliography: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
    in_note: bool = False
    hanging_indent: bool = False
    second_field_align: Literal["", "flush", "margin"] = ""
    line_spacing: int = 1
    entry_spacing: int = 1
