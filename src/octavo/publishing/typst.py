"""Prepare a document's tree for pandoc's Typst writer and our article template.

Pandoc 3.9's writer leaves out what a tagged paper needs: alternative texts, the numbers that
weaving gave, and links that may lead nowhere (Typst stops at one that does).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from octavo.essays.records import Document
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.publishing.dress import CALLOUTS, paragraphs
from octavo.publishing.words import words

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf")

MEASURE = 320
"""About the measure of an A4 page in points."""
MANY_CHARACTERS = 1500
"""A table with more text than this may break over pages."""

WIDE_COLUMNS = 6
"""A table with more columns than this takes the whole width of a page in two columns."""

_END: Element = {"t": "RawBlock", "c": ["typst", "]"]}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(px|in|cm|mm|pt|em|%)?$")


def string(text: str) -> str:
    """A Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class Preparer:
    """Rewrites one document; ``page`` is the absolute address of its web page, or ""."""

    def __init__(self, document: Document, page: str = "") -> None:
        blocks, paper = document.tree["blocks"], document.front.paper
        self.numbers = {h.id: h.number for h in document.outline} if paper.numbered else {}
        self.media = frozenset(item.name for item in document.media)
        self.words = words(document.front.lang)
        self.columns, self.page = paper.columns, page
        levels = [e["c"][0] for e in ast.walk(blocks) if e["t"] == "Header"]
        self.top, self.level = min(levels, default=1), 0
        self.kinds: dict[str, Callable[[Element], list[Element]]] = {
            "Header": self.header,
            "Div": self.div,
            "CodeBlock": self.code,
            "Para": self.paragraph,
            "Plain": self.paragraph,
            "Figure": self.figure,
            "Table": self.table,
            "Image": self.image,
            "Link": self.link,
            "Span": self.span,
            "Math": self.math,
            "Cite": lambda inline: list(self.prepare(inline["c"][1])),
        }

    def prepare(self, node: Any) -> Any:
        """A node with everything below it prepared; the given tree is left as it is."""
        if isinstance(node, list):
            result: list[Any] = []
            for child in node:
                if isinstance(child, dict) and "t" in child and child["t"] in self.kinds:
                    result += self.kinds[child["t"]](child)
                else:
                    result.append(self.prepare(child))
            return result
        if isinstance(node, dict) and "c" in node and node["t"] not in ("Code", "RawBlock"):
            return {**node, "c": self.prepare(node["c"])}
        return node

    def header(self, block: Element) -> list[Element]:
        level, attrs, inlines = block["c"]
        # PDF/UA wants levels without gaps
        self.level = min(level - self.top + 1, self.level + 1)
        content = self.prepare(inlines)
        if number := self.numbers.get(attrs[0], ""):
            content = [*_inline("section-number", [{"t": "Str", "c": number}]), *content]
        return [{"t": "Header", "c": [self.level, attrs, content]}]

    def div(self, block: Element) -> list[Element]:
        attrs, children = block["c"][0], paragraphs(block["c"][1])
        classes = attrs[1]
        if attrs[0] == "refs":
            return self.references("hanging-indent" in classes, children)
        if "callout" in classes:
            return self.callout(attrs, children)
        if "output" in _code_classes(children):
            return _block("output", self.prepare(children))
        if "not-page" in classes or not attrs[0]:
            return list(self.prepare(children))
        return [{"t": "Div", "c": [[attrs[0], [], []], self.prepare(children)]}]

    def references(self, hanging: bool, entries: list[Element]) -> list[Element]:
        result: list[Element] = []
        for entry in entries:
            if entry["t"] != "Div":
                result += self.prepare([entry])
                continue
            attrs, children = entry["c"]
            if _has_label(children):
                result += self.labelled_reference(attrs, children[0]["c"])
                continue
            call = f"reference(hanging: {'true' if hanging else 'false'})"
            result += _block(call, self.prepare(children), attrs[0])
        return result

    def labelled_reference(self, attrs: ast.Attributes, inlines: list[Element]) -> list[Element]:
        """An entry whose number or label stands beside it (CSL's second-field-align)."""
        label = {"t": "Plain", "c": self.prepare(inlines[0]["c"][1])}
        text = {"t": "Plain", "c": self.prepare(inlines[1:])}
        start, middle = _raw_block("#labelled-reference["), _raw_block("][")
        return [start, label, middle, text, _raw_block(f"]#label({string(attrs[0])})")]

    def callout(self, attrs: ast.Attributes, children: list[Element]) -> list[Element]:
        kind = next((k for k in CALLOUTS if f"callout-{k}" in attrs[1]), "note")
        title = ast.get(attrs, "title") or self.words[kind]
        call = f"callout({string(kind)}, {string(title)})"
        return _block(call, self.prepare(children), attrs[0])

    def code(self, block: Element) -> list[Element]:
        (_, classes, pairs), text = block["c"]
        if ["code-fold", "true"] in pairs:  # what the page folds away, a print of it leaves out
            return []
        kept = [name for name in classes if name not in ("output", "cell-code")]
        return [{"t": "CodeBlock", "c": [["", kept[:1], []], text]}]

    def paragraph(self, block: Element) -> list[Element]:
        inlines = block["c"]
        if len(inlines) == 1 and inlines[0]["t"] == "Image":
            picture = self.picture(inlines[0])
            if picture:
                return [_raw_block(f"#align(center, {picture})")]
        return [{"t": block["t"], "c": self.prepare(inlines)}]

    def figure(self, block: Element) -> list[Element]:
        prepared = {**block, "c": self.prepare(block["c"])}
        return _floating(prepared) if block["c"][0][0] else [prepared]

    def table(self, block: Element) -> list[Element]:
        prepared = {**block, "c": self.prepare(block["c"])}
        if len(ast.plain(block["c"][4])) > MANY_CHARACTERS:
            return [prepared]
        if block["c"][0][0]:
            wide = self.columns > 1 and len(block["c"][2]) > WIDE_COLUMNS
            return _floating(prepared, scope="parent" if wide else "column")
        return [_raw_block("#[#show figure: set block(breakable: false)"), prepared, _END]

    def image(self, inline: Element) -> list[Element]:
        picture = self.picture(inline)
        if picture:
            return [_raw_inline(f"#box({picture})")]
        alternative = ast.get(inline["c"][0], "alt") or ast.plain(inline["c"][1])
        shown = ast.string(f"[{alternative or inline['c'][2][0]}]")
        return self.link(ast.link(shown, inline["c"][2][0]))

    def picture(self, inline: Element) -> str:
        """The call that draws a picture, or "" when Typst can't."""
        attrs, caption, (href, _) = inline["c"]
        name = unquote(href)
        if name not in self.media or not name.lower().endswith(PICTURES):
            return ""
        alternative = ast.get(attrs, "alt") or ast.plain(caption)
        limit = MEASURE / self.columns
        sizes = [
            f", {k}: {s}" for k in ("width", "height") if (s := _length(ast.get(attrs, k), limit))
        ]
        return f"image({string(name)}, alt: {string(alternative)}{''.join(sizes)})"

    def link(self, inline: Element) -> list[Element]:
        _, inlines, (href, _) = inline["c"]
        content = self.prepare(inlines)
        if href.startswith("#"):
            return _inline(f"link-to({string(unquote(href[1:]))})", content)
        parts = urlsplit(href)
        if not parts.scheme:
            if not self.page:
                return list(content)
            href = urljoin(self.page, href)
        return _inline(f"link({string(href)})", content)

    def span(self, inline: Element) -> list[Element]:
        attrs, inlines = inline["c"]
        classes = attrs[1]
        if "equation" in classes:
            return self.equation(attrs, inlines)
        if "backlinks" in classes:
            return []
        content = self.prepare(inlines)
        if "caption-label" in classes:
            return _inline("caption-label", content)
        kept = [name for name in classes if name in ("smallcaps", "mark", "underline")]
        if not kept and (not attrs[0] or "citation" in classes):
            return list(content)
        identifier = "" if "citation" in classes else attrs[0]
        return [{"t": "Span", "c": [[identifier, kept, []], content]}]

    def equation(self, attrs: ast.Attributes, inlines: list[Element]) -> list[Element]:
        alternative = string(ast.plain(inlines).strip())
        number = string(ast.get(attrs, "number"))
        return _inline(f"display-math({alternative}, number: {number})", inlines, attrs[0])

    def math(self, inline: Element) -> list[Element]:
        kind, tex = inline["c"]
        name = "display-math" if kind["t"] == "DisplayMath" else "inline-math"
        return _inline(f"{name}({string(tex.strip())})", [inline])


