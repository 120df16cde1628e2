"""Names as TeX writes them, made safe for pandoc's reader."""

from __future__ import annotations

import re
from collections.abc import Mapping

from octavo.bibliography.searchtext import plain

NAME_FIELDS = (
    "author", "editor", "editora", "editorb", "editorc", "translator", "annotator", "afterword",
    "commentator", "foreword", "introduction", "bookauthor", "director", "holder", "shortauthor",
    "shorteditor",
)  # fmt: skip

_SPECIAL_CHARACTER = re.compile(
    r"""\{(\\(?:
        (?:[`'^~"=.]\s* | [uvHckrdb](?:\s+|(?=[{\\])))
        (?: \{\s*(?:\\[ij]|[^\W\d_])\s*\} | \\[ij] | [^\W\d_] )
      | (?:ss|ae|AE|oe|OE|o|O|l|L|aa|AA|i|j|dh|th|dj) (?:\{\})?
    ))\s*\}""",
    re.VERBOSE,
)
_CONTROL_WORD_ENDS = re.compile(r"\\[A-Za-z]+\Z")


def with_plain_names(raw: str, fields: Mapping[str, str]) -> str:
    r"""The text of an entry with TeX's special characters in its names written as letters.

    For BibTeX ``{\'E}mile`` starts with a capital letter; pandoc sees a brace, and makes it a
    dropping particle.

    >>> with_plain_names(r"@book{a, author={{\'E}mile Zola}}", {"author": r"{{\'E}mile Zola}"})
    '@book{a, author={Émile Zola}}'
    """
    if "{\\" not in raw:
        return raw
    for name in NAME_FIELDS:
        value = fields.get(name, "")
        if "{\\" in value:
            raw = raw.replace(value, special_characters(value))
    return raw


def special_characters(value: str) -> str:
    r"""A value whose special characters (``{\"o}``) are letters; nothing else changes."""
    return _SPECIAL_CHARACTER.sub(_letter, value)


def _letter(match: re.Match[str]) -> str:
    letter = plain(match.group(1))
    before = match.string[: match.start()]
    return "{}" + letter if _CONTROL_WORD_ENDS.search(before) else letter
