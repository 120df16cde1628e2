"""Cells as the page will show them: the whole essay is woven, then cut into its cells again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from octavo.essays.records import Document
from octavo.lab import drafts
from octavo.lab.desk import Desk
from octavo.lab.drafts import Draft
from octavo.pandoc import ast, worker
from octavo.pandoc.ast import Element
from octavo.publishing import dress
from octavo.publishing.words import words
from octavo.records import Diagnostic

_CUT = "<!--octavo:cell-->"
_OPTIONS = {"html_math_method": "mathjax", "wrap_text": "wrap-none"}
_NOTE = b'{"t":"Note"'
_REFS = re.compile(r":::+\s*\{?[^}\n]*#refs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The HTML of the Markdown cells by their number."""

    cells: Mapping[int, str]
    diagnostics: tuple[Diagnostic, ...] = ()


def render(desk: Desk, draft: Draft) -> Rendered:
    """The HTML of each Markdown cell of a draft, citations, notes and references included."""
    outcome = drafts.woven(desk, draft, marked=True)
    parts = cut(_shown(outcome.value, draft))
    return Rendered(cells=_written(parts, outcome.value), diagnostics=outcome.diagnostics)


def _shown(document: Document, draft: Draft) -> list[Element]:
    """The blocks without the list that stands at the page's end when the essay asks for none."""
    blocks: list[Element] = document.tree["blocks"]
    if any(cell.kind == "markdown" and _REFS.search(cell.source) for cell in draft.cells):
        return blocks
    if blocks and blocks[-1]["t"] == "Div" and blocks[-1]["c"][0][0] == "refs":
        headed = len(blocks) > 1 and blocks[-2]["t"] == "Header"
        return blocks[: -2 if headed else -1]
    return blocks


def cut(blocks: Iterable[Element]) -> dict[int, list[Element]]:
    """The blocks of each Markdown cell by its number.

    A division that begins in one cell and ends in another becomes a division in each of them.
    """
    cells: dict[int, list[Element]] = {}
    current = None
    for number, block in _pieces(blocks):
        if block is None:
            current = number
            if number is not None:
                cells.setdefault(number, [])
        elif current is not None:
            cells[current].append(block)
    return cells


def _pieces(blocks: Iterable[Element]) -> Iterator[tuple[int | None, Element | None]]:
    """Blocks, and at each border of a cell its number; what code shows is JupyterLab's own."""
    for block in blocks:
        if (number := _number(block)) is not None:
            yield number, None
        elif _is_code_cell(block):
            yield None, None
        elif block["t"] == "Div" and _holds_cells(block):
            yield from _divided(block)
        else:
            yield None, block


def _divided(block: Element) -> Iterator[tuple[int | None, Element | None]]:
    attrs, children = block["c"]
    kept: list[Element] = []
    for number, child in _pieces(children):
        if child is not None:
            kept.append(child)
            continue
        if kept:
            yield None, ast.div(kept, attrs)
            attrs, kept = ["", *attrs[1:]], []
        yield number, None
    if kept:
        yield None, ast.div(kept, attrs)


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


def _written(parts: Mapping[int, list[Element]], document: Document) -> dict[int, str]:
    """The HTML of each cell; pandoc is given only the cells that changed."""
    cells = dict(zip(parts, _counted(parts.values()), strict=True))
    html = {number: _kept[cell] for number, cell in cells.items() if cell in _kept}
    fresh = [number for number in cells if number not in html]
    if fresh:
        html |= zip(fresh, _html([cells[number] for number in fresh], document), strict=True)
    _kept.update((cell, html[number]) for number, cell in cells.items())
    while len(_kept) > _MOST:
        del _kept[next(iter(_kept))]
    return html


class _Cell(NamedTuple):
    """A cell's blocks as pandoc's JSON, and how many notes the cells before it have."""

    blocks: bytes
    before: int


_kept: dict[_Cell, str] = {}
_MOST = 3000
"""Cells whose HTML is remembered: those of some long essays."""


def _counted(cells: Iterable[list[Element]]) -> Iterator[_Cell]:
    count = 0
    for blocks in cells:
        cell = _Cell(worker.encode({"blocks": blocks}), count)
        count += cell.blocks.count(_NOTE)
        yield cell


def _html(cells: Iterable[_Cell], document: Document) -> list[str]:
    """The HTML of some cells, written together."""
    dresser = dress.Dresser(words(document.front.lang), shift=0)
    border = {"t": "RawBlock", "c": ["html", _CUT]}
    joined = [part for cell in cells for part in (*dresser.blocks(_with_notes(cell)), border)]
    tree = {**document.tree, "blocks": joined}
    html = worker.shared().write(tree, "html5", options=_OPTIONS)
    return [piece.strip() for piece in html.split(_CUT)[:-1]]


def _with_notes(cell: _Cell) -> list[Element]:
    """A cell's blocks with its notes below them, numbered on from the cells before."""
    blocks: list[Element] = json.loads(cell.blocks)["blocks"]
    notes: list[list[Element]] = []
    for note in ast.walk(blocks, frozenset({"Note"})):
        notes.append(note["c"])
        number = cell.before + len(notes)
        mark = [{"t": "Superscript", "c": ast.string(str(number))}]
        attrs = ast.attr(f"fnref{number}", ["footnote-ref"], role="doc-noteref")
        ast.become(note, ast.link(mark, f"#fn{number}", attrs))
    if not notes:
        return blocks
    style = [cell.before + 1, {"t": "Decimal"}, {"t": "Period"}]
    listed = {"t": "OrderedList", "c": [style, notes]}
    return [*blocks, ast.div([listed], ast.attr("", ["octavo-notes"]))]
