"""``cs:number`` and ``cs:label``: numerals, ordinals, roman numbers and the words beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from octavo.bibliography.csl import attributes, variables
from octavo.bibliography.csl.context import Context, Render
from octavo.bibliography.csl.locale import Locale
from octavo.bibliography.csl.nodes import Node, Part, dressed
from octavo.bibliography.csl.pages import format_pages
from octavo.bibliography.csl.richtext import parse
from octavo.bibliography.csl.textcase import change, strip_periods

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
PAGED = frozenset({"page", "locator"})
_RANGED = frozenset(
    {
        "volume",
        "issue",
        "number",
        "edition",
        "chapter-number",
        "collection-number",
        "section",
        "number-of-volumes",
    }
)


def roman(number: int) -> str:
    """A number in small roman numerals; past 4,999 as it is."""
    if not 0 < number < 5000:
        return str(number)
    out = ""
    for value, digits in _ROMAN:
        count, number = divmod(number, value)
        out += digits * count
    return out


def ordinal(number: int, locale: Locale, gender: str = "") -> str:
    """A number with its ordinal suffix; the most exact of the locale's rules wins."""
    for name, whole in (
        (f"ordinal-{number:02d}", "whole-number"),
        (f"ordinal-{number % 100:02d}", "last-two-digits"),
        (f"ordinal-{number % 10:02d}", "last-digit"),
    ):
        found = locale.terms.get((name, "long"))
        if not found or not _matches(found[0].match, int(name[8:]), number, whole):
            continue
        chosen = next((t for t in found if t.gender_form == gender), None)
        chosen = chosen or next((t for t in found if not t.gender_form), None)
        if chosen is not None:
            return f"{number}{chosen.single}"
    return f"{number}{locale.term('ordinal', gender=gender) or ''}"


def _matches(match: str, digits: int, number: int, whole: str) -> bool:
    default = "last-digit" if digits < 10 else "last-two-digits"
    rule = match or default
    if rule == "whole-number" or whole == "whole-number":
        return number == digits and (rule == whole or number < 100)
    if rule == "last-two-digits":
        return number % 100 == digits
    return number % 10 == digits and digits < 10


def long_ordinal(number: int, locale: Locale, gender: str = "") -> str:
    """A number in words (1 to 10), else its short ordinal."""
    if 1 <= number <= 10:
        word = locale.term(f"long-ordinal-{number:02d}", gender=gender)
        if word:
            return word
    return ordinal(number, locale, gender)


def compile_number(attrs: Mapping[str, str]) -> Render:
    """``cs:number``."""
    variable = attrs["variable"]
    form = attrs.get("form", "numeric")
    dress = attributes.dress(attrs)
    case = attrs.get("text-case", "")
    tidy = attrs.get("strip-periods") == "true"

    def render(ctx: Context) -> Part | None:
        ctx.called += 1
        text = variables.text(ctx, variable)
        if not text:
            return None
        ctx.shown += 1
        if ctx.sorting is not None and variables.is_numeric(text):
            return re.sub(r"\d+", lambda m: m[0].zfill(8), text)
        parts = formatted(ctx, variable, text, form)
        if case:
            parts = change(parts, case, english=ctx.locale.english)
        if tidy:
            parts = strip_periods(parts)
        return dressed(parts, dress)

    return render


def formatted(ctx: Context, variable: str, text: str, form: str = "numeric") -> list[Part]:
    """A number variable's text in one of CSL's forms; not numeric, it is rich text."""
    if variable in PAGED:
        return paged(ctx, variable, text)
    if not variables.is_numeric(text):
        return parse(text)
    gender = ctx.locale.gender(variable) if form in ("ordinal", "long-ordinal") else ""
    dash = ctx.locale.term("page-range-delimiter") or "–" if variable in _RANGED else "-"

    def one(found: re.Match[str]) -> str:
        if found[1] or found[3]:
            return found[0]
        number = int(found[2])
        if form == "ordinal":
            return ordinal(number, ctx.locale, gender)
        if form == "long-ordinal":
            return long_ordinal(number, ctx.locale, gender)
        return roman(number) if form == "roman" else found[2]

    text = re.sub(r"([A-Za-z]*)(\d+)([A-Za-z]*)", one, text.strip())
    text = re.sub(r"\s*,\s*", ", ", text)
    text = re.sub(r"\s*&\s*", " & ", text)
    return [re.sub(r"\s*[-–—]\s*", dash, text)]


def paged(ctx: Context, variable: str, text: str) -> list[Part]:
    """Pages and locators: ranges, and what the locale puts between their ends."""
    delimiter = ctx.locale.term("page-range-delimiter") or "–"
    label = ctx.cite.label if variable == "locator" and ctx.cite is not None else "page"
    style = ctx.style.page_range_format if label == "page" else ""
    ampersand = ctx.locale.terms.get(("and", "symbol"))
    word = f" {ampersand[0].single} " if ampersand else " & "
    text = re.sub(r"\s*&\s*", word, re.sub(r"\s*,\s*", ", ", text.strip()))
    return parse(format_pages(text, style, delimiter))


# A locator that brings its own label: "vol. 1, fol. 186".
_LABELLED = re.compile(r"[A-Za-z]+\.\s")
_SEVERAL = re.compile(
    r"\d\s*(?:(?:,\s*)?(?:[,;&–—]|(?<!\\)-|\bet\b|\band\b|\bund\b|\by\b|\be\b))\s*[A-Za-z]*\d|^[ivxlcdm]+\s*[-–—,&]\s*[ivxlcdm]+$|[A-Za-z]\s*[-–—]\s*[A-Za-z]?\d",
    re.IGNORECASE,
)


def is_plural(variable: str, text: str) -> bool:
    """Whether a number's label is plural (CSL 1.0.2, ``cs:label``)."""
    if variable in ("number-of-pages", "number-of-volumes"):
        found = re.search(r"\d+", text)
        return bool(found and int(found[0]) != 1) if variables.is_numeric(text) else False
    return bool(_SEVERAL.search(text))


def compile_label(attrs: Mapping[str, str]) -> Render:
    """``cs:label`` outside names."""
    variable = attrs.get("variable", "locator")
    form = attrs.get("form", "long")
    plural = attrs.get("plural", "contextual")
    dress = attributes.dress(attrs)
    case = attrs.get("text-case", "")
    tidy = attrs.get("strip-periods") == "true"

    def render(ctx: Context) -> Part | None:
        text = variables.text(ctx, variable)
        if variable == "locator" and ctx.cite is not None and (not text or _LABELLED.match(text)):
            return None
        name = variable
        if variable == "locator":
            name = ctx.cite.label if ctx.cite is not None else "page"
        many = plural == "always" or (plural == "contextual" and is_plural(variable, text))
        term = ctx.locale.term(name, form, plural=many)
        if not term:
            return None
        parts: list[Part] = [term]
        if case:
            parts = change(parts, case, english=ctx.locale.english)
        if tidy:
            parts = strip_periods(parts)
        return Node(parts, dress, "label")

    return render
