"""Formatting, remembered: what was formatted a moment ago is not formatted again.

A page and a paper of one essay ask the same of the processor, and so does every pause of a
writer who types prose between citations.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from octavo.bibliography import csl
from octavo.bibliography.csl.positions import Place, places
from octavo.bibliography.csl.records import Citation, CslItem, Formatted
from octavo.bibliography.csl.style import Style
from octavo.bibliography.styles import load_locale

KEPT = 4
"""How many documents are remembered: the essay being written, its other forms, a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    style: Style
    lang: str
    items: Mapping[str, CslItem]
    citations: tuple[Citation, ...]
    places: tuple[tuple[Place, ...], ...]

    def same(self, other: _Asked) -> bool:
        return (
            self.style is other.style
            and self.lang == other.lang
            and self.citations == other.citations
            and self.places == other.places
            and list(self.items.items()) == list(other.items.items())
        )


_known: deque[tuple[_Asked, Formatted]] = deque(maxlen=KEPT)


def _near(style: Style) -> int:
    """How many notes may lie between two cites that are near."""
    distance = style.citation.options.get("near-note-distance", "")
    return int(distance) if distance.isdigit() else 5


def format_document(
    style: Style, lang: str, items: Mapping[str, CslItem], citations: Sequence[Citation]
) -> Formatted:
    """What :func:`octavo.bibliography.csl.format` says, in the locale of a language tag."""
    # A style that makes no notes prints no number of one: only where its cites stand counts.
    stand = () if style.in_note else tuple(replace(c, note=min(c.note, 1)) for c in citations)
    asked = _Asked(
        style=style,
        lang=lang,
        items=dict(items),
        citations=stand or tuple(citations),
        places=tuple(map(tuple, places(citations, _near(style)))),
    )
    for known, formatted in tuple(_known):
        if known.same(asked):
            return formatted
    made = csl.format(style, load_locale(lang), items, citations)
    _known.appendleft((asked, made))
    return made
