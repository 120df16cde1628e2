"""The processor's one entry point, as a visible list of stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from octavo.bibliography.csl.bibliography import format_entries, sort_items
from octavo.bibliography.csl.clusters import format_cluster
from octavo.bibliography.csl.context import Registry
from octavo.bibliography.csl.disambiguation import disambiguate
from octavo.bibliography.csl.extras import with_extras
from octavo.bibliography.csl.labels import citation_labels
from octavo.bibliography.csl.locale import Locale
from octavo.bibliography.csl.positions import first_notes, places
from octavo.bibliography.csl.records import Citation, CslItem, Formatted
from octavo.bibliography.csl.style import Style


def format_document(
    style: Style, locale: Locale, items: Mapping[str, CslItem], citations: Sequence[Citation]
) -> Formatted:
    """Format the citations of a document and the bibliography of all ``items``.

    ``items`` are what the bibliography lists, by citekey: cited ones come first in the order of
    their
    citing, the others follow in the mapping's order, unless the style sorts them. A cited key that
    is not among them is a warning and leaves its cite out.
    """
    items = {key: with_extras(item) for key, item in items.items()}
    registry = Registry(style, style.localized(locale), items)
    cited = [item.id for citation in citations for item in citation.items]
    warnings = [f"no item has the id {key!r}" for key in dict.fromkeys(cited) if key not in items]
    ids = list(dict.fromkeys([*(key for key in cited if key in items), *items]))
    registry.first_notes = first_notes(citations)
    registry.numbers = _numbered(ids)
    registry.labels = citation_labels(registry, ids)
    ids = sort_items(registry, ids)
    registry.numbers = _numbered(ids)
    disambiguate(registry, ids)
    if style.bibliography is not None and any(marks.suffix for marks in registry.marks.values()):
        ids = sort_items(registry, ids)
        registry.numbers = _numbered(ids)
    distance = int(style.citation.options.get("near-note-distance", "5") or 5)
    formatted = tuple(
        format_cluster(registry, citation, row)
        for citation, row in zip(citations, places(citations, distance), strict=True)
    )
    options = style.bibliography.options if style.bibliography is not None else {}
    align = options.get("second-field-align", "")
    return Formatted(
        citations=formatted,
        bibliography=format_entries(registry, ids),
        warnings=tuple(warnings),
        in_note=style.in_note,
        hanging_indent=options.get("hanging-indent") == "true",
        second_field_align="flush" if align == "flush" else "margin" if align == "margin" else "",
        line_spacing=_count(options.get("line-spacing"), 1),
        entry_spacing=_count(options.get("entry-spacing"), 1),
    )


def _count(value: str | None, default: int) -> int:
    return int(value) if value and value.isdigit() else default


def _numbered(ids: Iterable[str]) -> dict[str, int]:
    return {item_id: n for n, item_id in enumerate(ids, 1)}
