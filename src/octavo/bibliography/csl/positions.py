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
    earlier: dict[bool, list[Citation]] = {True: [], False: []}
    out: list[list[Place]] = []
    for citation in citations:
        # What stands in the text and what stands in notes are read apart.
        stream = earlier[citation.note > 0]
        lone = _lone(stream, citation)
        row = []
        for m, item in enumerate(citation.items):
            previous = citation.items[m - 1] if m else lone
            position: Position = "first"
            if item.id in last_note:
                position = _repeated(previous, item)
            near = item.id in last_note and citation.note - last_note[item.id] <= distance
            near = near if item.near_note is None else item.near_note
            row.append(Place(item.position or position, near))
            last_note[item.id] = citation.note
        stream.append(citation)
        out.append(row)
    return out


def _lone(stream: Sequence[Citation], citation: Citation) -> CitationItem | None:
    """The last cite before, if its note (or cluster) cites nothing else and is near enough."""
    if not stream:
        return None
    before = stream[-1]
    together = [before]
    if citation.note:
        if not 0 <= citation.note - before.note <= 1:
            return None
        if before.note != citation.note:
            together = [c for c in stream[-8:] if c.note == before.note]
    ids = {item.id for each in together for item in each.items}
    return before.items[-1] if len(ids) == 1 and before.items else None


def _repeated(previous: CitationItem | None, item: CitationItem) -> Position:
    if previous is None or previous.id != item.id:
        return "subsequent"
    if not previous.locator:
        return "ibid-with-locator" if item.locator else "ibid"
    if not item.locator:
        return "subsequent"
    same = (previous.locator, previous.label) == (item.locator, item.label)
    return "ibid" if same else "ibid-with-locator"
