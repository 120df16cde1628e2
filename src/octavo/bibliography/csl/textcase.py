"""Text cases (CSL 1.0.2, "Text-case"): on structured text, across its markup.

Each case is a function on the whole text that keeps its length, so that the result can be laid
back over
the pieces; ``nocase`` pieces keep what they had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from octavo.bibliography.csl.nodes import Node, Part

_STOP_WORDS = frozenset(
    [
        "a",
        "according",
        "across",
        "afore",
        "after",
        "against",
        "ahead",
        "along",
        "alongside",
        "amid",
        "amidst",
        "among",
        "amongst",
        "an",
        "and",
        "anenst",
        "apart",
        "apropos",
        "around",
        "as",
        "aside",
        "astride",
        "at",
        "athwart",
        "atop",
        "back",
        "barring",
        "because",
        "before",
        "behind",
        "below",
        "beneath",
        "beside",
        "besides",
        "between",
        "beyond",
        "but",
        "by",
        "c",
        "ca",
        "circa",
        "despite",
        "down",
        "due",
        "during",
        "et",
        "except",
        "far",
        "for",
        "forenenst",
        "from",
        "given",
        "in",
        "inside",
        "instead",
        "into",
        "lest",
        "like",
        "modulo",
        "near",
        "next",
        "nor",
        "notwithstanding",
        "of",
        "off",
        "on",
        "onto",
        "or",
        "out",
        "over",
        "per",
        "plus",
        "pro",
        "qua",
        "sans",
        "since",
        "so",
        "than",
        "the",
        "through",
        "throughout",
        "thru",
        "thruout",
        "till",
        "to",
        "toward",
        "towards",
        "under",
        "underneath",
        "until",
        "unto",
        "up",
        "upon",
        "v",
        "v.",
        "versus",
        "via",
        "vis-à-vis",
        "von",
        "vs",
        "vs.",
        "with",
        "within",
        "without",
        "yet",
        "d'",
        "de",
    ]
)
_PHRASES = re.compile(
    r"(?<![\w'’])(?:according to|apart from|as for|as to|because of|due to|far from|next to|"
    r"out from|out of|outside of|prior to|rather than|regardless of|such as|"
    r"together with)(?![\w'’])",
    re.IGNORECASE,
)
# Formats that mark a name or a formula, which has its own case.
_FIXED = frozenset({"superscript", "subscript", "small-caps"})
_WORD = re.compile(r"[^\s\u00a0\u202f\-–—/:;,!?()\[\]{}“”\"«»]+")
_BREAK = re.compile(r"[.:!?][\"”’'»)\]]*\s*$")


def upper_same(text: str) -> str:
    """Upper case that never changes the length."""
    return "".join(u if len(u := c.upper()) == 1 else c for c in text)


def lower_same(text: str) -> str:
    """Lower case that never changes the length."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _capital(word: str) -> str:
    for n, char in enumerate(word):
        if char.isalpha():
            if "\u0370" <= char <= "\u03ff" and len(word) == 1:
                return word
            return word[:n] + upper_same(char) + word[n + 1 :]
        if char.isdigit():
            return word
    return word


def _capitalize_first(text: str) -> str:
    found = _WORD.search(text)
    if not found or not found[0].islower():
        return text
    return text[: found.start()] + _capital(found[0]) + text[found.end() :]


def _capitalize_all(text: str) -> str:
    return re.sub(r"\S+", lambda m: _capital(m[0]) if m[0].islower() else m[0], text)


def _sentence(text: str) -> str:
    """Sentence case: capitalized words are lowered, words in mixed case stay as they are."""
    if text.isupper():
        text = lower_same(text)
    text = _WORD.sub(lambda m: lower_same(m[0]) if m[0].istitle() else m[0], text)
    return _capitalize_first(text)


def _title(text: str) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    small = {n for m in _PHRASES.finditer(text) for n in range(m.start(), m.end())}
    out = list(text)
    for n, found in enumerate(words):
        word = found[0]
        if word != word.lower():
            continue
        start, end = found.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if before == "-" and text[start - 2 : start - 1].isdigit():
            continue
        edge = n in (0, len(words) - 1) or bool(_BREAK.search(text[:start]))
        edge = edge or (after == "-" and before != "-")
        stop = word.rstrip(".,").lower() in _STOP_WORDS or start in small
        out[start:end] = word if stop and not edge else _capital(word)
    return "".join(out)


_CASES: dict[str, Callable[[str], str]] = {
    "lowercase": lower_same,
    "uppercase": upper_same,
    "capitalize-first": _capitalize_first,
    "capitalize-all": _capitalize_all,
    "sentence": _sentence,
    "title": _title,
}


def change(parts: list[Part], case: str, *, english: bool = True, lang: str = "") -> list[Part]:
    """Parts in another text case. Title case leaves text of other languages as it is."""
    if case not in _CASES or (case == "title" and not english):
        return parts
    pieces: list[tuple[str, bool]] = []
    _collect(parts, pieces, keep=False)
    text = "".join(piece for piece, _ in pieces)
    if lang[:2] in ("tr", "az"):
        # Their dotted and dotless i are letters of their own.
        if case != "lowercase":
            text = text.replace("i", "İ") if case == "uppercase" else re.sub(r"^i", "İ", text)
        else:
            text = text.replace("I", "ı").replace("İ", "i")
    new = _CASES[case](text)
    return _laid(parts, iter(_cut(new, pieces)))


def _collect(parts: list[Part], pieces: list[tuple[str, bool]], *, keep: bool) -> None:
    for part in parts:
        if isinstance(part, str):
            pieces.append((part, keep))
        else:
            fixed = bool(_FIXED.intersection(part.dress.formats))
            _collect(part.kids, pieces, keep=keep or part.tag == "nocase" or fixed)


def _cut(text: str, pieces: list[tuple[str, bool]]) -> list[str]:
    out, start = [], 0
    for piece, keep in pieces:
        end = start + len(piece)
        out.append(piece if keep else text[start:end])
        start = end
    return out


def _laid(parts: list[Part], texts: Iterator[str]) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            out.append(next(texts))
        else:
            out.append(part.copy_with(_laid(part.kids, texts)))
    return out


def strip_periods(parts: list[Part]) -> list[Part]:
    """Parts without their full stops."""
    return [
        part.replace(".", "")
        if isinstance(part, str)
        else Node(strip_periods(part.kids), part.dress, part.tag, part.value, part.href)
        for part in parts
    ]
