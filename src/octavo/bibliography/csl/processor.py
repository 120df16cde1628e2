"""The processor's one entry point, as a visible list of stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from octavo.bibliography.csl.bibliography import format_entries, sort_items
from octavo.bibliography.csl.clusters import format_cluster
from octavo.bibliography.csl.context import Registry
from octavo.bibliography.csl.disambiguation import disambiguate
from octavo.bibliography.csl.extras import with_extras
from octavo.bibliography.csl.labels import citation_labels
from octavo.bibliography.csl.locale import Locale
from octavo.bibliography.csl.positions import first_notes, places
from octavo.bibliography.csl.records import Citation, CslItem, Entry, Formatted, FormattedCitation
from octavo.bibliography.csl.style import Style


def format_document(
    style: Style, locale: Locale, items: Mapping[str, CslItem], citations: Sequence[Citation]
) -> Formatted:
    """Format the citations of a document and the bibliography of all ``items``.

    ``items`` are what the bibliography lists, by citekey: cited ones come first in the order of
    their citing, the others follow in the mapping's order, unless the style sorts them. A cited
    key that is not among them is a warning and leaves its cite out, and so is an item for which
    the style prints nothing.
    """
    items = {key: with_extras(item) for key, item in items.items()}
    registry = Registry(style, style.localized(locale), items)
    cited = [item.id for citation in citations for item in citation.items]
    ids = list(dict.fromkeys([*(key for key in cited if key in items), *items]))
    registry.first_notes = first_notes(citations)
    registry.labels = citation_labels(registry, ids)
    ids = _arranged(registry, ids)
    distance = _count(style.citation.options.get("near-note-distance"), 5)
    clusters = tuple(
        format_cluster(registry, citation, row)
        for citation, row in zip(citations, places(citations, distance), strict=True)
    )
    entries = format_entries(registry, ids)
    options = style.bibliography.options if style.bibliography is not None else {}
    align = options.get("second-field-align", "")
    return Formatted(
        citations=clusters,
        bibliography=entries,
        warnings=tuple(_warnings(registry, citations, clusters, entries)),
        in_note=style.in_note,
        hanging_indent=options.get("hanging-indent") == "true",
        second_field_align="flush" if align == "flush" else "margin" if align == "margin" else "",
        line_spacing=_count(options.get("line-spacing"), 1),
        entry_spacing=_count(options.get("entry-spacing"), 1),
    )


def _arranged(registry: Registry, ids: list[str]) -> list[str]:
    """The ids in the order of the bibliography, numbered and told apart."""
    registry.numbers = _numbered(ids)
    ids = sort_items(registry, ids)
    registry.numbers = _numbered(ids)
    disambiguate(registry, ids)
    if any(marks.suffix for marks in registry.marks.values()):
        # A style may sort by the suffixes themselves.
        ids = sort_items(registry, ids)
        registry.numbers = _numbered(ids)
    return ids


def _warnings(
    registry: Registry,
    citations: Sequence[Citation],
    clusters: Sequence[FormattedCitation],
    entries: Sequence[Entry],
) -> Iterator[str]:
    cited = dict.fromkeys(item.id for citation in citations for item in citation.items)
    for key in cited:
        if key not in registry.items:
            yield f"no item has the id {key!r}"
    for citation, cluster in zip(citations, clusters, strict=True):
        if not cluster.runs and any(item.id in registry.items for item in citation.items):
            keys = ", ".join(repr(item.id) for item in citation.items)
            yield f"the style prints nothing for a citation of {keys}"
    if registry.style.bibliography is None:
        return
    printed = {entry.id for entry in entries}
    for key, item in registry.items.items():
        if key not in printed:
            yield f"the style prints no entry for {key!r} (type {item.get('type', '')!r})"


def _count(value: str | None, default: int) -> int:
    return int(value) if value and value.isdigit() else default


def _numbered(ids: Iterable[str]) -> dict[str, int]:
    return {item_id: n for n, item_id in enumerate(ids, 1)}
