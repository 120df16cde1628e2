"""Reading notes: one file for each citekey, named safely, with a header that says what was read."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import unicodedata

from octavo.bibliography.csl.records import CslItem

HEADER = """\
jupyter:
  jupytext:
    text_representation:
      extension: .md
      format_name: markdown"""
"""What keeps jupytext from guessing a text's format (DESIGN §4)."""

_UNSAFE = re.compile(r"[^\w.+-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def note_name(citekey: str) -> str:
    """The file's stem for a citekey: safe on every system, and another for every key.

    >>> note_name("knuth1984")
    'knuth1984'
    """
    key = unicodedata.normalize("NFC", citekey)
    safe = _UNSAFE.sub("-", key).strip(".-")
    if safe == citekey and not _RESERVED.match(safe):
        return safe
    return f"{safe or 'note'}-{hashlib.sha256(citekey.encode()).hexdigest()[:6]}"


def new_note(citekey: str, item: CslItem, today: datetime.date, lang: str = "en-US") -> str:
    """The text of a new reading note, filled from the entry."""
    title = " ".join(str(item.get("title", citekey)).split())
    names = [_name(name) for name in item.get("author") or item.get("editor") or ()]
    by = f" by {_listed(names)}" if names else ""
    return (
        f"---\n"
        f"title: {quoted(f'Notes on {title}')}\n"
        f"source: {quoted(citekey)}\n"
        f"status: reading\n"
        f"started: {today.isoformat()}\n"
        f"finished:\n"
        f"lang: {lang}\n"
        f"{HEADER}\n"
        f"---\n\n"
        f"*{title}*{by} [@{{{citekey}}}].\n\n"
        f"## What it says\n\n"
        f"## Quotations\n\n"
        f"## Questions\n"
    )


def quoted(text: str) -> str:
    """A text as a YAML scalar: plain where it may be, in double quotes elsewhere."""
    plain = re.fullmatch(r"[^\W\d_][\w .,;()/’“”–—-]*", text)
    return text if plain and text == text.strip() else json.dumps(text, ensure_ascii=False)


def _name(name: dict[str, str]) -> str:
    if "literal" in name:
        return name["literal"]
    parts = ("given", "non-dropping-particle", "dropping-particle", "family", "suffix")
    return " ".join(name[part] for part in parts if name.get(part))


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} and others"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
