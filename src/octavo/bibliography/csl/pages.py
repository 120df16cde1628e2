"""Page ranges: the delimiter of the locale and CSL's ``page-range-format``s (CSL 1.0.2,
appendix V).
"""

from __future__ import annotations

import re

_RANGE = re.compile(r"(|\d*[A-Za-z]+)(\d+)\s*[-–—]+\s*(|\d*[A-Za-z]+)(\d+)")
_BETWEEN = re.compile(r"(?<=\w)\s*(?<!\\)[-–—]\s*(?=\w)")
_TIGHT = re.compile(r"\s*-\s*")
_MIXED = re.compile(r"(?=\S*[A-Za-z])(?=\S*\d)\w+\s*-\s*\w+")


def format_pages(text: str, style: str, delimiter: str) -> str:
    """A page or locator with its ranges in the style's way ("" leaves the numbers as they are)."""
    if "-" not in text and "–" not in text and "\\" not in text:
        return text
    pieces = re.split(r"(\s*[,&;]\s*)", text)
    return "".join(_piece(piece, style, delimiter) for piece in pieces).replace("\\", "")


def _piece(text: str, style: str, delimiter: str) -> str:
    found = _RANGE.fullmatch(text.strip())
    if found is None or not style:
        if style and _MIXED.fullmatch(text.strip()):
            return _TIGHT.sub("-", text)
        return _BETWEEN.sub(delimiter, text) if found or text.count("-") < 2 else text
    before, first, before2, last = found.groups()
    if before2 not in ("", before) or (before and not before2):
        return _TIGHT.sub("-", text)
    full = first[: len(first) - len(last)] + last if len(last) < len(first) else last
    if int(full) < int(first):
        return _TIGHT.sub("-", text)
    shown = _FORMATS.get(style, _expanded)(first, full)
    return f"{before}{first}{delimiter}{before if style == 'expanded' else ''}{shown}"


def _expanded(_first: str, last: str) -> str:
    return last


def _minimal(first: str, last: str, keep: int = 1) -> str:
    if len(first) != len(last):
        return last
    same = 0
    while same < len(last) - keep and first[same] == last[same]:
        same += 1
    return last[same:]


def _minimal_two(first: str, last: str) -> str:
    return _minimal(first, last, 2)


def _chicago15(first: str, last: str) -> str:
    return _chicago(first, last, fifteenth=True)


def _chicago(first: str, last: str, *, fifteenth: bool = False) -> str:
    n = int(first)
    if len(first) != len(last) or n < 100 or n % 100 == 0:
        return last
    if n % 100 < 10:
        return _minimal(first, last)
    if fifteenth and len(first) == 4:
        short = _minimal(first, last, 2)
        return last if len(short) >= 3 else short
    return _minimal(first, last, 2)


_FORMATS = {
    "minimal": _minimal,
    "minimal-two": _minimal_two,
    "chicago": _chicago15,
    "chicago-15": _chicago15,
    "chicago-16": _chicago,
    "expanded": _expanded,
}
