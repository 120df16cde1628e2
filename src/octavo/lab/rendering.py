"""Cells as the page will show them: the whole essay is woven, then cut into its cells again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from octavo.essays.records import Document
from octavo.lab import drafts
from octavo.lab.desk import Desk
from octavo.lab.drafts import Draft
from octavo.pandoc import ast, worker
from octavo.pandoc.ast import Element
from octavo.publishing import dress
from octavo.publishing.words import words

_CUT = "<!--octavo:cell-->"
_OPTIONS = {"html_math_method": "mathjax", "wrap_text": "wrap-none"}
_REFS = re.compile(r":::+\s*\{?[^}\n]*#refs")


def render(desk: Desk, draft: Draft) -> dict[int, str]:
    """The HTML of each Markdown cell of a draft, citations, notes and references included."""
    document = drafts.woven(desk, draft, marked=True).value
    return _written(cut(_shown(document, draft)), document)


def _shown(document: Document, draft: Draft) -> list[Element]:
    """The blocks without the list that stands at the page's end when the essay asks for none."""
    blocks: list[Element] = document.tree["blocks"]
    if any(cell.kind == "markdown" and _REFS.search(cell.source) for cell in draft.cells):
        return blocks
    if blocks and blocks[-1]["t"] == "Div" and blocks[-1]["c"][0][0] == "refs":
        headed = len(blocks) > 1 and blocks[-2]["t"] == "Header"
        return blocks[: -2 if headed else -1]
    return blocks


@dataclass(frozen=True, slots=True)
class Part:
    """The blocks of a Markdown cell, and how many notes the code before it shows."""

    blocks: list[Element]
    before: int


def cut(blocks: Iterable[Element]) -> dict[int, Part]:
    """The part of each Markdown cell, by its number; what code shows is JupyterLab's own.

    A division that begins in one cell and ends in another becomes a division in each of them.
    """
    cells: dict[int, Part] = {}
    current: Part | None = None
    notes = 0
    for piece in _pieces(blocks):
        if isinstance(piece, int):
            current = cells.setdefault(piece, Part([], notes))
        elif _is_code_cell(piece):
            current = None
            notes += len(ast.walk(piece, frozenset({"Note"})))
        elif current is not None:
            current.blocks.append(piece)
    return cells


def _pieces(blocks: Iterable[Element]) -> Iterator[int | Element]:
    """Blocks, cells of code among them, and before each Markdown cell its number."""
    for block in blocks:
        if (number := _number(block)) is not None:
            yield number
        elif block["t"] == "Div" and not _is_code_cell(block) and _holds_cells(block):
            yield from _divided(block)
        else:
            yield block


def _divided(block: Element) -> Iterator[int | Element]:
    attrs, children = block["c"]
    kept: list[Element] = []
    for piece in _pieces(children):
        if not isinstance(piece, int) and not _is_code_cell(piece):
            kept.append(piece)
            continue
        if kept:
            yield ast.div(kept, attrs)
            attrs, kept = ["", *attrs[1:]], []
        yield piece
    if kept:
        yield ast.div(kept, attrs)


def _holds_cells(block: Element) -> bool:
    return any(
        _number(inner) is not None or _is_code_cell(inner)
        for inner in ast.walk(block["c"][1], frozenset({"RawBlock", "Div"}))
    )


def _number(block: Element) -> int | None:
    if block["t"] == "RawBlock" and block["c"][0] == drafts.MARK:
        return int(block["c"][1])
    return None


def _is_code_cell(block: Element) -> bool:
    return block["t"] == "Div" and "cell" in block["c"][0][1]


def _written(parts: Mapping[int, Part], document: Document) -> dict[int, str]:
    """The HTML of each cell; pandoc is given only the cells that changed."""
    # In the order of the essay: a heading's level is that of the headings before it.
    dresser = dress.Dresser(words(document.front.lang), shift=0)
    dressed = {number: dresser.blocks(part.blocks) for number, part in parts.items()}
    cells = {number: _plain_ids(worker.encode({"blocks": b})) for number, b in dressed.items()}
    html = {number: _kept[cell] for number, cell in cells.items() if cell in _kept}
    fresh = [number for number in cells if number not in html]
    if fresh:
        html |= zip(fresh, _html([cells[number] for number in fresh], document), strict=True)
    _kept.update((cell, html[number]) for number, cell in cells.items())
    while len(_kept) > _MOST:
        del _kept[next(iter(_kept))]
    return dict(_numbered({number: (html[number], part.before) for number, part in parts.items()}))


_kept: dict[bytes, str] = {}
_MOST = 3000
"""Cells whose HTML is remembered, by their blocks: those of some long essays."""


def _plain_ids(blocks: bytes) -> bytes:
    """Blocks without the numbers of citations: one more would make every later cell another."""
    return re.sub(rb'\["cite-\d+",\["citation', b'["",["citation', blocks)


def _html(cells: Iterable[bytes], document: Document) -> list[str]:
    """The HTML of some cells, written together; their notes have numbers to be."""
    border = {"t": "RawBlock", "c": ["html", _CUT]}
    joined = [part for cell in cells for part in (*_with_notes(cell), border)]
    tree = {**document.tree, "blocks": joined}
    html = worker.shared().write(tree, "html5", options=_OPTIONS)
    return [piece.strip() for piece in html.split(_CUT)[:-1]]


def _with_notes(cell: bytes) -> list[Element]:
    """A cell's blocks with its notes below them."""
    blocks: list[Element] = json.loads(cell)["blocks"]
    listed: list[Element] = []
    for count, note in enumerate(ast.walk(blocks, frozenset({"Note"})), start=1):
        number = f"{_TO_BE[0]}{count}{_TO_BE[1]}"
        listed += [_raw(f'<li value="{number}">'), *note["c"], _raw("</li>")]
        mark = (
            f'<a href="#fn{number}" class="footnote-ref" role="doc-noteref"><sup>{number}</sup></a>'
        )
        ast.become(note, {"t": "RawInline", "c": ["html", mark]})
    if not listed:
        return blocks
    return [*blocks, _raw('<ol class="octavo-notes">'), *listed, _raw("</ol>")]


def _raw(html: str) -> Element:
    return {"t": "RawBlock", "c": ["html", html]}


_TO_BE = "\ue000\ue001"
_NUMBER = re.compile(f"{_TO_BE[0]}(\\d+){_TO_BE[1]}")


def _numbered(cells: Mapping[int, tuple[str, int]]) -> Iterator[tuple[int, str]]:
    """Cells with the numbers that their notes have in the essay, those that code shows counted."""
    above = 0
    for number, (html, before) in cells.items():
        counts = [int(count) for count in _NUMBER.findall(html)]
        yield number, _NUMBER.sub(partial(_later, above + before), html) if counts else html
        above += max(counts, default=0)


def _later(before: int, match: re.Match[str]) -> str:
    return str(before + int(match[1]))
