"""Citations: find the clusters in a document, and put in their place what the style prints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from octavo.bibliography.csl.printers import to_pandoc
from octavo.bibliography.csl.records import (
    Citation,
    CitationItem,
    CiteMode,
    Entry,
    Formatted,
    FormattedCitation,
    Link,
    Run,
    Styled,
)
from octavo.essays import crossref, locators
from octavo.essays.words import word
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast

_MODES: dict[str, CiteMode] = {
    "NormalCitation": "normal",
    "AuthorInText": "in-text",
    "SuppressAuthor": "suppress-author",
}
_ENTRIES = "ref-"
_ELEMENTS = {
    "Emph": "italic",
    "Strong": "bold",
    "SmallCaps": "small-caps",
    "Superscript": "superscript",
    "Subscript": "subscript",
    "Underline": "underline",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A citation cluster: where it stands in the tree, what it says, and in which note."""

    element: Element
    citation: Citation
    inside_note: bool


def find(tree: Ast, terms: Mapping[str, str]) -> tuple[Found, ...]:
    """Every citation cluster in document order, cross-references left out.

    Notes are numbered as they would be if every cluster in the running text made one, which
    is what note styles do; other styles don't look at the numbers.
    """
    found: list[Found] = []
    for element, note, inside in _clusters(tree["blocks"], _Counter(), 0):
        identifier = f"cite-{len(found) + 1}"
        items = tuple(_item(item, terms) for item in element["c"][0])
        citation = Citation(id=identifier, items=items, note=note)
        found.append(Found(element, citation, inside))
    return tuple(found)


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def next(self) -> int:
        self.count += 1
        return self.count


def _clusters(node: Any, notes: _Counter, inside: int) -> Iterator[tuple[Element, int, bool]]:
    if isinstance(node, list):
        for child in node:
            yield from _clusters(child, notes, inside)
    elif isinstance(node, dict) and node.get("t") not in ("Str", "Space", "SoftBreak"):
        if node.get("t") == "Note":
            yield from _clusters(node["c"], notes, notes.next())
        elif node.get("t") == "Cite" and not crossref.is_reference(node):
            yield node, inside or notes.next(), bool(inside)
        else:
            yield from _clusters(node.get("c"), notes, inside)


def _item(item: Element, terms: Mapping[str, str]) -> CitationItem:
    located = locators.parse(item["citationSuffix"], terms)
    return CitationItem(
        id=item["citationId"],
        prefix=tuple(to_runs(item["citationPrefix"])),
        suffix=tuple(to_runs(list(located.rest))),
        locator=located.locator,
        label=located.label,
        mode=_MODES[item["citationMode"]["t"]],
    )


def to_runs(inlines: list[Element]) -> Iterator[Run]:
    """Pandoc's inlines as the processor's structured text."""
    for inline in inlines:
        kind = inline["t"]
        if kind in _ELEMENTS:
            yield Styled(formatting=_ELEMENTS[kind], children=tuple(to_runs(inline["c"])))  # type: ignore[arg-type]
        elif kind == "Link":
            yield Link(href=inline["c"][2][0], children=tuple(to_runs(inline["c"][1])))
        elif kind == "Span":
            yield from to_runs(inline["c"][1])
        else:
            yield ast.plain(inline)


def from_runs(runs: tuple[Run, ...], *, link_items: bool = True) -> list[Element]:
    """The processor's structured text as pandoc's inlines; cited items link to their entry.

    A cite that holds a link of its own (a full note with a DOI) doesn't become one.
    """
    inlines = to_pandoc(runs, entries=_ENTRIES)
    ast.rewrite(inlines, lambda element: _relinked(element, link_items))
    return inlines


def _relinked(element: Element, link_items: bool) -> list[Element] | None:
    if element["t"] != "Link" or not element["c"][2][0].startswith(f"#{_ENTRIES}"):
        return None
    children: list[Element] = element["c"][1]
    if not link_items or ast.walk(children, frozenset({"Link", "Note"})):
        return children
    element["c"][2][0] = f"#{anchor(element['c'][2][0][len(_ENTRIES) + 1 :])}"
    return None


def anchor(citekey: str) -> str:
    """The id of a citekey's entry in the references."""
    return _ENTRIES + re.sub(r"\s", "_", citekey)


