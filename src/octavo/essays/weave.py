"""Weaving: a parsed essay becomes a document in which everything that refers is resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from octavo.bibliography import formatting
from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.csl.style import Style
from octavo.bibliography.library import Library
from octavo.bibliography.records import CitedPlace
from octavo.bibliography.styles import load_locale
from octavo.essays import citations, crossref, figures, links, locators, notes, resolve
from octavo.essays.cited import cited_in
from octavo.essays.links import Target
from octavo.essays.lower import Lowered
from octavo.essays.records import Document
from octavo.essays.source import Source
from octavo.essays.text import Places
from octavo.pandoc import ast, worker
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast
from octavo.records import Diagnostic, Outcome

DIALECT = (
    "markdown+wikilinks_title_after_pipe-yaml_metadata_block-pandoc_title_block"
    "+lists_without_preceding_blankline-example_lists"
)
"""Pandoc's Markdown with wiki links; the header has been read already.

Without example lists, for which a paragraph that is only ``@fig-x.`` would be an empty item.
"""

_CALLOUTS = ("note", "tip", "warning", "important", "caution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an essay is woven with: its library, its style, and the names of the other essays.

    ``root`` is the workspace's folder, outside of which no picture is. ``page`` is true for the page (links back from the references, sections by title where they
    have no number).
    """

    library: Library
    style: Style
    names: Mapping[str, Target] = field(default_factory=dict)
    lock: Path | None = None
    root: Path | None = None
    page: bool = True
    numbered: bool = False


def parse(text: str) -> Ast:
    """Parse one Markdown text in the dialect of DESIGN §4."""
    return worker.shared().read(text, DIALECT)


def weave(
    source: Source,
    lowered: Lowered,
    context: Context,
    parse: Callable[[str], Ast] = parse,
) -> Outcome[Document]:
    """Parse and weave a lowered essay; every fault is reported, none stops it."""
    places = source.places()
    lang = source.front.lang
    tree = parse(lowered.text)
    _tidy(tree)
    faults: list[Diagnostic] = list(notes.check(places))
    numbered = crossref.number(tree, lang)
    faults += crossref.resolve(tree, numbered.labels, lang, context.numbered, places)
    media = figures.gather(tree, source, lowered.media, places, context.root)
    cited_places = cited_in(tree, source, places)
    cited = _cite(tree, source, context, places)
    faults += [*media.diagnostics, *(_quoting(fault, cited_places) for fault in cited.diagnostics)]
    faults += links.resolve(tree, source, context.names, places)
    document = Document(
        slug=source.slug,
        front=source.front,
        tree=tree,
        outline=numbered.outline,
        media=media.value,
        cited=cited.value.keys,
        places=cited_places,
        words=len(places.prose.split()),
        hanging_indent=cited.value.hanging_indent,
    )
    return Outcome(value=document, diagnostics=tuple(faults))


def _quoting(fault: Diagnostic, places: tuple[CitedPlace, ...]) -> Diagnostic:
    """A retracted work is reported with the sentence that cites it."""
    if fault.code != "retracted-work" or fault.span is None:
        return fault
    here = [p for p in places if p.line == fault.span.line and p.key in fault.message]
    return replace(fault, hint=f"“{here[0].sentence}”: {fault.hint}") if here else fault


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cited:
    keys: tuple[str, ...] = ()
    hanging_indent: bool = True


def _cite(tree: Ast, source: Source, context: Context, places: Places) -> Outcome[_Cited]:
    locale = load_locale(source.front.lang)
    found = citations.find(tree, locators.terms(locale))
    keys = tuple(dict.fromkeys(i.id for c in found for i in c.citation.items))
    uncited = _uncited(source.front.nocite, context.library)
    if not (found or uncited):
        return Outcome(value=_Cited())
    resolved = resolve.resolve((*keys, *uncited), context.library, context.lock, places)
    items = resolved.value
    known = tuple(c for c in found if all(i.id in items for i in c.citation.items))
    for cluster in found:
        if not all(i.id in items for i in cluster.citation.items):
            _mark_unknown(cluster, items)
    clusters = [cluster.citation for cluster in known]
    formatted = formatting.format_document(context.style, source.front.lang, items, clusters)
    citations.place(tree, known, formatted)
    refs = citations.references(formatted, known, backlinks=context.page)
    citations.put_references(tree, refs, source.front.lang)
    value = _Cited(
        keys=tuple(k for k in keys if k in items), hanging_indent=formatted.hanging_indent
    )
    return Outcome(value=value, diagnostics=resolved.diagnostics)


def _uncited(nocite: tuple[str, ...], library: Library) -> tuple[str, ...]:
    return library.keys() if "*" in nocite else nocite


def _mark_unknown(cluster: citations.Found, items: Mapping[str, CslItem]) -> None:
    """A cluster with an unknown key prints as written, and can be seen to be wrong."""
    missing = [i.id for i in cluster.citation.items if i.id not in items]
    printed = cluster.element["c"][1] or ast.string("; ".join(f"@{key}" for key in missing))
    attrs = ast.attr(cluster.citation.id, ["citation", "unresolved"])
    ast.become(cluster.element, ast.span(printed, attrs))


def _tidy(tree: Ast) -> None:
    """What the writer's private comments, callouts and HTML tables become."""
    ast.rewrite(tree["blocks"], _tidied)


def _tidied(element: Element) -> list[Element] | None:
    kind = element["t"]
    if kind in ("RawBlock", "RawInline") and element["c"][0] == "html":
        raw = element["c"][1].strip()
        if raw.startswith("<!--") and raw.endswith("-->"):
            return []
        if kind == "RawBlock" and "<table" in raw and "</table" in raw and "<script" not in raw:
            blocks: list[Element] = worker.shared().read(raw, "html")["blocks"]
            return blocks
    if kind == "Div":
        return _callout(element)
    return None


def _callout(element: Element) -> list[Element] | None:
    """``::: {.callout-note}``, titled by its attribute or by a heading that opens it."""
    attrs, blocks = element["c"]
    name = next((n for n in _CALLOUTS if f"callout-{n}" in attrs[1]), None)
    if name is None:
        return None
    if blocks and blocks[0]["t"] == "Header" and not ast.get(attrs, "title"):
        ast.put(attrs, "title", " ".join(ast.plain(blocks.pop(0)["c"][2]).split()))
    attrs[1] = ["callout", *attrs[1]]
    return None
