"""The records of an essay: its front matter, and the woven document that publishing writes."""

from __future__ import annotations

from dataclasses import dataclass, field
import datetime
from pathlib import Path
from typing import Literal

from octavo.bibliography.records import CitedPlace
from octavo.pandoc.worker import Ast

Form = Literal["blog", "paper"]
Status = Literal["draft", "published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote it; ``orcid`` is the bare identifier (0000-0002-1825-0097)."""

    name: str
    orcid: str = ""
    affiliation: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSettings:
    """How the paper is set: ``size`` is a Typst paper name, ``numbered`` numbers its sections."""

    size: str = "a4"
    numbered: bool = True
    columns: int = 1
    contents: bool = False
    font_size: str = "10.5pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What an essay says of itself in its YAML header (DESIGN §4)."""

    title: str = ""
    subtitle: str = ""
    date: datetime.date | None = None
    updated: datetime.date | None = None
    authors: tuple[Author, ...] = ()
    lang: str = "en-US"
    summary: str = ""
    tags: tuple[str, ...] = ()
    series: str = ""
    part: int | None = None
    status: Status = "published"
    follows: str = ""
    aliases: tuple[str, ...] = ()
    license: str = ""
    bibliography: tuple[str, ...] = ()
    csl: str = ""
    nocite: tuple[str, ...] = ()
    publish: tuple[Form, ...] = ("blog",)
    paper: PaperSettings = field(default_factory=PaperSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A line of the table of contents; ``number`` is "2.1", or "" where it has none."""

    id: str
    level: int
    number: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that goes with the page: ``name`` is its address relative to the page.

    ``data`` is what a cell drew; a writer's own picture is named by ``path`` instead.
    """

    name: str
    data: bytes = b""
    path: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A woven essay: cited, cross-referenced, ready for any writer.

    ``tree`` is pandoc's. Its conventions, which the page and the paper style:

    * a citation is ``Span.citation`` with id ``cite-N``, its links lead to ``#ref-CITEKEY``;
    * the references are ``Div#refs`` of ``Div.csl-entry#ref-CITEKEY``, each ending in
      ``Span.backlinks`` of links to the places where it is cited (only for the page);
    * an executed cell is ``Div.cell`` holding ``CodeBlock.cell-code`` (attribute ``code-fold``:
      ``true``, ``show`` or absent; ``code-summary``) and ``Div.cell-output`` (``.stream``,
      ``.error``, ``.display``);
    * a callout is ``Div.callout.callout-note`` (tip, warning, important, caution), attribute
      ``title``;
    * a numbered figure, table or equation has its id (``fig-x``, ``tbl-x``, ``eq-x``); a caption
      starts with ``Span.caption-label`` ("Figure 1"), an equation is ``Span.equation`` with
      attribute ``number``; a cross-reference is a ``Link.cross-reference``;
    * a wiki link is ``Link.wikilink`` with a relative address that works in the site.
    """

    slug: str
    front: FrontMatter
    tree: Ast
    outline: tuple[Heading, ...] = ()
    media: tuple[Media, ...] = ()
    cited: tuple[str, ...] = ()
    places: tuple[CitedPlace, ...] = ()
    words: int = 0
    hanging_indent: bool = True
