"""A CSL date variable as a value: one or two days, a season, doubt, or words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_MONTHS = {
    name: n + 1
    for n, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}


class Day(NamedTuple):
    """A point in time as exact as it is known; 0 is unknown. A season is a month from 21 to 24."""

    year: int
    month: int = 0
    day: int = 0


class DateValue(NamedTuple):
    """What a date variable says. ``end.year == 0`` is a range without an end."""

    start: Day | None
    end: Day | None = None
    literal: str = ""
    circa: bool = False


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _day(parts: Any, season: Any = None) -> Day | None:
    if not isinstance(parts, (list, tuple)) or not parts:
        return None
    numbers = [_number(part) for part in parts[:3]] + [0, 0]
    month = numbers[1]
    if 13 <= month <= 24:
        month = 21 + (month - 13) % 4
    elif not 0 < month <= 12:
        month = 0
    if not month and season:
        month = _season(season)
    day = numbers[2] if 0 < numbers[2] <= 31 and 0 < month <= 12 else 0
    return Day(numbers[0], month, day)


def _season(value: Any) -> int:
    if isinstance(value, str) and not value.strip().isdigit():
        return _SEASONS.get(value.strip().lower(), 0)
    number = _number(value)
    return 20 + number if 1 <= number <= 4 else number if 21 <= number <= 24 else 0


def read_date(value: Any) -> DateValue | None:
    """A CSL-JSON date; None where it says nothing."""
    if isinstance(value, str):
        value = {"raw": value}
    if not isinstance(value, Mapping):
        return None
    circa = bool(value.get("circa")) and value.get("circa") not in ("0", "false")
    if value.get("literal"):
        return DateValue(None, literal=str(value["literal"]), circa=circa)
    parts = value.get("date-parts")
    if parts and isinstance(parts, list):
        start = _day(parts[0], value.get("season"))
        if start is None or (not start.year and not start.month):
            season = value.get("season")
            return DateValue(None, literal=str(season)) if season else None
        end = _day(parts[1]) if len(parts) > 1 else None
        season = value.get("season")
        return DateValue(start, end, circa=circa)
    if value.get("raw"):
        return _raw(str(value["raw"]), circa=circa)
    return DateValue(None, literal=str(value["season"])) if value.get("season") else None


def _raw(text: str, *, circa: bool) -> DateValue:
    """Dates in words, as in ``2 May 1999``, ``1999-05-02/1999-06-01`` or ``Spring 1999 - Summer
    2001``.
    """
    stripped = text.strip()
    doubt = (
        circa
        or bool(re.match(r"(?:c\.?|ca\.?|circa)\s", stripped, re.IGNORECASE))
        or stripped.endswith(("?", "~"))
    )
    halves = re.split(r"\s*/\s*|\s+[-–—]\s+|\s*–\s*", stripped.rstrip("?~"))
    days = [_words(half) for half in halves]
    if len(days) <= 2 and days[0] is not None and days[-1] is not None:
        return DateValue(days[0], days[1] if len(days) > 1 else None, circa=doubt)
    return DateValue(None, literal=text, circa=circa)


def _words(text: str) -> Day | None:
    if found := re.fullmatch(r"(-?\d{1,6})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text):
        return _day([part for part in found.groups() if part])
    year = re.search(r"(?<!\d)\d{3,4}(?!\d)", text)
    if year is None:
        return None
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
    for word in re.findall(r"[A-Za-z]+", text):
        month = _SEASONS.get(word.lower()) or _MONTHS.get(word.lower()[:3])
        if month:
            return _day([year[0], month, day[0] if day else 0])
        return None
    return _day([year[0]]) if text.strip() == year[0] else None
