"""Where cites stand towards earlier ones: first, subsequent, ibid, near (CSL 1.0.2,
``position``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from octavo.bibliography.csl.records import Citation, CitationItem, Position


class Place(NamedTuple):
    """A cite's position, and whether the last cite of its item is in a note nearby."""

    position: Position
    near: bool


def first_notes(citations: Sequence[Citation]) -> dict[str, int]:
    """The number of the note in which each item is first cited."""
    first: dict[str, int] = {}
    for citation in citations:
        for item in citation.items:
            first.setdefault(item.id, citation.note)
    return first


def places(citations: Sequence[Citation], distance: int) -> list[list[Place]]:
    """The place of every cite of every cluster, in document order."""
    last_note: dict[str, int] = {}
    out: list[list[Place]] = []
    for n, citation in enumerate(citations):
        before = citations[n - 1] if n else None
        row = []
        for m, item in enumerate(citation.items):
            previous = citation.items[m - 1] if m else _lone(before, citation)
            position: Position = "first"
            if item.id in last_note:
                position = _repeated(previous, item)
            near = item.id in last_note and citation.note - last_note[item.id] <= distance
            row.append(
                Place(item.position or position, near if item.near_note is None else item.near_note)
            )
            last_note[item.id] = citation.note
        out.append(row)
    return out


def _lone(before: Citation | None, citation: Citation) -> CitationItem | None:
    """The only cite of the cluster just before, if it is near enough for *ibid*."""
    if before is None or not before.items:
        return None
    if citation.note and not 0 <= citation.note - before.note <= 1:
        return None
    ids = {item.id for item in before.items}
    return before.items[-1] if len(ids) == 1 else None


def _repeated(previous: CitationItem | None, item: CitationItem) -> Position:
    if previous is None or previous.id != item.id:
        return "subsequent"
    if not previous.locator:
        return "ibid-with-locator" if item.locator else "ibid"
    if not item.locator:
        return "subsequent"
    same = (previous.locator, previous.label) == (item.locator, item.label)
    return "ibid" if same else "ibid-with-locator"
