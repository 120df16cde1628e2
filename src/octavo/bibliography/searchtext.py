"""The plain words of an entry, for finding it and for showing it in a list.

Fast and approximate: what is formatted or printed comes from pandoc's reading of the entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from octavo.bibliography.blocks import ParsedEntry, enclosed

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308",
    "=": "\u0304", ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b",
    "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "th": "þ", "dj": "đ",
    "textendash": "–", "textemdash": "—",
    **{name: name for name in ("TeX", "LaTeX", "BibTeX", "XeTeX", "LuaTeX")},
}  # fmt: skip
_ACCENT = re.compile(
    r"""\\(?:([`'^~"=.])\s*|([uvHckrdb])(?:\s+|(?=[{\\])))\{?\s*(\\[ij]|\w)\s*\}?"""
)
_LETTER = re.compile(r"\\([A-Za-z]+)(?:\{\}|[ \t]+(?=\w)|(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_SPACES = re.compile(r"\s+")
_YEAR = re.compile(r"\d{4}")
_KEY_PART = re.compile(r"[^\W\d_]+|\d+")
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])")
_FOLD = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe",
     "Œ": "OE", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "Þ": "Th", "ı": "i", "ȷ": "j"}
)  # fmt: skip

_TITLES = ("title", "subtitle", "titleaddon", "shorttitle", "origtitle")
_SUBTITLES = frozenset(_TITLES[1:])
_CONTAINERS = (
    "journaltitle", "journal", "booktitle", "maintitle", "shortjournal", "series",
    "eventtitle", "publisher", "institution", "school",
)  # fmt: skip
_IDENTIFIERS = ("doi", "isbn", "issn", "eprint", "pmid")


class SearchText(NamedTuple):
    """The columns of the full-text index, in its order (but for the reading note's).

    A tuple, because ten thousand of these are made at once.
    """

    key: str
    lead: str
    author: str
    editor: str
    title: str
    container: str
    year: str
    keywords: str
    ident: str
    abstract: str

    def folded(self) -> tuple[str, ...]:
        """The columns as they are indexed: letters that SQLite does not fold are folded."""
        return tuple(t if t.isascii() else fold(t) for t in self)


def plain(value: str) -> str:
    r"""A field's value as plain text: accents become letters, commands and braces go.

    >>> plain(r"{\"O}zg{\"u}r's {{GUI}}: 5\% of \emph{it}")
    "Özgür's GUI: 5% of it"
    >>> plain(r"The {\TeX}book")
    'The TeXbook'
    """
    if "\\" in value:
        value = _ACCENT.sub(_accented, value)
        value = _LETTER.sub(lambda m: _LETTERS.get(m.group(1), ""), value)
        value = _ESCAPED.sub(lambda m: m.group(1) if m.group(1) not in "{}" else "", value)
    if "{" in value or "}" in value:
        value = value.replace("{", "").replace("}", "")
    if "\n" in value or "  " in value or "~" in value:
        value = _SPACES.sub(" ", value.replace("~", " ")).strip()
    return value


def dashes(text: str) -> str:
    """TeX's two and three hyphens as the dashes that they print."""
    return text.replace("---", "—").replace("--", "–") if "--" in text else text


def fold(text: str) -> str:
    """Fold letters that have no decomposition, and set CJK characters apart as words."""
    if text.isascii():
        return text
    return _CJK.sub(r" \1 ", text.translate(_FOLD))


def of_bib(entry: ParsedEntry, macros: Mapping[str, str]) -> SearchText:
    """The search text of a ``.bib`` entry; ``macros`` are the file's ``@string`` values."""
    fields = entry.fields

    def one(name: str) -> str:
        value = fields.get(name)
        return _value(value, macros) if value else ""

    def some(names: Iterable[str]) -> str:
        return " ".join([_value(fields[n], macros) for n in names if n in fields])

    author = one("author")
    editor = some(("editor", "translator"))
    year = _YEAR.search(fields.get("date", "")) or _YEAR.search(fields.get("year", ""))
    return SearchText(
        key=key_words(entry.key),
        lead=family(author or editor),
        author=author,
        editor=editor,
        title=dashes(some(_TITLES) if _SUBTITLES.isdisjoint(fields) else _titles(fields, macros)),
        container=some(_CONTAINERS),
        year=year.group() if year else one("year"),
        keywords=one("keywords"),
        ident=some(_IDENTIFIERS),
        abstract=one("abstract"),
    )


def _titles(fields: Mapping[str, str], macros: Mapping[str, str]) -> str:
    whole = ": ".join(_value(fields[n], macros) for n in ("title", "subtitle") if n in fields)
    return " ".join([whole, *(_value(fields[n], macros) for n in _TITLES[2:] if n in fields)])


def of_csl(item: Mapping[str, Any]) -> SearchText:
    """The search text of a CSL item."""

    def text(*names: str) -> str:
        return " ".join(str(item[n]) for n in names if item.get(n))

    author, editor = names_text(item.get("author")), names_text(item.get("editor"))
    return SearchText(
        key=key_words(str(item.get("id", ""))),
        lead=family(author or editor),
        author=author,
        editor=editor,
        title=text("title", "title-short"),
        container=text("container-title", "collection-title", "publisher"),
        year=csl_year(item),
        keywords=text("keyword"),
        ident=text("DOI", "ISBN", "ISSN", "PMID"),
        abstract=text("abstract"),
    )


def csl_year(item: Mapping[str, Any]) -> str:
    """The year that a CSL item was issued in, or nothing."""
    issued = item.get("issued")
    found = _YEAR.search(str(issued)) if issued else None
    return found.group() if found else ""


def names_text(names: Any) -> str:
    """CSL names as one line: ``Family, Given and Family, Given``."""
    if not isinstance(names, list):
        return str(names or "")
    return " and ".join(_name_text(n) for n in names if isinstance(n, dict))


def key_words(key: str) -> str:
    """A citekey and its parts: ``smith2019garden smith 2019 garden``."""
    parts = _KEY_PART.findall(key)
    return f"{key} {' '.join(parts)}" if len(parts) > 1 else key


def _name_text(name: Mapping[str, Any]) -> str:
    if name.get("literal"):
        return str(name["literal"])
    parts = [str(name[p]) for p in ("non-dropping-particle", "family") if name.get(p)]
    given = str(name.get("given") or "")
    return f"{' '.join(parts)}, {given}" if given else " ".join(parts)


def _value(value: str, macros: Mapping[str, str]) -> str:
    if not value:
        return ""
    if value[0] == "{" and value[-1] == "}":
        return plain(value[1:-1])
    if value[0] == '"' and "#" not in value:
        return plain(enclosed(value))
    if value.isdigit():
        return value
    pieces = (piece.strip() for piece in value.split("#"))
    return plain(" ".join(enclosed(macros.get(p.lower(), p)) for p in pieces))


def family(names: str) -> str:
    """The family name of the first of some names in BibTeX's form."""
    first = names.split(" and ", 1)[0]
    if "," in first:
        return first.split(",", 1)[0]
    return first.rsplit(" ", 1)[-1]


def _accented(match: re.Match[str]) -> str:
    letter = match.group(3)
    base = {"\\i": "i", "\\j": "j"}.get(letter, letter)
    mark = _ACCENTS[match.group(1) or match.group(2)]
    return unicodedata.normalize("NFC", base + mark)
