"""Dress a document's tree for the page: what HTML has and pandoc's tree hasn't.

The functions build new elements and leave the document's own tree as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from octavo.pandoc import ast
from octavo.pandoc.ast import Element

REFERENCES_MARK = "<!--octavo:references-->"

CALLOUTS = ("note", "tip", "warning", "important", "caution")

_SCOPED_STYLE = re.compile(r"<style[^>]*>.*?</style>\s*", re.DOTALL)
_BORDER = re.compile(r'(<table[^>]*?) border="[^"]*"')


def dress(blocks: list[Element], words: Mapping[str, str]) -> list[Element]:
    """The blocks of an essay as the page shows them, the list of references behind a mark."""
    levels = [e["c"][0] for e in blocks if e["t"] == "Header"]
    dresser = Dresser(words, shift=2 - min(levels, default=2))
    dressed = dresser.blocks(blocks)
    place = _references(dressed)
    return [*dressed[:place], _raw(REFERENCES_MARK), *dressed[place:]]


def _references(blocks: list[Element]) -> int:
    """Where the closing list of references starts, with its heading."""
    if not blocks or blocks[-1]["t"] != "Div" or blocks[-1]["c"][0][0] != "refs":
        return len(blocks)
    headed = len(blocks) > 1 and blocks[-2]["t"] == "Header"
    return len(blocks) - (2 if headed else 1)


class Dresser:
    def __init__(self, words: Mapping[str, str], shift: int) -> None:
        self.words, self.shift, self.level = words, shift, 1
        self.kinds: dict[str, Callable[[Element], list[Element]]] = {
            "Div": self.div,
            "Header": self.header,
            "CodeBlock": self.code,
            "Table": self.table,
            "RawBlock": self.raw,
            "Para": self.paragraph,
            "Plain": self.paragraph,
            "BlockQuote": self.quote,
            "BulletList": self.items,
            "OrderedList": self.items,
            "Figure": self.figure,
        }

    def blocks(self, blocks: list[Element]) -> list[Element]:
        result: list[Element] = []
        for block in blocks:
            dressed = self.kinds.get(block["t"])
            result += dressed(block) if dressed else [block]
        return result

    def div(self, block: Element) -> list[Element]:
        attrs, children = block["c"]
        if "not-page" in attrs[1]:
            return []
        if "callout" in attrs[1]:
            return self.callout(attrs, children)
        return [{"t": "Div", "c": [attrs, self.blocks(paragraphs(children))]}]

    def callout(self, attrs: ast.Attributes, children: list[Element]) -> list[Element]:
        kind = next((k for k in CALLOUTS if f"callout-{k}" in attrs[1]), "note")
        title = ast.get(attrs, "title") or self.words[kind]
        body = self.blocks(paragraphs(children))
        classes = ["callout", f"callout-{kind}"]
        if collapse := ast.get(attrs, "collapse"):
            summary = f"<summary>{html.escape(title)}</summary>"
            body = _details("callout-fold", summary, body, opened=collapse == "false")
        else:
            heading = [{"t": "Plain", "c": ast.string(title)}]
            body = [ast.div(heading, ast.attr("", ["callout-title"])), *body]
        return [ast.div(body, ast.attr(attrs[0], classes, role="note"))]

    def header(self, block: Element) -> list[Element]:
        level, attrs, inlines = block["c"]
        # a level that was left out would be missed by whoever jumps from heading to heading
        self.level = min(level + self.shift, self.level + 1, 6)
        anchor = html.escape(attrs[0], quote=True)
        link = f'<a class="anchor" href="#{anchor}" aria-hidden="true" tabindex="-1"></a>'
        raw = {"t": "RawInline", "c": ["html", link]}
        content = [*inlines, raw] if attrs[0] else inlines
        return [{"t": "Header", "c": [self.level, attrs, content]}]

    def code(self, block: Element) -> list[Element]:
        (identifier, classes, pairs), text = block["c"]
        fold = next((value for key, value in pairs if key == "code-fold"), "")
        if not fold:
            return [block]
        kept = [pair for pair in pairs if pair[0] not in ("code-fold", "code-summary")]
        title = next((v for key, v in pairs if key == "code-summary"), "") or self.words["code"]
        code = {"t": "CodeBlock", "c": [[identifier, classes, kept], text]}
        summary = f"<summary>{html.escape(title)}</summary>"
        return _details("code-fold", summary, [code], opened=fold == "show")

    def table(self, block: Element) -> list[Element]:
        """A caption stands still while its table scrolls: it is the figure's, not the table's."""
        attrs, caption, *rest = block["c"]
        if not caption[1]:
            return [_scroll(block, self.words["table"])]
        bare = {"t": "Table", "c": [["", *attrs[1:]], [None, []], *rest]}
        scroll = _scroll(bare, ast.plain(caption[1]).strip())
        return [{"t": "Figure", "c": [[attrs[0], ["tabular"], []], caption, [scroll]]}]

    def figure(self, block: Element) -> list[Element]:
        attrs, caption, children = block["c"]
        return [{"t": "Figure", "c": [attrs, caption, self.blocks(children)]}]

    def raw(self, block: Element) -> list[Element]:
        target, text = block["c"]
        if target != "html" or "<table" not in text or "</table" not in text:
            return [block]
        # pandas prints a scoped style and a border, which no living standard knows
        clean = _BORDER.sub(r"\1", _SCOPED_STYLE.sub("", text))
        return [_scroll(_raw(clean), self.words["table"])]

    def quote(self, block: Element) -> list[Element]:
        return [{"t": "BlockQuote", "c": self.blocks(block["c"])}]

    def items(self, block: Element) -> list[Element]:
        if block["t"] == "BulletList":
            return [{"t": "BulletList", "c": [self.blocks(item) for item in block["c"]]}]
        style, items = block["c"]
        return [{"t": "OrderedList", "c": [style, [self.blocks(item) for item in items]]}]

    def paragraph(self, block: Element) -> list[Element]:
        if not any(_is_formula(inline) for inline in block["c"]):
            return [block]
        inlines = [self.formula(i) if _is_formula(i) else i for i in block["c"]]
        return [{"t": block["t"], "c": inlines}]

    def formula(self, inline: Element) -> Element:
        if inline["t"] == "Math":
            attrs = ast.attr("", ["formula"], role="group", tabindex="0")
            ast.put(attrs, "aria-label", self.words["formula"])
            return ast.span([inline], attrs)
        identifier, number = inline["c"][0][0], ast.get(inline["c"][0], "number")
        label = f"{self.words['equation']} {number}"
        formula = ast.attr("", ["formula"], role="group", tabindex="0")
        ast.put(formula, "aria-label", label)
        shown = ast.span(ast.string(f"({number})"), ast.attr("", ["equation-number"]))
        children = [ast.span(inline["c"][1], formula), shown]
        return ast.span(children, ast.attr(identifier, ["equation"]))


def paragraphs(blocks: list[Element]) -> list[Element]:
    """The blocks of a division; pandoc leaves the last one bare where no blank line follows."""
    return [{**block, "t": "Para"} if block["t"] == "Plain" else block for block in blocks]


def _is_formula(inline: Element) -> bool:
    if inline["t"] == "Math":
        return bool(inline["c"][0]["t"] == "DisplayMath")
    return inline["t"] == "Span" and "equation" in inline["c"][0][1]


def _scroll(block: Element, label: str) -> Element:
    """A container that scrolls by itself and can be reached by the keyboard."""
    attrs = ast.attr("", ["scroll"], role="group", tabindex="0")
    ast.put(attrs, "aria-label", label)
    return ast.div([block], attrs)


def _details(name: str, summary: str, body: list[Element], *, opened: bool) -> list[Element]:
    start = f'<details class="{name}"{" open" if opened else ""}>{summary}'
    return [_raw(start), *body, _raw("</details>")]


def _raw(text: str) -> Element:
    return {"t": "RawBlock", "c": ["html", text]}
