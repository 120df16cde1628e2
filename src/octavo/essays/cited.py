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
        if not ast.walk(element["c"], frozenset({"Cite"})):
            continue
        cites: list[Element] = []
        text = " ".join("".join(_marked(element["c"], cites)).split())
        for sentence in _SENTENCE_END.split(text) if cites else ():
            inside = [cites[int(number)] for number in _MARK.findall(sentence)]
            if inside:
                yield section, _MARK.sub(lambda m: _written(cites[int(m[1])]), sentence), inside


def _marked(node: Any, cites: list[Element]) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _marked(child, cites)
    elif isinstance(node, dict):
        kind = node.get("t")
        if kind == "Cite" and not crossref.is_reference(node):
            cites.append(node)
            yield f"\ue000{len(cites) - 1}\ue001"
        elif kind in ("Str", "Space", "SoftBreak", "LineBreak", "Code", "Math"):
            yield ast.plain(node)
        elif kind in ("Link", "Image", "Span", "Quoted"):
            yield from _marked(node["c"][1], cites)
        elif kind not in ("Note", "RawInline"):
            yield from _marked(node.get("c"), cites)


def _written(cite: Element) -> str:
    return ast.plain(cite["c"][1])
