"""Drafts: an essay as it stands in the editor, saved or not, woven by the page's own steps."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from octavo.bibliography.records import CitedPlace
from octavo.essays import pipeline
from octavo.essays.lower import Lowered, lower, lower_text
from octavo.essays.records import Document
from octavo.essays.source import Source, of_text, read_pair
from octavo.essays.weave import Context, weave
from octavo.lab import parsing
from octavo.lab.desk import Desk
from octavo.notebooks import inline, pair
from octavo.notebooks.pair import Cell
from octavo.notebooks.records import Output, Run
from octavo.publishing import context
from octavo.publishing.plan import Form
from octavo.records import Diagnostic, Outcome

MARK = "octavo-cell"
"""The format of the raw block that stands before each cell of a marked draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The text of an editor, and the cells it consists of.

    ``faults`` are those of its header. ``outputs`` and ``values`` are what the notebook shows of
    each cell now: its outputs, and the values of its inline expressions.
    """

    source: Source
    faults: tuple[Diagnostic, ...]
    cells: tuple[Cell, ...]
    outputs: tuple[tuple[Output, ...], ...]
    values: tuple[tuple[str, ...], ...]


def read(desk: Desk, body: Mapping[str, Any]) -> Draft:
    """The draft that a request holds: ``path`` and either ``text`` or ``cells``.

    Raises :class:`octavo.lab.desk.OutsideError`, and ``ValueError`` for a body of another form.
    """
    path = desk.path(_string(body, "path"))
    rows: list[Mapping[str, Any]] = []
    if "cells" in body:
        rows = _rows(body["cells"])
        cells = tuple(map(_cell, rows))
        text = pair.to_text(notebook_of(cells, str(body.get("kernel") or "python3")))
        if path.suffix == ".ipynb" and path.with_suffix(".md").is_file():
            path = path.with_suffix(".md")
    else:
        text = _string(body, "text").replace("\r\n", "\n")
        cells = pair.cells_of(text)
    read = of_text(desk.slug(path), path, text)
    source = read.value
    if style := str(body.get("style") or ""):
        source = replace(source, front=replace(source.front, csl=style))
    return Draft(
        source=source,
        faults=read.diagnostics,
        cells=cells,
        outputs=tuple(_outputs(row) for row in rows) or tuple(() for _ in cells),
        values=tuple(_values(row) for row in rows) or tuple(() for _ in cells),
    )


def _string(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing")
    return value


def _rows(rows: object) -> list[Mapping[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("cells is no list of cells")
    return rows


def _cell(row: Mapping[str, Any]) -> Cell:
    kinds = ("code", "markdown", "raw")
    return Cell(
        kind=row["kind"] if row.get("kind") in kinds else "raw",
        source=str(row.get("source", "")),
        tags=tuple(map(str, row.get("tags") or ())),
    )


def _outputs(row: Mapping[str, Any]) -> tuple[Output, ...]:
    given = row.get("outputs")
    return shown_outputs(given) if row.get("kind") == "code" and isinstance(given, list) else ()


def shown_outputs(outputs: Iterable[Any]) -> tuple[Output, ...]:
    """Results among a cell's outputs; an error is none, for a build stops there."""
    return tuple(
        {key: output[key] for key in _RESULT if key in output} | {"output_type": kind}
        for output in outputs
        if isinstance(output, Mapping) and (kind := _KINDS.get(output.get("output_type", "")))
    )


_RESULT = ("name", "text", "data", "metadata")
_KINDS = {
    "stream": "stream",
    "display_data": "display_data",
    "execute_result": "display_data",
}


def _values(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row.get("values")
    return tuple(map(str, given)) if isinstance(given, list) else ()


def notebook_of(cells: Sequence[Cell], kernel: str = "python3") -> Any:
    """A notebook node of cells, without outputs and unchecked: an editor may hold anything."""
    from nbformat import from_dict  # noqa: PLC0415 - 0.1 s

    spec = {"name": kernel, "display_name": "", "language": "python"}
    nodes: list[dict[str, Any]] = [
        {
            "id": str(number),
            "cell_type": cell.kind,
            "source": cell.source,
            "metadata": {"tags": list(cell.tags)} if cell.tags else {},
            **({"outputs": [], "execution_count": None} if cell.kind == "code" else {}),
        }
        for number, cell in enumerate(cells)
    ]
    metadata = {"kernelspec": spec}
    return from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": nodes})


def run(desk: Desk, draft: Draft) -> Run:
    """The kept run of a draft's code, else what its notebook shows; a preview runs no code."""
    shown = Run(digest="", outputs=draft.outputs, values=draft.values)
    if not draft.source.has_code:
        return shown
    asked = pipeline.plan(draft.source)
    kept = pipeline.obtain(asked, desk.workspace.cache / "runs", execute=False)
    if isinstance(kept, Diagnostic) or len(kept.outputs) != len(draft.cells):
        return shown
    return kept if any(kept.outputs) or any(kept.values) else replace(shown, digest=kept.digest)


def questions(desk: Desk, draft: Draft) -> dict[str, str]:
    """What a kernel would be asked for the inline values that are not known, by cell."""
    known = run(desk, draft).values
    wanted = (inline.expressions(c.source) if c.kind == "markdown" else () for c in draft.cells)
    return {
        str(number): inline.question(expressions)
        for number, (expressions, values) in enumerate(zip(wanted, known, strict=True))
        if expressions and not values
    }


def lowered(draft: Draft, ran: Run, *, marked: bool = False) -> Lowered:
    """One Markdown text; ``marked`` puts a raw block with its number before each cell."""
    cells = draft.cells
    if marked:
        cells = tuple(
            replace(cell, source=f"```{{={MARK}}}\n{number}\n```\n\n{cell.source}")
            if cell.kind == "markdown"
            else cell
            for number, cell in enumerate(cells)
        )
    return lower(cells, ran)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that a woven draft depends on."""

    draft: Draft
    context: Context
    ran: Run
    marked: bool


_woven: deque[tuple[float, _Asked, Outcome[Document]]] = deque(maxlen=4)
_REMEMBERED = 3.0
"""Seconds. Pictures and the lock may change on disk; a pause in typing is shorter."""


def woven(
    desk: Desk, draft: Draft, form: Form = "html", *, marked: bool = False
) -> Outcome[Document]:
    """The draft as a document, by the same steps as a build but without running code.

    The last few are remembered, for cells, page and problems of one text are asked for in turn;
    whoever is given a document leaves its tree as it is.
    """
    found = context.of(desk.workspace, desk.station().survey.names, draft.source, form)
    asked = _Asked(draft=draft, context=found.value, ran=run(desk, draft), marked=marked)
    now = time.monotonic()
    for begun, known, made in tuple(_woven):
        if now - begun < _REMEMBERED and known == asked:
            return made
    lower = lowered(draft, asked.ran, marked=marked)
    parser = parsing.parser(f"{draft.source.path} {marked}")
    document = weave(draft.source, lower, found.value, parser.parse)
    faults = (*found.diagnostics, *document.diagnostics)
    made = Outcome(value=document.value, diagnostics=faults)
    _woven.appendleft((now, asked, made))
    return made


def places(desk: Desk, slug: str) -> tuple[CitedPlace, ...]:
    """Where an essay of the workspace cites, as it is on disk."""
    survey = desk.station().survey
    source = read_pair(slug, survey.paths[slug]).value
    found = context.of(desk.workspace, survey.names, source, "html")
    return weave(source, lower_text(source), found.value).value.places
