"""Rich text in fields and affixes: CSL's small HTML subset, and quotation marks.

Citeproc-JSON allows ``<i>``, ``<b>``, ``<sup>``, ``<sub>``, ``<span class="nocase">``,
``<span class="nodecor">`` and ``<span style="font-variant:small-caps">``; whatever else looks like
a tag is text. Quotation marks become structure, so that they take the form that the locale and
their depth ask for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, Tag

_TOKEN = re.compile(
    r"""(<(?:i|b|sup|sub|sc|em|strong)>|<span\b[^<>]*>|</(?:i|b|sup|sub|sc|em|strong|span)>|["'“”‘’])"""
)
_PLAIN = re.compile(r"""[<"'“”‘’]""")

QUOTED = Dress(quotes=True)
_SIMPLE = {
    "i": Dress(formats=("italic",)),
    "em": Dress(formats=("italic",)),
    "b": Dress(formats=("bold",)),
    "strong": Dress(formats=("bold",)),
    "sup": Dress(formats=("superscript",)),
    "sub": Dress(formats=("subscript",)),
    "sc": Dress(formats=("small-caps",)),
}
_NODECOR = Dress(formats=("normal",))
_OPENERS = "([{-–—/«“‘\u00a0\u202f"


class _Frame:
    __slots__ = ("dress", "kids", "name", "raw", "tag")

    def __init__(self, name: str, raw: str, dress: Dress, tag: Tag = "") -> None:
        self.name = name
        self.raw = raw
        self.dress = dress
        self.tag = tag
        self.kids: list[Part] = []


def parse(text: str, *, quotes: bool = True) -> list[Part]:
    """The structure of a field's text. Never fails: what cannot be understood stays text."""
    if "«" in text or "»" in text:
        text = text.replace("« ", "«\u202f").replace(" »", "\u202f»")
    if not _PLAIN.search(text):
        return [text] if text else []
    return list(_parse(text, quotes))


@lru_cache(maxsize=4096)
def _parse(text: str, quotes: bool) -> tuple[Part, ...]:
    tokens = [token for token in _TOKEN.split(text) if token]
    stack = [_Frame("", "", BARE)]
    for n, token in enumerate(tokens):
        if token[0] == "<" and _TOKEN.fullmatch(token):
            _tag(stack, token)
        elif len(token) == 1 and token in "\"'“”‘’" and quotes:
            before = _neighbour(tokens, n, -1)
            after = _neighbour(tokens, n, 1)
            _mark(stack, token, before, after)
        else:
            stack[-1].kids.append(token)
    while len(stack) > 1:
        _spill(stack)
    return tuple(_merged(stack[0].kids))


def _neighbour(tokens: list[str], n: int, step: int) -> str:
    """The nearest character of text beside a token; "" at the edge."""
    n += step
    while 0 <= n < len(tokens):
        token = tokens[n]
        if not (token[0] == "<" and _TOKEN.fullmatch(token)):
            return token[0] if step > 0 else token[-1]
        n += step
    return ""


def _tag(stack: list[_Frame], token: str) -> None:
    if token[1] != "/":
        name = re.match(r"<(\w+)", token)[1]  # type: ignore[index]  # the token pattern has it
        if name == "span":
            stack.append(_span(token))
        else:
            stack.append(_Frame(name, token, _SIMPLE[name]))
        return
    name = token[2:-1]
    if not any(frame.name == name for frame in stack[1:]):
        stack[-1].kids.append(token)
        return
    while stack[-1].name != name:
        _spill(stack)
    _close(stack)


def _span(token: str) -> _Frame:
    if "small-caps" in token:
        return _Frame("span", token, _SIMPLE["sc"])
    if "nocase" in token:
        return _Frame("span", token, BARE, "nocase")
    if "nodecor" in token:
        return _Frame("span", token, _NODECOR, "nocase")
    if "normal" in token:
        return _Frame("span", token, _NODECOR, "nocase")
    return _Frame("span", token, BARE)


def _close(stack: list[_Frame]) -> None:
    frame = stack.pop()
    stack[-1].kids.append(Node(_merged(frame.kids), frame.dress, frame.tag))


def _spill(stack: list[_Frame]) -> None:
    """Give up on what was opened and never closed: it was text."""
    frame = stack.pop()
    stack[-1].kids.append("’" if frame.raw == "'" else frame.raw)
    stack[-1].kids += frame.kids


def _mark(stack: list[_Frame], mark: str, before: str, after: str) -> None:
    if mark in "“‘":
        stack.append(_Frame("q" + mark, mark, QUOTED))
        return
    opener = {"”": "q“", "’": "q‘", '"': 'q"', "'": "q'"}[mark]
    typed = mark in "\"'"
    closes = _may_close(before, after) if mark in "'’" else bool(before) and not before.isspace()
    depth = _depth(stack, opener)
    if depth and closes:
        while len(stack) > depth + 1:
            _spill(stack)
        _close(stack)
    elif typed and (_may_open(before, after) or _just_opened(stack, before)):
        stack.append(_Frame(opener, mark, QUOTED))
    else:
        stack[-1].kids.append("’" if mark == "'" else mark)


def _just_opened(stack: list[_Frame], before: str) -> bool:
    """Whether the mark follows another that has just opened a quotation."""
    return before in ("'", '"') and stack[-1].name.startswith("q") and not stack[-1].kids


def _depth(stack: list[_Frame], opener: str) -> int:
    """Where the innermost open mark of this kind is, unless a tag lies between."""
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].name == opener:
            return depth
        if not stack[depth].name.startswith("q"):
            return 0
    return 0


def _may_open(before: str, after: str) -> bool:
    if not after or after.isspace():
        return False
    return not before or before.isspace() or before in _OPENERS


def _may_close(before: str, after: str) -> bool:
    return bool(before) and not before.isspace() and not after.isalnum()


def _merged(kids: list[Part]) -> list[Part]:
    """Neighbouring pieces of text as one."""
    out: list[Part] = []
    for kid in kids:
        if isinstance(kid, str) and out and isinstance(out[-1], str):
            out[-1] += kid
        elif kid != "":
            out.append(kid)
    return out