def place(tree: Ast, found: tuple[Found, ...], formatted: Formatted) -> None:
    """Put the formatted citations where their clusters stand.

    In note styles a cluster in the running text becomes a footnote, set after the punctuation
    that follows it; an author named in the text stays in the text before it.
    """
    moved: set[int] = set()
    for cluster, printed in zip(found, formatted.citations, strict=True):
        inlines = from_runs(printed.runs, link_items=bool(formatted.bibliography))
        span = ast.span(inlines, ast.attr(cluster.citation.id, ["citation"]))
        if not formatted.in_note or cluster.inside_note:
            ast.become(cluster.element, span)
            continue
        if cluster.citation.items[0].prefix and inlines[0]["t"] == "Str":
            # A note is a sentence: "see" opens it.
            inlines[0]["c"] = inlines[0]["c"][:1].upper() + inlines[0]["c"][1:]
        named = from_runs(printed.in_text, link_items=False)
        ast.become(cluster.element, ast.span(named, ast.attr()))
        cluster.element["note"] = {"t": "Note", "c": [ast.para([span])]}
        moved.add(id(cluster.element))
    if moved:
        _settle_notes(tree["blocks"], moved)


_PUNCTUATION = re.compile(r"[.,;:!?…»”’]+")


def _settle_notes(node: Any, moved: set[int]) -> None:
    if isinstance(node, dict):
        _settle_notes(node.get("c"), moved)
        return
    if not isinstance(node, list):
        return
    result: list[Any] = []
    for place_, child in enumerate(node):
        _settle_notes(child, moved)
        if id(child) not in moved:
            result.append(child)
            continue
        note = child.pop("note")
        if child["c"][1]:
            result.append(child)
        elif result and result[-1].get("t") in ("Space", "SoftBreak"):
            result.pop()
        after = node[place_ + 1] if place_ + 1 < len(node) else {}
        if after.get("t") == "Str" and (match := _PUNCTUATION.match(after["c"])):
            result.append({"t": "Str", "c": match.group()})
            after["c"] = after["c"][match.end() :]
        result.append(note)
    node[:] = result


def references(
    formatted: Formatted, found: tuple[Found, ...], *, backlinks: bool
) -> Element | None:
    """The list of references, each with links back to the places that cite it."""
    if not formatted.bibliography:
        return None
    places: defaultdict[str, list[str]] = defaultdict(list)
    for cluster in found:
        for item in cluster.citation.items:
            places[item.id].append(cluster.citation.id)
    classes = ["references", "csl-bib-body"]
    if formatted.hanging_indent:
        classes.append("hanging-indent")
    entries = [
        _entry(entry, places[entry.id] if backlinks else []) for entry in formatted.bibliography
    ]
    return ast.div(entries, ast.attr("refs", classes, role="list"))


def _entry(entry: Entry, places: list[str]) -> Element:
    inlines = from_runs(entry.runs, link_items=False)
    if places:
        links: list[Element] = []
        for number, target in enumerate(dict.fromkeys(places), start=1):
            label = f"Back to citation {number} of {entry.id}"
            attrs = ast.attr("", ["backlink"], **{"aria-label": label})
            links += [{"t": "Space"}] if links else []
            links.append(
                ast.link(ast.string("↩" if number == 1 else str(number)), f"#{target}", attrs)
            )
        last = inlines[-1] if inlines else {}
        beside = last.get("t") == "Span" and "csl-right-inline" in last["c"][0][1]
        text = last["c"][1] if beside else inlines
        text += [{"t": "Space"}, ast.span(links, ast.attr("", ["backlinks"]))]
    return ast.div([ast.para(inlines)], ast.attr(anchor(entry.id), ["csl-entry"], role="listitem"))


def put_references(tree: Ast, list_: Element | None, lang: str) -> None:
    """Put the references where ``::: {#refs}`` stands, or at the end under a heading."""
    blocks = tree["blocks"]
    for element in ast.walk(blocks, frozenset({"Div"})):
        if element["c"][0][0] == "refs":
            ast.become(element, list_ or ast.div([], ast.attr("refs")))
            return
    if list_ is not None:
        attrs = ast.attr("references", ["unnumbered"])
        level = min((e["c"][0] for e in blocks if e["t"] == "Header"), default=2)
        heading = {"t": "Header", "c": [level, attrs, ast.string(word("refs", lang))]}
        blocks += [heading, list_]
