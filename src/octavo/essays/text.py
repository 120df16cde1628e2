"""Places in a writer's text: which parts are prose, and where a token stands."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from octavo.records import Span

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MATH = re.compile(r"\$\$.+?\$\$|(?<![\\$\w])\$(?!\s)[^$\n]+?(?<![\s\\])\$(?!\d)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)


def prose(text: str) -> str:
    """The text with code, math, comments and the header blanked, every place kept.

    >>> prose("a `[@b]` c")
    'a        c'
    """
    text = _FRONT.sub(_blank, text, count=1)
    text = _blank_fences(text)
    for pattern in (_COMMENT, _SPAN, _MATH):
        text = pattern.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _blank_fences(text: str) -> str:
    kept: list[str] = []
    place = 0
    while opening := _FENCE.search(text, place):
        mark = opening.group(1)
        closing = re.compile(
            rf"^ {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE
        ).search(text, opening.end())
        end = closing.end() if closing else len(text)
        kept += [text[place : opening.start()], re.sub(r"[^\n]", " ", text[opening.start() : end])]
        place = end
    return "".join([*kept, text[place:]])


@dataclass(frozen=True, slots=True)
class Places:
    """Turns an offset or a token of one file's text into a :class:`Span`."""

    path: Path
    text: str
    prose: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, text: str) -> Places:
        """The places of a text that was read from ``path``."""
        starts = (0, *(m.end() for m in re.finditer("\n", text)))
        return cls(path, text, prose(text), starts)

    def span(self, offset: int) -> Span:
        """The line and column of an offset."""
        line = bisect.bisect_right(self.starts, offset)
        return Span(path=self.path, line=line, column=offset - self.starts[line - 1] + 1)

    def find(self, token: str, *, everywhere: bool = False) -> Span:
        """Where a token first stands in the prose (or, with ``everywhere``, in code too)."""
        offset = (self.text if everywhere else self.prose).find(token)
        return self.span(offset) if offset >= 0 else Span(path=self.path)

    def addresses(self, href: str) -> list[Span]:
        """Where links and pictures name an address: in line, or in a definition.

        Pandoc encodes what an address can't hold, so the writer's own form is looked for too.
        """
        forms = "|".join(re.escape(form) for form in dict.fromkeys((href, unquote(href))))
        inline = rf"\]\(\s*<?({forms})(?=[\s>)])"
        defined = rf"^ {{0,3}}\[[^\]\n]+\]:\s*<?({forms})(?=[\s>]|$)"
        attribute = rf"(?:src|href)=[\"']?({forms})(?=[\"'\s>])"
        found = re.finditer(f"{inline}|{defined}|{attribute}", self.prose, re.MULTILINE)
        return [self.span(match.start(match.lastindex or 0)) for match in found]

    def find_all(self, pattern: str) -> list[tuple[re.Match[str], Span]]:
        """Every match of a pattern in the prose, with its place."""
        return [(m, self.span(m.start())) for m in re.finditer(pattern, self.prose, re.MULTILINE)]
