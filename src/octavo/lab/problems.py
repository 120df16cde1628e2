"""The diagnostics of a draft, each with the cell it belongs to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from octavo.bibliography import checks
from octavo.essays import frontmatter
from octavo.essays.source import check_pair
from octavo.files import read_text
from octavo.lab import drafts
from octavo.lab.desk import Desk
from octavo.lab.drafts import Draft
from octavo.publishing.scan import signature
from octavo.records import Diagnostic


def problems(desk: Desk, draft: Draft) -> list[dict[str, Any]]:
    """Every diagnostic of ``octavo check`` for a draft, in the order of its lines."""
    woven = drafts.woven(desk, draft, marked=True)
    stamp = signature(desk.workspace.bibliography)
    entries = _of_entries(desk, stamp, frozenset(woven.value.cited))
    found = (*draft.faults, *check_pair(draft.source), *woven.diagnostics, *entries)
    return located(desk, draft, tuple(dict.fromkeys(found)))


@lru_cache(maxsize=4)
def _of_entries(desk: Desk, stamp: str, cited: frozenset[str]) -> tuple[Diagnostic, ...]:
    """What is wrong with the entries that are cited, while their files are as they are."""
    del stamp
    return tuple(finding.diagnostic for finding in checks.check(desk.library(), cited))


def located(desk: Desk, draft: Draft, faults: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    """Diagnostics as the browser lists them: address, cell, and the line within the cell."""
    starts = _starts(draft)
    rows = []
    for fault in faults:
        row = fault.as_json()
        here = fault.span is None or fault.span.path == draft.source.path
        row["path"] = desk.address(fault.span.path) if fault.span else ""
        row["here"] = here
        cell = _cell(starts, row["line"]) if here else None
        row["cell"] = -1 if cell is None else cell
        row["cell_line"] = row["line"] - starts[cell] if cell is not None else 0
        rows.append(row)
    return sorted(rows, key=lambda row: (not row["here"], row["line"], row["column"]))


def locate(draft: Draft, line: int) -> tuple[int, int]:
    """The cell that holds a line (from 1) of the text half, and the line (from 0) in it.

    The header on disk may be longer or shorter than the one that the notebook would get.
    """
    path = draft.source.path
    text = read_text(path).value if path.suffix == ".md" and path.is_file() else ""
    if text:
        line += draft.source.header_lines - frontmatter.read(text, path).lines
    starts = _starts(draft)
    cell = _cell(starts, line)
    return (0, 0) if cell is None else (cell, line - starts[cell])


def _starts(draft: Draft) -> list[int]:
    """The line (from 1) of the draft's text at which each cell begins."""
    text, starts = f"\n{draft.source.text}\n", []
    header = len("\n".join(text.split("\n")[: draft.source.header_lines + 1]))
    place = 0
    for number, cell in enumerate(draft.cells):
        if number or not cell.source.startswith("---"):
            place = max(place, header)
        # Whole lines: the words of a short cell stand in many others.
        found = text.find(f"\n{cell.source}\n", place) if cell.source else place
        if found < 0:
            found = text.find("\n" + cell.source.split("\n", 1)[0], place)
        place = max(found, place)
        starts.append(text.count("\n", 0, place) + 1)
        place += len(cell.source) + 1 if found >= 0 else 0
    return starts


def _cell(starts: list[int], line: int) -> int | None:
    before = [number for number, start in enumerate(starts) if start <= line]
    return before[-1] if before and line else None
