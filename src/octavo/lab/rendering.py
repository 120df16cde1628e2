"""Cells as the page will show them: the whole essay is woven, then cut into its cells again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from octavo.essays.records import Document
from octavo.lab import drafts
from octavo.lab.desk import Desk
from octavo.lab.drafts import Draft
from octavo.pandoc import ast, worker
from octavo.pandoc.ast import Element

_CUT = re.compile(r"<!--octavo:cell:(\d*)-->")
_NOTES = re.compile(r'<(section|aside)[^>]*id="footnotes".*\Z', re.DOTALL)
_NOTE = re.compile(r'<li[^>]*id="fn(\d+)".*?</li>', re.DOTALL)
_NOTE_MARK = re.compile(r'href="#fn(\d+)"')
_REFS = re.compile(r":::+\s*\{?[^}\n]*#refs")
_OPTIONS = {"html_math_method": "mathjax", "wrap_text": "wrap-none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The HTML of the Markdown cells by their number; those that can't be cut out are missing."""

    cells: dict[int, str]
    diagnostics: tuple[Any, ...] = ()


def render(desk: Desk, draft: Draft) -> Rendered:
    """The HTML of each Markdown cell of a draft, citations, notes and references included."""
    outcome = drafts.woven(desk, draft, marked=True)
    return Rendered(cells=dict(_cut(outcome.value, draft)), diagnostics=outcome.diagnostics)


def _cut(document: Document, draft: Draft) -> Iterator[tuple[int, str]]:
    blocks = document.tree["blocks"]
    asks = any(c.kind == "markdown" and _REFS.search(c.source) for c in draft.cells)
    kept = blocks if asks else _without_references(blocks)
    spanning = _spanning(kept)
    tree = {**document.tree, "blocks": [part for block in kept for part in _marked(block)]}
    html = worker.shared().write(tree, "html5", options=_OPTIONS)
    listed = _NOTES.search(html)
    notes = {m.group(1): m.group() for m in _NOTE.finditer(listed.group() if listed else "")}
    pieces = _CUT.split(html[: listed.start()] if listed else html)
    for number, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if number and int(number) not in spanning:
            yield int(number), piece.strip() + _own_notes(piece, notes)


def _own_notes(html: str, notes: dict[str, str]) -> str:
    """The notes that a cell calls, below it."""
    called = [n for n in dict.fromkeys(_NOTE_MARK.findall(html)) if n in notes]
    if not called:
        return ""
    items = "".join(re.sub(r"<li[^>]*>", f'<li value="{n}">', notes[n], count=1) for n in called)
    return f'<ol class="octavo-notes">{items}</ol>'


def _without_references(blocks: list[Element]) -> list[Element]:
    """The blocks without the list that stands at the page's end when the essay asks for none."""
    if blocks and blocks[-1]["t"] == "Div" and blocks[-1]["c"][0][0] == "refs":
        headed = len(blocks) > 1 and blocks[-2]["t"] == "Header"
        return blocks[: -2 if headed else -1]
    return blocks


def _marked(block: Element) -> Iterator[Element]:
    if _number(block) is not None:
        yield {"t": "RawBlock", "c": ["html", f"<!--octavo:cell:{_number(block)}-->"]}
    elif _is_code_cell(block):
        # what a code cell shows is JupyterLab's own; the prose before it ends here
        yield {"t": "RawBlock", "c": ["html", "<!--octavo:cell:-->"]}
    else:
        yield block


def _number(block: Element) -> str | None:
    if block["t"] == "RawBlock" and block["c"][0] == drafts.MARK:
        return str(int(block["c"][1]))
    return None


def _is_code_cell(block: Element) -> bool:
    return block["t"] == "Div" and "cell" in block["c"][0][1]


def _spanning(blocks: list[Element]) -> set[int]:
    """The cells that begin inside a division of an earlier cell, and those that open one."""
    found: set[int] = set()
    current: int | None = None
    for block in blocks:
        if (number := _number(block)) is not None:
            current = int(number)
            continue
        inner = [int(n) for e in ast.walk([block], frozenset({"RawBlock"})) if (n := _number(e))]
        if inner:
            found.update(inner)
            found.update(() if current is None else (current,))
    return found
