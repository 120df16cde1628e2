"""Parsing a text that is being typed: where one paragraph changed, one paragraph is parsed.

The shortcut is taken only where it is sure to give what parsing the whole would: both states of
the paragraph are plain prose that says nothing to, and wants nothing of, the rest of the text,
and what the old one is parsed to by itself stands in the old tree, once. Everything else is
parsed as a whole (a law in the tests holds both to be the same).
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from octavo.essays.weave import parse
from octavo.pandoc import worker
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast

_SPECIAL = re.compile(
    r"^[ \t]*(?:[#>|:~`+*=\-$(]|\d+[.)]|[A-Za-z]+[.)](?:[ \t]|$)|[Tt]able:)"  # another block
    r"|^[ \t]|\t|^\[|[<>{}]|\\[A-Za-z]|\$\$|\\$",
    re.MULTILINE,
)
_OWN = re.compile(r"\[(?!\^)(?:[^\[\]]*[\s;-])?-?@[^\[\]]*\]|\[[^\[\]]*\]\([^()\s]*\)")
_CHUNKS = re.compile(r"(\n[ \t]*(?:\n[ \t]*)+)")
"""Between two paragraphs; what stands there counts, for it may indent the next."""


def _is_plain(chunk: str) -> bool:
    """Whether a paragraph is prose whose brackets are citations, links and inline notes."""
    if not chunk.strip() or _SPECIAL.search(chunk):
        return False
    rest = chunk
    for _ in range(3):  # an inline note may hold citations
        rest = re.sub(r"\^\[[^\[\]]*\]", "", _OWN.sub("", rest))
    return not re.search(r"[\[\]]", rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """A text in paragraphs, and the blocks of its tree as JSON."""

    chunks: Sequence[str]
    blocks: Sequence[bytes]
    rest: Ast


class Parser:
    """Parses the states of one text, each quicker for the one before."""

    def __init__(self) -> None:
        self._state: _State | None = None

    def parse(self, text: str) -> Ast:
        """The tree of a text, as :func:`octavo.essays.weave.parse` gives it."""
        chunks = _CHUNKS.split(text)
        blocks = self._spliced(chunks)
        if blocks is None:
            tree = parse(text)
            encoded = [_encoded(block) for block in tree["blocks"]]
            self._state = _State(chunks=chunks, blocks=encoded, rest=tree)
            return tree
        assert self._state is not None
        self._state = _State(chunks=chunks, blocks=blocks, rest=self._state.rest)
        return {**self._state.rest, "blocks": json.loads(b"[" + b",".join(blocks) + b"]")}

    def _spliced(self, chunks: Sequence[str]) -> list[bytes] | None:
        """The old blocks with the changed paragraph in its place; None where that isn't sure."""
        old = self._state
        if old is None or len(old.chunks) != len(chunks):
            return None
        pairs = zip(old.chunks, chunks, strict=True)
        changed = [n for n, (one, other) in enumerate(pairs) if one != other]
        if not changed:
            return list(old.blocks)
        place = changed[0]
        before, after = old.chunks[place], chunks[place]
        if len(changed) > 1 or not (_is_plain(before) and _is_plain(after)):
            return None
        if not _stands_alone(old.chunks, place):
            return None
        was, now = _alone(before), _alone(after)
        if was is None or now is None or old.blocks.count(was) != 1:
            return None
        block = old.blocks.index(was)
        return [*old.blocks[:block], now, *old.blocks[block + 1 :]]


def _stands_alone(chunks: Sequence[str], place: int) -> bool:
    """Whether nothing around a paragraph takes it for its own, and no other says the same."""
    if place % 2 or (place and not chunks[place - 1].endswith("\n")):
        return False
    following = chunks[place + 2] if place + 2 < len(chunks) else ""
    if following[:1] in (":", "~"):
        return False  # it may be the term of a definition
    own = _letters(chunks[place])
    return sum(_letters(chunk) == own for chunk in chunks[::2]) == 1


def _letters(chunk: str) -> str:
    return re.sub(r"[\W_]+", "", chunk)


def _encoded(block: Element) -> bytes:
    """A block as JSON, without the count of notes so far, which nothing here reads."""
    return _NOTE_NUMBER.sub(b'"citationNoteNum":0', worker.encode(block))


_NOTE_NUMBER = re.compile(rb'"citationNoteNum":\d+')


@lru_cache(maxsize=32)
def _alone(chunk: str) -> bytes | None:
    """The one paragraph that a chunk is by itself."""
    blocks = parse(chunk)["blocks"]
    return _encoded(blocks[0]) if len(blocks) == 1 and blocks[0]["t"] == "Para" else None


_parsers: OrderedDict[str, Parser] = OrderedDict()
_MOST = 4
"""Texts whose last state is remembered."""


def parser(name: str) -> Parser:
    """The parser of one text, by whatever names it."""
    found = _parsers.pop(name, None) or Parser()
    _parsers[name] = found
    while len(_parsers) > _MOST:
        _parsers.popitem(last=False)
    return found
