"""A citation cluster: cites in order, grouped and collapsed, in the layout's dress."""

from __future__ import annotations

from collections.abc import Sequence

from octavo.bibliography.csl import sorting
from octavo.bibliography.csl.cites import Cite, author
from octavo.bibliography.csl.collapse import collapsed
from octavo.bibliography.csl.context import Registry
from octavo.bibliography.csl.finish import finish
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, text_of
from octavo.bibliography.csl.positions import Place
from octavo.bibliography.csl.records import Citation, FormattedCitation


def format_cluster(
    registry: Registry, citation: Citation, places: Sequence[Place]
) -> FormattedCitation:
    """Render one cluster. Items that the registry lacks are left out; the caller warns of them."""
    style = registry.style
    cites = [
        Cite(registry, item, place)
        for item, place in zip(citation.items, places, strict=True)
        if item.id in registry.items
    ]
    if not cites:
        return FormattedCitation(id=citation.id, runs=())
    leads = [
        (cite, author(registry, cite.item.id, cite))
        for cite in cites
        if cite.item.mode in ("in-text", "author-only")
    ]
    lead = [Node([part], BARE, "cite", cite.item.id) for cite, part in leads if part is not None]
    rest = [cite for cite in cites if cite.item.mode != "author-only"]
    body = _body(registry, rest) if rest else None
    lead_part: Part | None = Node(_spread(lead, "; "), BARE) if lead else None
    if lead_part is not None and style.in_note and body is not None:
        return FormattedCitation(
            id=citation.id,
            runs=finish(body, registry.locale),
            in_text=finish(lead_part, registry.locale),
        )
    parts = [p for p in (lead_part, body) if p is not None]
    return FormattedCitation(
        id=citation.id, runs=finish(Node(_spread(parts, " "), BARE), registry.locale)
    )


def _spread(parts: Sequence[Part], delimiter: str) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if out:
            out.append(delimiter)
        out.append(part)
    return out


def _sorted(registry: Registry, cites: list[Cite]) -> list[Cite]:
    keys = registry.style.citation.keys
    if not keys or len(cites) < 2:
        return cites
    rows = [
        (sorting.values(registry, keys, c.item.id, "citation", c.item), n)
        for n, c in enumerate(cites)
    ]
    return [cites[n] for n in sorting.order(rows, keys)]


def _body(registry: Registry, cites: list[Cite]) -> Part | None:
    area = registry.style.citation
    kids = collapsed(registry, _sorted(registry, cites))
    if not any(text_of(kid) for kid in kids):
        return None
    dress = area.dress
    if dress is BARE:
        return Node(kids, BARE)
    return Node(
        kids,
        Dress(formats=dress.formats, prefix=dress.prefix, suffix=dress.suffix, affixes_inside=True),
    )
