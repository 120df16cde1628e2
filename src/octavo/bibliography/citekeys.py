"""Citekeys made from references, by the workspace's pattern."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Container, Iterator
from itertools import count

from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.searchtext import csl_year, fold

DEFAULT = "{author}{year}{word}"

# Words that say nothing of a title, in the languages whose articles often begin one.
_ARTICLES_AND_SMALL_WORDS = """a an the of on in to for and or with from by at as is are how what
    why der die das ein eine und von zur zum im le la les l un une des du de et el los las una y il
    lo gli i"""
_EMPTY_WORDS = frozenset(_ARTICLES_AND_SMALL_WORDS.split())


class PatternError(ValueError):
    """A citekey pattern names a part that there is not."""


def make(item: CslItem, taken: Container[str], pattern: str = DEFAULT) -> str:
    """A citekey for an item that is not ``taken``: ``doe2019garden``, then ``doe2019gardena`` …

    ``pattern`` may hold ``{author}`` (the first family name), ``{authors}`` (the first three),
    ``{year}``, ``{word}`` (the title's first that says something), ``{title}`` (three of them),
    ``{container}`` (initials) and ``{type}``. Letters are folded to ASCII where that leaves any.
    Raises :class:`PatternError`.
    """
    try:
        key = string.Formatter().vformat(pattern, (), _Parts(item))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        names = ", ".join(f"{{{name}}}" for name in _PARTS)
        raise PatternError(f"a citekey pattern is made of {names}: {pattern}") from error
    key = re.sub(r"[^\w:.#$%&+?<>~/-]", "", key) or "reference"
    return next(k for k in _candidates(key) if k not in taken)


def ascii_word(text: str) -> str:
    """A word in lower-case ASCII letters and digits; other scripts stay as they are.

    >>> ascii_word("Müller-Øre"), ascii_word("王")
    ('mullerore', '王')
    """
    folded = fold(text).replace(" ", "")
    decomposed = unicodedata.normalize("NFKD", folded)
    plain = "".join(c for c in decomposed if c.isascii() and c.isalnum())
    if plain or not folded:
        return plain.lower()
    return "".join(c for c in unicodedata.normalize("NFC", folded) if c.isalnum()).lower()


class _Parts(dict[str, str]):
    """The parts of a pattern, each made when it is asked for."""

    def __init__(self, item: CslItem) -> None:
        super().__init__()
        self._item = item

    def __missing__(self, name: str) -> str:
        return _PARTS[name](self._item)


def _families(item: CslItem) -> list[str]:
    names = item.get("author") or item.get("editor") or item.get("translator") or []
    found = [str(n.get("family") or n.get("literal") or "") for n in names]
    return [ascii_word(name) for name in found if name]


def _author(item: CslItem) -> str:
    families = _families(item)
    return families[0] if families else ascii_word(str(item.get("publisher", "")).split(" ")[0])


def _words(item: CslItem) -> list[str]:
    title = re.sub(r"<[^>]*>", "", str(item.get("title", "")))
    words = [ascii_word(word) for word in re.findall(r"[^\W_]+", title)]
    return [word for word in words if word and word not in _EMPTY_WORDS] or words


def _initials(item: CslItem) -> str:
    title = str(item.get("container-title", ""))
    return "".join(w[0] for w in (ascii_word(w) for w in title.split()) if w not in _EMPTY_WORDS)


_PARTS: dict[str, Callable[[CslItem], str]] = {
    "author": _author,
    "authors": lambda item: "".join(_families(item)[:3]),
    "year": csl_year,
    "word": lambda item: "".join(_words(item)[:1]),
    "title": lambda item: "".join(_words(item)[:3]),
    "container": _initials,
    "type": lambda item: ascii_word(str(item.get("type", ""))),
}


def _candidates(key: str) -> Iterator[str]:
    yield key
    yield from (key + letter for letter in string.ascii_lowercase)
    yield from (f"{key}-{number}" for number in count(2))
