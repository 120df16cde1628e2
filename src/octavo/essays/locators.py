"""Locators: ``p. 12``, ``chs. 3--4`` and the like at the start of a citation's suffix.

The rules are pandoc's (manual, "Citations"): a locator may be introduced by a locator term of
the essay's language, a number without a term is a page, braces delimit what would not be
recognised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from octavo.bibliography.csl.locale import Locale
from octavo.pandoc import ast
from octavo.pandoc.ast import Element

TERMS: dict[str, str] = {
    "act": "act", "acts": "act", "appendix": "appendix", "app.": "appendix",
    "article": "article-locator", "art.": "article-locator", "book": "book", "bk.": "book",
    "bks.": "book", "books": "book", "canon": "canon", "chapter": "chapter", "chap.": "chapter",
    "chaps.": "chapter", "ch.": "chapter", "chs.": "chapter", "chapters": "chapter",
    "column": "column", "columns": "column", "col.": "column", "cols.": "column",
    "elocation": "elocation", "equation": "equation", "eq.": "equation", "figure": "figure",
    "figures": "figure", "fig.": "figure", "figs.": "figure", "folio": "folio", "fol.": "folio",
    "fols.": "folio", "folios": "folio", "issue": "issue", "number": "issue", "no.": "issue",
    "nos.": "issue", "line": "line", "lines": "line", "l.": "line", "ll.": "line", "note": "note",
    "notes": "note", "n.": "note", "nn.": "note", "opus": "opus", "op.": "opus", "opp.": "opus",
    "page": "page", "pages": "page", "p.": "page", "pp.": "page", "p": "page", "pp": "page",
    "pag.": "page", "paragraph": "paragraph", "paragraphs": "paragraph", "para.": "paragraph",
    "paras.": "paragraph", "¶": "paragraph", "¶¶": "paragraph", "part": "part", "parts": "part",
    "pt.": "part", "pts.": "part", "rule": "rule", "scene": "scene", "section": "section",
    "sections": "section", "sec.": "section", "secs.": "section", "§": "section",
    "§§": "section", "sub verbo": "sub-verbo", "s.v.": "sub-verbo", "s.vv.": "sub-verbo",
    "supplement": "supplement", "table": "table", "tables": "table", "timestamp": "timestamp",
    "title": "title-locator", "verse": "verse", "verses": "verse", "v.": "verse", "vv.": "verse",
    "volume": "volume", "volumes": "volume", "vol.": "volume", "vols.": "volume",
}  # fmt: skip
"""English locator terms, as CSL 1.0.2 names them."""

_NUMBER = r"(?:[^\W\d_]{0,3}\.?\d[\w./:*]*|[ivxlcdmIVXLCDM]+\b)"
_RANGE = (
    rf"{_NUMBER}(?:\s*(?:[-–—]+|,|&|;(?!\s*@)|\band\b|\bund\b|\bet\b)\s*{_NUMBER})*(?:\s?ff?\.)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A suffix taken apart: a CSL locator label, the locator, and what is left of the suffix."""

    label: str
    locator: str
    rest: tuple[Element, ...]


def parse(suffix: list[Element], terms: Mapping[str, str]) -> Located:
    """Take the locator from the front of a citation item's suffix.

    ``terms`` maps the locator terms of the essay's language to CSL labels; English ones are
    known always.
    """
    text = _leading_text(suffix)
    match = _pattern(tuple(sorted(terms))).match(text)
    if match is None or not (match["braced"] is not None or match["value"]):
        return Located(label="page", locator="", rest=tuple(suffix))
    rest = tuple(_drop(suffix, match.end()))
    if match["braced"] is not None:
        inner = (
            parse(ast.string(match["braced"].strip()), terms) if match["braced"].strip() else None
        )
        if inner is not None and inner.locator and not inner.rest:
            return Located(label=inner.label, locator=inner.locator, rest=rest)
        return Located(label="page", locator=match["braced"].strip(), rest=rest)
    term = " ".join((match["term"] or "").lower().split())
    label = terms.get(term) or TERMS.get(term) or "page"
    return Located(
        label=label, locator=match["value"].replace("\N{NO-BREAK SPACE}", " "), rest=rest
    )


@lru_cache(maxsize=32)
def terms(locale: Locale) -> Mapping[str, str]:
    """The locator terms of a locale, in lower case, with the CSL label of each."""
    found: dict[str, str] = {}
    for form in ("short", "symbol", "long"):
        for label in sorted(set(TERMS.values())):
            for plural in (False, True):
                if word := locale.term(label, form, plural=plural):
                    found.setdefault(" ".join(word.lower().split()), label)
    return found


@lru_cache(maxsize=32)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted({*TERMS, *terms}, key=len, reverse=True)
    term = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    return re.compile(
        rf"\s*,?\s*(?:\{{(?P<braced>[^}}]*)\}}"
        rf"|(?:(?P<term>{term})(?:\s+|(?<=[.§¶]))|(?=\d))(?P<value>{_RANGE})(?![\w]))",
        re.IGNORECASE,
    )


def _leading_text(inlines: list[Element]) -> str:
    words = []
    for inline in inlines:
        if inline["t"] == "Str":
            words.append(inline["c"])
        elif inline["t"] in ("Space", "SoftBreak"):
            words.append(" ")
        else:
            break
    return "".join(words)


def _drop(inlines: list[Element], count: int) -> list[Element]:
    """The inlines without their first ``count`` characters."""
    left = list(inlines)
    while count and left:
        width = len(left[0]["c"]) if left[0]["t"] == "Str" else 1
        if width > count:
            return [{"t": "Str", "c": left[0]["c"][count:]}, *left[1:]]
        count -= width
        left.pop(0)
    return left
