"""From the tree that rendering builds to public runs: flip-flop, quotation marks, punctuation."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from octavo.bibliography.csl.locale import Locale
from octavo.bibliography.csl.nodes import Node, Part
from octavo.bibliography.csl.punctuation import Token, tidy
from octavo.bibliography.csl.records import Block, Cited, Link, Run, Styled

_FLIPPED = {
    "italic": "no-italic",
    "bold": "no-bold",
    "small-caps": "no-small-caps",
    "underline": "no-underline",
}
_NORMAL = {normal: name for name, normal in _FLIPPED.items()}


# Superscript letters and digits of Unicode, which many fonts lack.
_RAISED = re.compile(
    "([\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u02c0\u02c1\u02e0-\u02e4\u06e5\u06e6\u1d2c-\u1d2e"
    "\u1d30-\u1d3a\u1d3c-\u1d4d\u1d4f-\u1d61\u2070\u2071\u2074-\u207f\u2120\u2122\u3192-\u319f])"
)
_ODD = {"\u02c0": "\u0294", "\u02c1": "\u0295", "\u06e5": "\u0648", "\u06e6": "\u064a"}


def _raised(char: str) -> str:
    return _ODD.get(char) or unicodedata.normalize("NFKC", char)


class _Flattener:
    """Walks a tree and writes tokens; knows what is in force where it stands."""

    def __init__(self, locale: Locale) -> None:
        self.tokens: list[Token] = []
        self.active: set[str] = set()
        self.depth = 0
        term = locale.term
        self.marks = (
            (term("open-quote") or "“", term("close-quote") or "”"),
            (term("open-inner-quote") or "‘", term("close-inner-quote") or "’"),
        )

    def part(self, part: Part) -> None:
        """One part and all below it."""
        if isinstance(part, str):
            self.text(part)
            return
        dress = part.dress
        if dress.display:
            self.open(("display", dress.display))
        if not dress.affixes_inside:
            self.parts(dress.prefix)
        self.dressed(part)
        if not dress.affixes_inside:
            self.parts(dress.suffix)
        if dress.display:
            self.close(("display", dress.display))

    def text(self, text: str) -> None:
        """Plain text; superscript characters become what they stand for, raised."""
        if text.isascii() or not _RAISED.search(text):
            self.tokens.append(Token("text", text))
            return
        for piece in _RAISED.split(text):
            if not piece:
                continue
            if _RAISED.fullmatch(piece):
                self.open(("format", "superscript"))
                self.tokens.append(Token("text", _raised(piece)))
                self.close(("format", "superscript"))
            else:
                self.tokens.append(Token("text", piece))

    def parts(self, parts: tuple[Part, ...] | list[Part]) -> None:
        """Parts that follow one another."""
        for part in parts:
            self.part(part)

    def open(self, what: tuple[str, str]) -> None:
        """The beginning of a dress."""
        self.tokens.append(Token("open", "", what))

    def close(self, what: tuple[str, str]) -> None:
        """The end of a dress."""
        self.tokens.append(Token("close", "", what))

    def dressed(self, node: Node) -> None:
        """A node's children inside its formatting, quotes, link or item."""
        dress = node.dress
        effective = self.effective(dress.formats)
        before = set(self.active)
        if dress.quotes:
            self.quote(0)
        for name in effective:
            self.open(("format", name))
            self.apply(name)
        special = self.special(node)
        if special:
            self.open(special)
        if dress.affixes_inside:
            self.parts(dress.prefix)
        self.kids(node)
        if dress.affixes_inside:
            self.parts(dress.suffix)
        if special:
            self.close(special)
        for name in reversed(effective):
            self.close(("format", name))
        if dress.quotes:
            self.quote(1)
        self.active = before

    def kids(self, node: Node) -> None:
        if node.tag == "verbatim":
            for kid in node.kids:
                if isinstance(kid, str):
                    self.tokens.append(Token("text", kid))
                else:
                    self.part(kid)
        else:
            self.parts(node.kids)

    def special(self, node: Node) -> tuple[str, str] | None:
        """What a node is besides formatted text."""
        if node.href:
            return ("link", node.href)
        if node.tag == "cite":
            return ("cite", node.value)
        return None

    def effective(self, formats: tuple[str, ...]) -> list[str]:
        """The formats that change something here; a repeated one turns itself off."""
        out: list[str] = []
        for name in formats:
            if name == "normal":
                out += [_FLIPPED[n] for n in ("italic", "small-caps", "bold") if n in self.active]
            elif name in _FLIPPED:
                out.append(_FLIPPED[name] if name in self.active else name)
            elif name in _NORMAL:
                if _NORMAL[name] in self.active:
                    out.append(name)
            elif name != "baseline" or self.active & {"superscript", "subscript"}:
                out.append(name)
        return out

    def apply(self, name: str) -> None:
        if name in _NORMAL:
            self.active.discard(_NORMAL[name])
        else:
            self.active.add(name)

    def quote(self, end: int) -> None:
        """An opening (0) or closing (1) mark of the depth reached."""
        if end:
            self.depth -= 1
        mark = self.marks[self.depth % 2][end]
        self.tokens.append(Token("close-quote" if end else "open-quote", mark))
        if not end:
            self.depth += 1


def finish(part: Part, locale: Locale) -> tuple[Run, ...]:
    """A rendered tree as runs."""
    flattener = _Flattener(locale)
    flattener.part(part)
    tokens = tidy(flattener.tokens, in_quote=locale.punctuation_in_quote)
    return _built(tokens)


def _built(tokens: list[Token]) -> tuple[Run, ...]:
    stack: list[tuple[Any, list[Run]]] = [(None, [])]
    for token in tokens:
        if token.kind == "open":
            stack.append((token.payload, []))
        elif token.kind == "close":
            payload, kids = stack.pop()
            if kids:
                stack[-1][1].append(_wrapped(payload, tuple(kids)))
        elif token.text:
            kids = stack[-1][1]
            if kids and isinstance(kids[-1], str):
                kids[-1] += token.text
            else:
                kids.append(token.text)
    return tuple(stack[0][1])


def _wrapped(payload: tuple[str, Any], kids: tuple[Run, ...]) -> Run:
    kind, value = payload
    if kind == "format":
        return Styled(formatting=value, children=kids)
    if kind == "link":
        return Link(href=value, children=kids)
    if kind == "cite":
        return Cited(item=value, children=kids)
    return Block(display=value, children=kids)
