"""What happens where punctuation meets: doubled marks, spaces, and closing quotation marks.

Works on a flat sequence of :class:`Token`. Only the places where two pieces of text meet are
touched: what
a field says in its midst is the writer's own.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["text", "open", "close", "open-quote", "close-quote"]

# The two marks that meet, and what stays of them.
_MEETING = {
    "::": ":", ":.": ":", ":!": "!", ":?": "?",
    "..": ".",
    ";:": ";", ";.": ";", ";;": ";", ";!": "!", ";?": "?",
    "!:": "!", "!.": "!", "!!": "!",
    "?:": "?", "?.": "?", "??": "?",
    ",,": ",",
}  # fmt: skip
_MARKS = ".,:;!?"
_MOVING = ".,!?"


class Token:
    """A piece of text, or the edge of a dress; ``payload`` is what opens or closes."""

    __slots__ = ("kind", "payload", "text")

    def __init__(self, kind: Kind, text: str = "", payload: object = None) -> None:
        self.kind = kind
        self.text = text
        self.payload = payload


def tidy(tokens: list[Token], *, in_quote: bool) -> list[Token]:
    """The tokens with every meeting of marks settled."""
    out: list[Token] = []
    for token in tokens:
        if token.kind == "text" and token.text and out:
            _settle(out, token, in_quote=in_quote)
            if not token.text:
                continue
        out.append(token)
    return out


def _before(out: list[Token]) -> int:
    """The index of the nearest text or quotation mark; -1 where there is none."""
    for n in range(len(out) - 1, -1, -1):
        kind = out[n].kind
        if kind in ("close-quote", "open-quote") or (kind == "text" and out[n].text):
            return n
    return -1


def _settle(out: list[Token], token: Token, *, in_quote: bool) -> None:
    while token.text:
        n = _before(out)
        if n < 0:
            return
        left = out[n]
        if left.kind == "text":
            _meet(left, token)
            if left.text:
                return
        else:
            if left.kind == "close-quote" and token.text[0] in _MARKS:
                _after_quote(out, n, token, in_quote=in_quote)
            return


def _meet(left: Token, right: Token) -> None:
    a, b = left.text[-1], right.text[0]
    if a in " \u00a0\u202f" and b == " ":
        right.text = right.text.lstrip(" ")
    elif a in _MARKS and b in _MARKS:
        kept = _MEETING.get(a + b)
        if kept == b and a != b:
            left.text = left.text[:-1]
        elif kept is not None:
            right.text = right.text[1:]


def _inside(out: list[Token], n: int) -> int:
    """The last text inside the quotation that ends at n (through nested closing marks)."""
    for m in range(n - 1, -1, -1):
        if out[m].kind == "text" and out[m].text:
            return m
        if out[m].kind == "open-quote":
            break
    return -1


def _after_quote(out: list[Token], n: int, token: Token, *, in_quote: bool) -> None:
    m = _inside(out, n)
    if m < 0:
        return
    while token.text and token.text[0] in _MARKS:
        a, b = out[m].text[-1], token.text[0]
        kept = _MEETING.get(a + b) if a in _MARKS else None
        if not in_quote:
            if kept is not None and kept == a and a in "?!" and b == ".":
                return
            if kept == a and a == b:
                token.text = token.text[1:]
            return
        if kept is not None and kept == a:
            token.text = token.text[1:]
            continue
        if b not in _MOVING:
            return
        if kept == b:
            out[m].text = out[m].text[:-1]
        at = m + 1
        while at < len(out) and out[at].kind == "close":
            at += 1
        moved = Token("text", b)
        out.insert(at, moved)
        m = at
        token.text = token.text[1:]