def _floating(block: Element, scope: str = "column") -> list[Element]:
    """What is referred to by number may float to the head or the foot of a page."""
    return [_raw_block(f'#[#set figure(placement: auto, scope: "{scope}")'), block, _END]


def _code_classes(children: list[Element]) -> list[str]:
    if len(children) == 1 and children[0]["t"] == "CodeBlock":
        classes: list[str] = children[0]["c"][0][1]
        return classes
    return []


def _has_label(children: list[Element]) -> bool:
    first = children[0]["c"][0] if children and children[0].get("c") else {}
    return first.__class__ is dict and (
        first.get("t") == "Span" and "csl-left-margin" in first["c"][0][1]
    )


def _length(text: str, limit: float) -> str:
    """A size of HTML as one of Typst: a bare number or ``px`` is 1/96 inch.

    What is wider than the measure (``limit``, in points) is as wide as that.
    """
    match = _LENGTH.match(text.strip())
    if not match:
        return ""
    number, unit = match.group(1), match.group(2) or "px"
    if unit != "px":
        return number + unit
    points = float(number) * 0.75
    return "100%" if points > limit else f"{points:g}pt"


def _inline(call: str, content: list[Element], label: str = "") -> list[Element]:
    end = f"]#label({string(label)})" if label else "]"
    return [_raw_inline(f"#{call}["), *content, _raw_inline(end)]


def _block(call: str, content: list[Element], label: str = "") -> list[Element]:
    end = f"]#label({string(label)})" if label else "]"
    return [_raw_block(f"#{call}["), *content, _raw_block(end)]


def _raw_inline(text: str) -> Element:
    return {"t": "RawInline", "c": ["typst", text]}


def _raw_block(text: str) -> Element:
    return {"t": "RawBlock", "c": ["typst", text]}
