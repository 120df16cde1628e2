"""Drafts: an essay as it stands in the editor, saved or not, woven by the page's own steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from octavo.essays import frontmatter, pipeline
from octavo.essays.lower import Lowered, lower
from octavo.essays.records import Document
from octavo.essays.source import Source
from octavo.essays.weave import weave
from octavo.lab.desk import Desk
from octavo.notebooks import pair
from octavo.notebooks.pair import Cell
from octavo.notebooks.records import Run
from octavo.publishing import context
from octavo.publishing.plan import Form
from octavo.records import Diagnostic, Outcome

MARK = "octavo-cell"
"""The format of the raw block that stands before each cell of a marked draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The text of an editor, and the cells it consists of."""

    source: Source
    cells: tuple[Cell, ...]


def read(desk: Desk, body: Mapping[str, Any]) -> Draft:
    """The draft that a request holds: ``path`` and either ``text`` or ``cells``.

    Raises :class:`octavo.lab.desk.OutsideError`, and ``ValueError`` for a body of another form.
    """
    path = desk.path(_string(body, "path"))
    if "cells" in body:
        cells = _cells(body["cells"])
        text = pair.to_text(_notebook(cells, body.get("kernel")))
        if path.suffix == ".ipynb" and path.with_suffix(".md").is_file():
            path = path.with_suffix(".md")
    else:
        text = _string(body, "text").replace("\r\n", "\n")
        cells = pair.cells_of(text)
    header = frontmatter.read(text, path)
    front = header.front
    if style := str(body.get("style") or ""):
        front = replace(front, csl=style)
    source = Source(
        slug=desk.slug(path),
        path=path,
        notebook=None,
        text=text,
        front=front,
        header_lines=header.lines,
    )
    return Draft(source=source, cells=cells)


def _string(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing")
    return value


def _cells(rows: object) -> tuple[Cell, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("cells is no list of cells")
    kinds = ("code", "markdown", "raw")
    return tuple(
        Cell(
            kind=row["kind"] if row.get("kind") in kinds else "raw",
            source=str(row.get("source", "")),
            tags=tuple(map(str, row.get("tags") or ())),
        )
        for row in rows
    )


def _notebook(cells: Sequence[Cell], kernel: object) -> Any:
    from nbformat import v4  # noqa: PLC0415 - 0.1 s

    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    nodes = [
        make[c.kind](c.source, metadata={"tags": list(c.tags)} if c.tags else {}) for c in cells
    ]
    spec = {"name": str(kernel or "python3"), "display_name": "", "language": "python"}
    return v4.new_notebook(cells=nodes, metadata={"kernelspec": spec})


def run(desk: Desk, draft: Draft) -> Run:
    """The kept run of a draft's code, or an empty one: a preview never runs code."""
    asked = pipeline.plan(draft.source) if draft.source.has_code else None
    empty = tuple(() for _ in draft.cells)
    nothing = Run(digest="", outputs=empty, values=empty)
    if asked is None:
        return nothing
    kept = pipeline.obtain(asked, desk.workspace.cache / "runs", execute=False)
    fits = not isinstance(kept, Diagnostic) and len(kept.outputs) == len(draft.cells)
    return kept if fits and isinstance(kept, Run) else nothing


def lowered(desk: Desk, draft: Draft, *, marked: bool = False) -> Lowered:
    """One Markdown text; ``marked`` puts a raw block with its number before each cell."""
    cells = draft.cells
    if marked:
        cells = tuple(
            replace(cell, source=f"```{{={MARK}}}\n{number}\n```\n\n{cell.source}")
            if cell.kind == "markdown"
            else cell
            for number, cell in enumerate(cells)
        )
    return lower(cells, run(desk, draft))


def woven(
    desk: Desk, draft: Draft, form: Form = "html", *, marked: bool = False
) -> Outcome[Document]:
    """The draft as a document, by the same steps as a build but without running code."""
    station = desk.station()
    found = context.of(desk.workspace, station.survey.names, draft.source, form)
    document = weave(draft.source, lowered(desk, draft, marked=marked), found.value)
    return Outcome(value=document.value, diagnostics=(*found.diagnostics, *document.diagnostics))
