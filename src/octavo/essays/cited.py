"""Where an essay cites: the section, the sentence and the locator of every citation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from octavo.bibliography.records import CitedPlace
from octavo.bibliography.styles import load_locale
from octavo.essays import crossref, locators
from octavo.essays.source import Source
from octavo.essays.text import Places
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast

_MARK = re.compile("\ue000(\\d+)\ue001")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[]*[^\W\d_a-z])")


def cited_in(tree: Ast, source: Source, places: Places) -> tuple[CitedPlace, ...]:
    """The places of a parsed essay that cite something, before its citations are formatted."""
    lines: dict[str, Iterator[int]] = {}
    terms = locators.terms(load_locale(source.front.lang))
    result = []
    for section, sentence, cites in _sentences(tree):
        for cite in cites:
            for item in cite["c"][0]:
                key = item["citationId"]
                if key not in lines:
                    pattern = rf"@\{{?{re.escape(key)}(?![\w])"
                    lines[key] = iter([span.line for _, span in places.find_all(pattern)])
                located = locators.parse(item["citationSuffix"], terms)
                result.append(
                    CitedPlace(
                        key=key,
                        essay=source.path,
                        line=next(lines[key], 0),
                        section=section,
                        sentence=sentence,
                        locator=located.locator,
                        label=located.label,
                    )
                )
    return tuple(result)


def _sentences(tree: Ast) -> Iterator[tuple[str, str, list[Element]]]:
    section = ""
    for element in ast.walk(tree["blocks"], frozenset({"Header", "Para", "Plain"})):
        if element["t"] == "Header":
            section = " ".join(ast.plain(element["c"][2]).split())
            continue
        cites: list[Element] = []
        written: list[str] = []
        _mark(element["c"], cites, written)
        if not cites:
            continue
        for sentence in _SENTENCE_END.split(" ".join("".join(written).split())):
            inside = [cites[int(number)] for number in _MARK.findall(sentence)]
            if inside:
                yield section, _MARK.sub(lambda m: _written(cites[int(m[1])]), sentence), inside


def _mark(inlines: list[Any], cites: list[Element], written: list[str]) -> None:
    """Collect the words of some inlines, and a mark in place of each citation."""
    for inline in inlines:
        kind = inline["t"]
        if kind == "Str":
            written.append(inline["c"])
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            written.append(" ")
        elif kind == "Cite" and not crossref.is_reference(inline):
            cites.append(inline)
            written.append(f"\ue000{len(cites) - 1}\ue001")
        elif kind in ("Code", "Math"):
            written.append(inline["c"][1])
        elif kind in ("Link", "Image", "Span", "Quoted", "Cite"):
            _mark(inline["c"][1], cites, written)
        elif kind not in ("Note", "RawInline"):
            _mark(inline["c"], cites, written)


def _written(cite: Element) -> str:
    return ast.plain(cite["c"][1])
