"""Cross-references: figures, tables, equations and sections are numbered and referred to.

The syntax is Quarto's: ``{#fig-x}``, ``{#tbl-x}``, ``{#eq-x}``, ``{#sec-x}`` name a thing,
``@fig-x`` refers to it, ``[-@fig-x]`` prints its number alone.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from octavo.essays.records import Heading
from octavo.essays.text import Places
from octavo.essays.words import word
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast
from octavo.records import Diagnostic

_NUMBERED = frozenset({"Header", "Figure", "Table", "Span"})
KINDS = ("fig", "tbl", "eq", "sec")
REFERENCE = re.compile(r"(fig|tbl|eq|sec)-\S+$")

_EQUATION_ID = re.compile(r"\{#(eq-[^\s}]+)\}(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Something that can be referred to: its kind, its number, and what a reader calls it."""

    kind: str
    number: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The labels of a document, and its headings in order."""

    labels: dict[str, Label]
    outline: tuple[Heading, ...]


def number(tree: Ast, lang: str) -> Numbered:
    """Number what has a label, and write the numbers into captions and equations."""
    ast.rewrite(tree["blocks"], _captioned)
    _attach_equations(tree)
    labels: dict[str, Label] = {}
    counts = dict.fromkeys(KINDS, 0)
    sections: list[int] = []
    outline: list[Heading] = []
    for element in ast.walk(tree["blocks"], _NUMBERED):
        if element["t"] == "Header":
            heading = _heading(element, sections)
            outline.append(heading)
            labels[heading.id] = Label(kind="sec", number=heading.number, title=heading.text)
            continue
        attrs = ast.attributes(element)
        kind = attrs[0].partition("-")[0] if attrs else ""
        if attrs is None or kind not in counts or not REFERENCE.match(attrs[0]):
            continue
        if element["t"] in ("Figure", "Table") or "equation" in attrs[1]:
            counts[kind] += 1
            labels[attrs[0]] = Label(kind=kind, number=str(counts[kind]))
            _write_number(element, kind, counts[kind], lang)
    return Numbered(labels=labels, outline=tuple(outline))


def _captioned(element: Element) -> list[Element] | None:
    """A ``Div`` with a figure's or table's id is the figure or table, its last paragraph the
    caption."""
    if element["t"] != "Div" or not element["c"][0][0].startswith(("fig-", "tbl-")):
        return None
    attrs, blocks = element["c"]
    tables = [block for block in blocks if block["t"] == "Table"]
    caption = blocks[-1] if blocks and blocks[-1]["t"] in ("Para", "Plain") else None
    if attrs[0].startswith("tbl-") and len(tables) == 1:
        tables[0]["c"][0][0] = attrs[0]
        if caption is not None:
            tables[0]["c"][1] = [None, [{"t": "Plain", "c": caption["c"]}]]
        return [block for block in blocks if block is not caption]
    if caption is None or len(blocks) < 2:
        return None
    figure = [attrs, [None, [{"t": "Plain", "c": caption["c"]}]], blocks[:-1]]
    return [{"t": "Figure", "c": figure}]


def _attach_equations(tree: Ast) -> None:
    for element in ast.walk(tree["blocks"], frozenset({"Para", "Plain"})):
        if any(map(_is_display, element["c"])):
            element["c"] = _equations(element["c"])


def _equations(inlines: list[Element]) -> list[Element]:
    result: list[Element] = []
    for inline in inlines:
        match = _EQUATION_ID.match(inline["c"]) if inline["t"] == "Str" else None
        before = next((n for n in (-1, -2) if len(result) >= -n and _is_display(result[n])), 0)
        if match is None or not before:
            result.append(inline)
            continue
        equation = ast.span([result[before]], ast.attr(match.group(1), ["equation"]))
        result[before:] = [equation]
        if match.group(2):
            result.append({"t": "Str", "c": match.group(2)})
    return result


def _is_display(inline: Element) -> bool:
    return bool(inline["t"] == "Math" and inline["c"][0]["t"] == "DisplayMath")


def _heading(element: Element, sections: list[int]) -> Heading:
    level, attrs, inlines = element["c"]
    text = " ".join(ast.plain(inlines).split())
    if "unnumbered" in attrs[1]:
        return Heading(id=attrs[0], level=level, number="", text=text)
    del sections[level:]
    sections.extend([0] * (level - len(sections)))
    sections[level - 1] += 1
    # An essay may start at level 2: the levels above it count as none.
    number = ".".join(str(n) for n in sections).removeprefix("0.")
    return Heading(id=attrs[0], level=level, number=number, text=text)


def _write_number(element: Element, kind: str, count: int, lang: str) -> None:
    if element["t"] == "Span":
        ast.put(element["c"][0], "number", str(count))
        return
    caption = element["c"][1]
    label = ast.span(
        ast.string(f"{word(kind, lang)}\N{NO-BREAK SPACE}{count}."), ast.attr("", ["caption-label"])
    )
    blocks = caption[1]
    if blocks and blocks[0]["t"] in ("Plain", "Para"):
        blocks[0]["c"][:0] = [label, {"t": "Space"}]
    else:
        blocks.insert(0, {"t": "Plain", "c": [label]})


def is_reference(cite: Element) -> bool:
    """Whether a citation cluster refers to figures and the like, not to works."""
    return all(REFERENCE.match(item["citationId"]) for item in cite["c"][0])


def resolve(
    tree: Ast, labels: dict[str, Label], lang: str, numbered: bool, places: Places
) -> tuple[Diagnostic, ...]:
    """Turn references into links; an unresolved one is a diagnostic and prints its key.

    Sections are called by number where they are ``numbered``, by title elsewhere.
    """
    missing: dict[str, None] = {}
    for element in ast.walk(tree["blocks"], frozenset({"Cite"})):
        if is_reference(element):
            inlines: list[Element] = []
            for place, item in enumerate(element["c"][0]):
                if place:
                    inlines += ast.string(", ")
                label = labels.get(item["citationId"])
                if label is None:
                    missing[item["citationId"]] = None
                inlines += _printed(item, label, lang, numbered)
            ast.become(element, ast.span(inlines, ast.attr()))
    return tuple(fault for key in missing for fault in _unresolved(key, tuple(labels), places))


def _printed(item: Element, label: Label | None, lang: str, numbered: bool) -> list[Element]:
    key = item["citationId"]
    if label is None:
        return [ast.span(ast.string(f"@{key}"), ast.attr("", ["unresolved"]))]
    bare = item["citationMode"]["t"] == "SuppressAuthor"
    if label.kind == "sec" and not (numbered and label.number):
        text = label.title if bare else f"“{label.title}”"
    else:
        text = label.number if bare else f"{word(label.kind, lang)}\N{NO-BREAK SPACE}{label.number}"
    prefix = [*item["citationPrefix"], {"t": "Space"}] if item["citationPrefix"] else []
    reference = ast.link(ast.string(text), f"#{key}", ast.attr("", ["cross-reference"]))
    suffix = item["citationSuffix"]
    spaced = [{"t": "Space"}] if suffix and item["citationMode"]["t"] == "AuthorInText" else []
    return [*prefix, reference, *spaced, *suffix]


def _unresolved(key: str, known: tuple[str, ...], places: Places) -> list[Diagnostic]:
    near = difflib.get_close_matches(key, [k for k in known if REFERENCE.match(k)], n=1)
    hint = f"did you mean @{near[0]}?" if near else f"nothing here is labelled {{#{key}}}"
    found = places.find_all(rf"@\{{?{re.escape(key)}(?![\w-])")
    spans = [span for _, span in found] or [places.find(key, everywhere=True)]
    return [
        Diagnostic(
            code="unresolved-cross-reference",
            message=f"@{key} refers to nothing",
            span=span,
            hint=hint,
        )
        for span in spans
    ]
