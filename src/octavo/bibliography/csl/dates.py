"""``cs:date``: localized and free dates, ranges, seasons and eras."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import NamedTuple

from octavo.bibliography.csl import attributes
from octavo.bibliography.csl.context import Context, Render
from octavo.bibliography.csl.datevalues import DateValue, Day
from octavo.bibliography.csl.locale import NAMESPACE, Locale
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, dressed, joined
from octavo.bibliography.csl.numbers import ordinal
from octavo.bibliography.csl.richtext import parse
from octavo.bibliography.csl.textcase import change, strip_periods

_WANTED = {
    "year": frozenset({"year"}),
    "year-month": frozenset({"year", "month"}),
    "year-month-day": frozenset({"year", "month", "day"}),
}
_UNAFFIXED = {"prefix", "suffix"}


class DatePart(NamedTuple):
    """One ``cs:date-part``, compiled."""

    name: str
    form: str
    dress: Dress
    case: str
    tidy: bool
    delimiter: str


def _part(attrs: Mapping[str, str]) -> DatePart:
    name = attrs["name"]
    return DatePart(
        name=name,
        form=attrs.get("form", "numeric" if name == "day" else "long"),
        dress=attributes.dress(attrs),
        case=attrs.get("text-case", ""),
        tidy=attrs.get("strip-periods") == "true",
        delimiter=attrs.get("range-delimiter", "–"),
    )


def compile_date(element: ET.Element) -> Render:
    """``cs:date``, with ``form`` (localized) or without."""
    attrs = element.attrib
    variable = attrs["variable"]
    form = attrs.get("form", "")
    own = {
        child.get("name", ""): child.attrib
        for child in element
        if child.tag == NAMESPACE + "date-part"
    }
    free = [_part(a) for a in own.values()] if not form else []
    dress = attributes.dress(attrs)
    case = attrs.get("text-case", "")
    delimiter = attributes.affix(attrs.get("delimiter"))
    wanted = _WANTED.get(attrs.get("date-parts", ""), _WANTED["year-month-day"])
    identity = object()

    def pieces(locale: Locale) -> tuple[list[DatePart], tuple[Part, ...], Dress]:
        if not form:
            return free, delimiter, dress
        found = locale.cache.get(identity)
        if found is None:
            found = locale.cache[identity] = _localized(locale, form, own, wanted, dress)
        return found  # type: ignore[return-value]  # the cache holds what was just put there

    def render(ctx: Context) -> Part | None:
        ctx.called += 1
        if variable in ctx.quashed:
            return None
        date = ctx.date(variable)
        if date is None:
            return None
        parts, between, around = pieces(ctx.locale)
        if ctx.sorting is not None:
            ctx.shown += 1
            return sort_key(date, {p.name for p in parts} if parts else None)
        kids = _render(ctx, date, parts, between, variable)
        if not kids:
            return None
        ctx.shown += 1
        if case:
            kids = change(kids, case, english=ctx.locale.english)
        return dressed(kids, around)

    return render


def _localized(
    locale: Locale,
    form: str,
    own: Mapping[str, Mapping[str, str]],
    wanted: frozenset[str],
    dress: Dress,
) -> tuple[list[DatePart], tuple[Part, ...], Dress]:
    """The locale's date of a form, under what the style's own date-parts say."""
    element = locale.dates.get(form)
    if element is None:
        return [], (), dress
    parts = []
    for child in element:
        name = child.get("name", "")
        if name in wanted:
            extra = {k: v for k, v in own.get(name, {}).items() if k not in _UNAFFIXED}
            parts.append(_part({**child.attrib, **extra}))
    return parts, attributes.affix(element.get("delimiter")), _over(dress, element.attrib)


def _over(dress: Dress, attrs: Mapping[str, str]) -> Dress:
    base = attributes.dress(attrs)
    if base is BARE:
        return dress
    return Dress(
        formats=dress.formats or base.formats,
        prefix=dress.prefix or base.prefix,
        suffix=dress.suffix or base.suffix,
        display=dress.display,
    )


def _render(
    ctx: Context, date: DateValue, parts: list[DatePart], between: tuple[Part, ...], variable: str
) -> list[Part]:
    if date.literal:
        kids = parse(date.literal)
        return _with_suffix(ctx, kids, variable)
    if date.start is None:
        return []
    if date.end is None or date.end == date.start:
        return joined((_one(ctx, p, date.start, variable) for p in parts), between)
    return _range(ctx, date.start, date.end, parts, between, variable)


def _with_suffix(ctx: Context, kids: list[Part], variable: str) -> list[Part]:
    """The year suffix where the style does not place it itself."""
    if (
        ctx.marks.suffix
        and not ctx.suffix_done
        and variable != "accessed"
        and not ctx.style.suffix_placed
    ):
        ctx.suffix_done = True
        return [*kids, Node([ctx.marks.suffix], BARE, "year-suffix")]
    return kids


def _range(
    ctx: Context,
    start: Day,
    end: Day,
    parts: list[DatePart],
    between: tuple[Part, ...],
    variable: str,
) -> list[Part]:
    """Two ends: what they share is said once."""
    shown = [p for p in parts if _value(start, p.name) or _value(end, p.name)]
    if not shown:
        return []
    changing = _changing(start, end, [p.name for p in shown])
    where = [n for n, p in enumerate(shown) if p.name in changing]
    if not where:
        return joined((_one(ctx, p, start, variable) for p in shown), between)
    first, last = where[0], where[-1]
    widest = next(
        p for name in ("year", "month", "day") for p in shown if p.name == name and name in changing
    )
    head = [_one(ctx, p, start, variable) for p in shown[:first]]
    left = [p for p in shown[first : last + 1] if _value(start, p.name)]
    right = [p for p in shown[first : last + 1] if _value(end, p.name)]
    lefts: list[Part | None] = [
        _one(ctx, p, start, "" if right else variable, bare_end=n == len(left) - 1)
        for n, p in enumerate(left)
    ]
    rights: list[Part | None] = [
        _one(ctx, p, end, variable, bare_start=n == 0) for n, p in enumerate(right)
    ]
    tail = [_one(ctx, p, start, variable) for p in shown[last + 1 :]]
    middle = Node([*joined(lefts, between), widest.delimiter, *joined(rights, between)], BARE)
    return joined([*head, middle, *tail], between)


def _changing(start: Day, end: Day, names: list[str]) -> set[str]:
    if start.year != end.year and "year" in names:
        return {"year", "month", "day"}
    if start.month != end.month and "month" in names:
        return {"month", "day"}
    return {"day"} if start.day != end.day and "day" in names else set()


def _value(day: Day, name: str) -> int:
    return day.year if name == "year" else day.month if name == "month" else day.day


def _one(
    ctx: Context,
    part: DatePart,
    day: Day,
    variable: str,
    *,
    bare_start: bool = False,
    bare_end: bool = False,
) -> Part | None:
    value = _value(day, part.name)
    if not value:
        return None
    if part.name == "year":
        kids = [_year(ctx, value, part.form)]
        if variable:
            kids = _with_suffix(ctx, kids, variable)
    elif part.name == "month":
        kids = [_month(ctx, value, part.form)]
    else:
        kids = [_day_text(ctx, day, part.form)]
    if part.case:
        kids = change(kids, part.case, english=ctx.locale.english)
    if part.tidy:
        kids = strip_periods(kids)
    dress = part.dress
    if bare_start or bare_end:
        dress = Dress(
            formats=dress.formats,
            prefix=() if bare_start else dress.prefix,
            suffix=() if bare_end else dress.suffix,
        )
    return dressed(kids, dress, "year") if part.name == "year" else dressed(kids, dress)


def _year(ctx: Context, year: int, form: str) -> Part:
    text = str(abs(year))
    if form == "short" and year >= 1000:
        text = text[-2:]
    if year < 0:
        return text + (ctx.locale.term("bc") or "")
    if year < 500:
        return text + (ctx.locale.term("ad") or "")
    return text


def _month(ctx: Context, month: int, form: str) -> Part:
    if month > 12:
        return ctx.locale.term(f"season-{month - 20:02d}") or ""
    if form == "numeric":
        return str(month)
    if form == "numeric-leading-zeros":
        return f"{month:02d}"
    return ctx.locale.term(f"month-{month:02d}", form) or f"{month}"


def _day_text(ctx: Context, day: Day, form: str) -> Part:
    if form == "numeric-leading-zeros":
        return f"{day.day:02d}"
    if form == "ordinal":
        limited = ctx.locale.options.get("limit-day-ordinals-to-day-1", False)
        if not limited or day.day == 1:
            return ordinal(day.day, ctx.locale, ctx.locale.gender(f"month-{day.month:02d}"))
    return str(day.day)


def sort_key(date: DateValue, names: set[str] | None = None) -> str:
    """A date as text that sorts by time; ``names`` are the parts that a macro prints."""
    if date.start is None:
        return date.literal
    ends = [date.start] if date.end is None else [date.start, date.end]
    return "-".join(_ordered(day, names) for day in ends)


def _ordered(day: Day, names: set[str] | None) -> str:
    month = day.month if not names or "month" in names else 0
    if month > 12:
        month = (month - 20) * 3
    the_day = day.day if not names or "day" in names else 0
    year = day.year if not names or "year" in names else 0
    # Years before Christ sort before the others and backwards among themselves.
    return f"{100000 + year:06d}{month:02d}{the_day:02d}"
