"""Identifiers and dates of works: what is well formed, and the form to write them in."""

from __future__ import annotations

import calendar
import re
import unicodedata

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+|10/[a-z0-9]{3,}")  # the second is a short DOI
_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE
)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/]\S*|(?:mailto|urn|hdl|doi|info):\S+", re.IGNORECASE)
_TEX_ESCAPE = re.compile(r"\{?\\([_%&#$~])\}?")
_MARKUP = re.compile(r"\\(?:url|href|nolinkurl)\b")
# EDTF levels 0 and 1 (ISO 8601-2), as the biblatex manual (2.3.8) takes them.
_EDTF = re.compile(
    r"(?P<year>-?\d{4}|-?\d{3}X|-?\d{2}XX|Y-?\d{5,})"
    r"(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX)(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?"
    r")?)?)?[?~%]?",
    re.IGNORECASE,
)
_SEASONS = range(21, 25)


def verbatim(value: str) -> str:
    r"""A URL or identifier without TeX's escapes: ``10.1/a\_b`` is ``10.1/a_b``."""
    if "\\" in value:
        value = _MARKUP.sub("", _TEX_ESCAPE.sub(r"\1", value))
    return value.replace("{", "").replace("}", "").strip()


def doi(text: str) -> str | None:
    """The DOI in a text that is one, lower case and bare; ``None`` if it isn't.

    Source: ISO 26324; the DOI Handbook says that case does not matter.

    >>> doi("https://doi.org/10.1000/XYZ"), doi("10.1000"), doi("doi:10.1/x")
    ('10.1000/xyz', None, None)
    """
    bare = _DOI_PREFIX.sub("", text.strip(), count=1)
    return bare.lower() if _DOI.fullmatch(bare) else None


def isbn(text: str) -> str | None:
    """The ISBN-13 of a valid ISBN-10 or ISBN-13 (ISO 2108); ``None`` if the check digit is wrong.

    >>> isbn("0-415-17054-0"), isbn("0-415-17054-1")
    ('9780415170543', None)
    """
    from stdnum import isbn as rule  # noqa: PLC0415 - only checks and adding need it

    compact = rule.compact(text)
    return rule.compact(rule.to_isbn13(compact)) if rule.is_valid(compact) else None


def issn(text: str) -> str | None:
    """The ISSN (ISO 3297) with its hyphen; ``None`` if the check digit is wrong.

    >>> issn("00249319"), issn("0024-9318")
    ('0024-9319', None)
    """
    from stdnum import issn as rule  # noqa: PLC0415

    return str(rule.format(rule.compact(text))) if rule.is_valid(text) else None


def orcid(text: str) -> str | None:
    """The ORCID iD (ISO 27729, check digit ISO 7064 MOD 11-2) with its hyphens, or ``None``.

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', None)
    """
    from stdnum import isni  # noqa: PLC0415

    bare = re.sub(r"(?i)^(?:https?://)?(?:www\.)?orcid\.org/|^orcid:", "", text.strip())
    digits = bare.replace("-", "").replace(" ", "")
    if len(digits) != 16 or not isni.is_valid(digits):
        return None
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def arxiv(text: str) -> str | None:
    """The arXiv identifier without its version, or ``None``.

    >>> arxiv("arXiv:1706.03762v5"), arxiv("math.GT/0309136"), arxiv("17.1")
    ('1706.03762', 'math.GT/0309136', None)
    """
    match = _ARXIV.fullmatch(text.strip())
    return match.group(1) if match else None


def is_url(text: str) -> bool:
    """Whether a text is an absolute URL (RFC 3986) without spaces."""
    return _URL.fullmatch(text) is not None


def is_edtf(text: str) -> bool:
    """Whether a text is a date, or two with ``/`` between, that biblatex takes.

    >>> [is_edtf(d) for d in ("2019-02-28", "2019-02-30", "1999/..", "199X", "2001-21", "1993-00")]
    [True, False, True, True, True, False]
    """
    parts = text.strip().split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):
        return False
    return all(_is_date(part) for part in parts if len(parts) == 1 or part not in ("", ".."))


def _is_date(text: str) -> bool:
    match = _EDTF.fullmatch(text)
    if match is None:
        return False
    year, month, day = match.group("year"), match.group("month"), match.group("day")
    if not month or month.upper() == "XX":
        return True
    number = int(month)
    if number in _SEASONS:
        return day is None
    if not 1 <= number <= 12:
        return False
    if not day or day.upper() == "XX":
        return True
    leap_safe = int(year) if year.isdigit() and int(year) else 2000
    return 1 <= int(day) <= calendar.monthrange(leap_safe, number)[1]


def without_zero_parts(text: str) -> str:
    """A date without a month or a day of zero, as some exporters write them.

    >>> without_zero_parts("1993-00-00"), without_zero_parts("1993-05-00")
    ('1993', '1993-05')
    """
    return re.sub(r"^(\d{4})-00(?:-00)?$|^(\d{4}-\d{2})-00$", r"\1\2", text.strip())


def normal_title(text: str) -> str:
    """A title by which two records of one work are known: letters and digits, folded."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if char.isalnum())
