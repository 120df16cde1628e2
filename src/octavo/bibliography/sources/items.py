"""What services send, as CSL items: only CSL's variables, in the forms CSL gives them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]

# CSL 1.0.2, appendix III and IV.
_NAME_VARIABLES = """author chair collection-editor compiler composer container-author
    contributor curator director editor editorial-director executive-producer guest host
    illustrator interviewer narrator organizer original-author performer producer recipient
    reviewed-author script-writer series-creator translator"""
_DATE_VARIABLES = "accessed available-date event-date issued original-date submitted"
_TEXT_VARIABLES = """abstract annote archive archive-place archive_collection archive_location
    authority call-number chapter-number citation-key collection-number collection-title
    container-title container-title-short dimensions division DOI edition event-place event-title
    genre ISBN ISSN issue jurisdiction keyword language license locator medium note number
    number-of-pages number-of-volumes original-publisher original-publisher-place original-title
    page page-first part-number part-title PMCID PMID printing-number publisher publisher-place
    references reviewed-genre reviewed-title scale section source status supplement-number title
    title-short URL version volume volume-title volume-title-short"""
_NAMES, _DATES, _TEXTS = (
    frozenset(names.split()) for names in (_NAME_VARIABLES, _DATE_VARIABLES, _TEXT_VARIABLES)
)
_TYPES = {
    # Crossref's and DataCite's own names for a type, where a CSL item has them.
    "journal-article": "article-journal", "book-chapter": "chapter", "book-section": "chapter",
    "book-part": "chapter", "book-track": "chapter", "reference-entry": "entry-encyclopedia",
    "proceedings-article": "paper-conference", "monograph": "book", "edited-book": "book",
    "reference-book": "book", "proceedings": "book", "book-series": "book", "book-set": "book",
    "dissertation": "thesis", "posted-content": "article", "report-component": "report",
    "report-series": "report", "peer-review": "review", "database": "dataset",
    "component": "document", "other": "document", "grant": "document", "journal": "periodical",
    "journal-issue": "periodical", "misc": "document",
}  # fmt: skip
_TAG = re.compile(r"</?(?:jats:)?([A-Za-z][\w-]*)[^>]*>")
_KEPT_TAGS = {"i": "i", "italic": "i", "em": "i", "b": "b", "bold": "b", "sup": "sup", "sub": "sub"}
_SPACES = re.compile(r"\s+")


def clean(raw: Mapping[str, Any]) -> Item:
    """A service's record as a CSL item without an ``id``: other variables are left out."""
    kind = str(raw.get("type") or "document")
    item: Item = {"type": _TYPES.get(kind, kind)}
    for name, value in raw.items():
        if name in _NAMES:
            people = [_name(n) for n in value if isinstance(n, dict)] if _is_list(value) else []
            if people := [person for person in people if person]:
                item[name] = people
        elif name in _DATES:
            if date := _date(value):
                item[name] = date
        elif name in _TEXTS and (text := _text(value)):
            item[name] = text
    return item


def person(name: str) -> dict[str, str]:
    """A name as one writes it: ``Family, Given`` or ``Given Family``."""
    name = _SPACES.sub(" ", name).strip()
    if "," in name:
        family, _, given = name.partition(",")
        return _without_empty({"family": family.strip(), "given": given.strip()})
    given, _, family = name.rpartition(" ")
    return _without_empty({"family": family, "given": given})


def date(text: str) -> dict[str, Any] | None:
    """A date out of a text: ISO, ``2019/05/03``, ``May 3, 2019``, or the year in it."""
    match = re.match(r"\s*(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?", text)
    if match:
        return {"date-parts": [[int(part) for part in match.groups() if part]]}
    year = re.search(r"\b(\d{4})\b", text)
    if year is None:
        return None
    parts = [int(year.group(1))]
    month = re.search(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", text)
    if month:
        parts.append("janfebmaraprmayjunjulaugsepoctnovdec".index(month.group(1).lower()) // 3 + 1)
        day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?!\d)", text)
        if day and 1 <= int(day.group(1)) <= 31:
            parts.append(int(day.group(1)))
    return {"date-parts": [parts]}


def plain_markup(text: str) -> str:
    """A text with CSL's markup only: JATS and HTML tags that mean more are taken out."""
    text = _TAG.sub(_tag, html.unescape(text) if "&lt;" in text or "&amp;" in text else text)
    return _SPACES.sub(" ", text).strip()


def plain_text(text: str) -> str:
    """A text without tags; its paragraphs stay."""
    return html.unescape(re.sub(r"</?(?:i|b|em|strong|sup|sub|span|p|u)\b[^>]*>", "", text)).strip()


def _tag(match: re.Match[str]) -> str:
    kept = _KEPT_TAGS.get(match.group(1).lower())
    if kept is None:
        return " " if match.group(1).lower() in ("p", "title", "sec", "br") else ""
    return f"</{kept}>" if match.group().startswith("</") else f"<{kept}>"


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return plain_markup(str(value))


def _name(raw: Mapping[str, Any]) -> dict[str, str]:
    kept = ("family", "given", "suffix", "dropping-particle", "non-dropping-particle", "literal")
    name = {part: _SPACES.sub(" ", str(raw[part])).strip() for part in kept if raw.get(part)}
    if not name and raw.get("name"):
        name = {"literal": str(raw["name"])}
    return name


def _date(raw: Any) -> dict[str, Any] | None:
    if isinstance(raw, str):
        return date(raw)
    if not isinstance(raw, dict):
        return None
    parts = raw.get("date-parts")
    if isinstance(parts, list):
        whole = [[int(p) for p in one if p] for one in parts if _is_list(one) and one and one[0]]
        return {"date-parts": whole} if whole else None
    for name in ("raw", "literal"):
        if raw.get(name):
            return date(str(raw[name])) or {"literal": str(raw[name])}
    return None


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _without_empty(name: dict[str, str]) -> dict[str, str]:
    return {part: text for part, text in name.items() if text}
