"""The variables of an item: which are dates, names and numbers, and how their text is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from octavo.bibliography.csl.context import Context
from octavo.bibliography.csl.values import as_text

NAMES = frozenset(
    [
        "author",
        "chair",
        "collection-editor",
        "compiler",
        "composer",
        "container-author",
        "contributor",
        "curator",
        "director",
        "editor",
        "editor-translator",
        "editorial-director",
        "executive-producer",
        "guest",
        "host",
        "illustrator",
        "interviewer",
        "narrator",
        "organizer",
        "original-author",
        "performer",
        "producer",
        "recipient",
        "reviewed-author",
        "script-writer",
        "series-creator",
        "translator",
    ]
)
DATES = frozenset(
    ["accessed", "available-date", "event-date", "issued", "original-date", "submitted"]
)
NUMBERS = frozenset(
    [
        "chapter-number",
        "citation-number",
        "collection-number",
        "edition",
        "first-reference-note-number",
        "issue",
        "locator",
        "number",
        "number-of-pages",
        "number-of-volumes",
        "page",
        "page-first",
        "part-number",
        "printing-number",
        "section",
        "supplement-number",
        "version",
        "volume",
    ]
)

_SHORT = {
    "title": ("title-short", "shortTitle"),
    "title-short": ("title-short", "shortTitle"),
    "container-title": ("container-title-short", "journalAbbreviation"),
    "container-title-short": ("container-title-short", "journalAbbreviation"),
}
_NUMERIC = re.compile(
    r"^\s*[a-zA-Z]*\d+[a-zA-Z]*\.?(?:\s*[,&–—-]\s*[a-zA-Z]*\d+[a-zA-Z]*)*\s*$", re.ASCII
)
_CHEAT = re.compile(r"\{:([a-z-]+):\s*([^}]*)\}")


def _year_suffix(ctx: Context) -> str:
    return ctx.marks.suffix


def _citation_number(ctx: Context) -> str:
    number = ctx.registry.numbers.get(ctx.id)
    return str(number) if number else ""


def _first_note(ctx: Context) -> str:
    if ctx.area != "citation" or ctx.position == "first":
        return ""
    number = ctx.registry.first_notes.get(ctx.id)
    return str(number) if number else ""


def _locator(ctx: Context) -> str:
    return ctx.cite.locator if ctx.cite is not None else ""


def _page_first(ctx: Context) -> str:
    found = re.match(
        r"\s*([^\s,&–—-]+)", as_text(ctx.item.get("page-first") or ctx.item.get("page"))
    )
    return found[1] if found else ""


def _citation_label(ctx: Context) -> str:
    return ctx.registry.labels.get(ctx.id, "") + ctx.marks.suffix


_VIRTUAL: dict[str, Callable[[Context], str]] = {
    "year-suffix": _year_suffix,
    "citation-number": _citation_number,
    "first-reference-note-number": _first_note,
    "locator": _locator,
    "page-first": _page_first,
    "citation-label": _citation_label,
}


def text(ctx: Context, name: str, form: str = "long") -> str:
    """A variable's text ("" where it has none), unless a substitution has used it up."""
    if name in ctx.quashed:
        return ""
    if name in _VIRTUAL:
        return _VIRTUAL[name](ctx)
    if form == "short" or name in ("title-short", "container-title-short"):
        for key in _SHORT.get(name, (f"{name}-short",)):
            if value := as_text(ctx.item.get(key)):
                return value
        if name.endswith("-short"):
            return ""
    return as_text(ctx.item.get(name))


def has(ctx: Context, name: str) -> bool:
    """Whether a variable has a value, for ``variable=`` conditions."""
    if name in _VIRTUAL or name in _SHORT:
        return bool(text(ctx, name))
    value = ctx.item.get(name)
    if name in DATES:
        return has_date(value)
    if isinstance(value, (list, tuple, dict, str)):
        return bool(value)
    return value is not None


def has_date(value: Any) -> bool:
    """Whether a CSL date says anything."""
    if isinstance(value, dict):
        parts = value.get("date-parts")
        if parts and isinstance(parts, list) and parts[0] and parts[0][0] not in ("", None):
            return True
        return bool(value.get("raw") or value.get("literal") or value.get("season"))
    return bool(value)


def is_numeric(value: str) -> bool:
    """CSL's ``is-numeric``: numbers with letters around them, joined by commas, & or hyphens."""
    return bool(_NUMERIC.match(value))
