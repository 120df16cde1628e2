"""Manuscripts: the forms that journals, editors and other programs ask for, written by pandoc."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from octavo.essays.figures import far_pictures_as_links
from octavo.essays.records import Document, Media
from octavo.files import write_atomically
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Worker, encode
from octavo.publishing import metadata
from octavo.publishing.records import Masthead


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """A form: pandoc's name of the writer, the suffix of the file, what is asked of the writer.

    ``media`` says that pictures stay files of their own beside it, ``embeds`` that it has to have
    them: of one that is elsewhere on the net it has a link, for nothing is fetched.
    """

    writer: str
    suffix: str
    media: bool = False
    embeds: bool = False
    options: tuple[tuple[str, Any], ...] = ()


FORMS: dict[str, Manuscript] = {
    "docx": Manuscript(writer="docx", suffix=".docx", embeds=True),
    "latex": Manuscript(writer="latex", suffix=".tex", media=True, embeds=True),
    "epub": Manuscript(
        writer="epub3", suffix=".epub", embeds=True, options=(("html_math_method", "mathml"),)
    ),
    "jats": Manuscript(writer="jats_publishing", suffix=".xml", media=True),
    "text": Manuscript(writer="plain", suffix=".txt"),
}


def write_manuscript(document: Document, form: str, site: Masthead, worker: Worker) -> bytes:
    """A document in one of :data:`FORMS`.

    Raises :class:`octavo.pandoc.worker.PandocError` where pandoc refuses the tree.
    """
    wanted = FORMS[form]
    tree = {**document.tree, "meta": _meta(document, site)}
    ast.rewrite(tree["blocks"], _plainer)
    if wanted.embeds:
        ast.rewrite(tree["blocks"], far_pictures_as_links)
    options = {"number_sections": document.front.paper.numbered, **dict(wanted.options)}
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        _lay_out(document.media, Path(folder))
        return worker.convert(
            encode(tree),
            source="json",
            target=wanted.writer,
            options=options,
            standalone=True,
            folder=folder,
        )


def _lay_out(media: tuple[Media, ...], folder: Path) -> None:
    for item in media:
        data = item.data if item.path is None else item.path.read_bytes()
        write_atomically(folder / item.name, data)


def _meta(document: Document, site: Masthead) -> dict[str, Any]:
    front = document.front
    texts = {
        "title": front.title or document.slug,
        "subtitle": front.subtitle,
        "date": front.date.isoformat() if front.date else "",
        "abstract": front.summary,
        "lang": front.lang,
    }
    meta: dict[str, Any] = {key: _inlines(text) for key, text in texts.items() if text}
    meta["author"] = _list([author.name for author in metadata.authors(document, site)])
    if front.tags:
        meta["keywords"] = _list(list(front.tags))
    return meta


def _inlines(text: str) -> dict[str, Any]:
    return {"t": "MetaInlines", "c": ast.string(text)}


def _list(texts: list[str]) -> dict[str, Any]:
    return {"t": "MetaList", "c": [_inlines(text) for text in texts]}


def _plainer(element: Element) -> list[Element] | None:
    """What only a page can show is said in words: titles of callouts, numbers of equations."""
    if element["t"] == "Div" and "callout" in element["c"][0][1]:
        title = ast.get(element["c"][0], "title")
        if title:
            element["c"][1].insert(0, ast.para([{"t": "Strong", "c": ast.string(title)}]))
        return [{"t": "BlockQuote", "c": element["c"][1]}]
    if element["t"] == "Span" and "equation" in element["c"][0][1]:
        number = ast.get(element["c"][0], "number")
        element["c"][1].append({"t": "Str", "c": f"\N{NO-BREAK SPACE}({number})"})
    return None
