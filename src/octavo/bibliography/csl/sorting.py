"""``cs:sort``: keys of variables and macros, in the order that readers of the language expect."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from functools import cmp_to_key, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from octavo.bibliography.csl import variables
from octavo.bibliography.csl.context import Context, Registry, Render
from octavo.bibliography.csl.dates import sort_key
from octavo.bibliography.csl.locale import NAMESPACE
from octavo.bibliography.csl.nameparts import NameStyle, format_name
from octavo.bibliography.csl.nodes import leaves

if TYPE_CHECKING:
    from octavo.bibliography.csl.elements import Compiler
    from octavo.bibliography.csl.records import CitationItem

Collated: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...], str]"
_TAG = re.compile(r"</?[a-z][^<>]*>")
_IGNORED = re.compile(r"[\"'’‘“”„«».,:;!?()\[\]{}\-–—‐‑/*#ʿʾ]")
_DIGITS = re.compile(r"\d+")


class SortKey(NamedTuple):
    """A compiled ``cs:key``."""

    variable: str
    render: Render | None
    descending: bool
    overrides: Mapping[str, str]


def compile_sort(element: ET.Element, compiler: Compiler) -> tuple[SortKey, ...]:
    """The keys of one ``cs:sort``."""
    keys = []
    for child in element.iterfind(f"{NAMESPACE}key"):
        attrs = child.attrib
        render = compiler.macro(attrs["macro"]) if "macro" in attrs else None
        overrides = {
            "names-min": attrs.get("names-min", attrs.get("et-al-min", "")),
            "names-use-first": attrs.get("names-use-first", attrs.get("et-al-use-first", "")),
            **({"names-use-last": attrs["names-use-last"]} if "names-use-last" in attrs else {}),
        }
        keys.append(
            SortKey(attrs.get("variable", ""), render, attrs.get("sort") == "descending", overrides)
        )
    return tuple(keys)


@lru_cache(maxsize=16384)
def collate(text: str) -> Collated:
    """A key for reading order: letters first, then accents, then case; punctuation does not
    count.
    """
    text = _TAG.sub("", text)
    plain = _IGNORED.sub("", text)
    decomposed = unicodedata.normalize("NFKD", plain)
    base = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    base = (
        base.replace("æ", "ae")
        .replace("œ", "oe")
        .replace("ø", "o")
        .replace("ł", "l")
        .replace("đ", "d")
        .replace("ð", "d")
    )
    fields = tuple(" ".join(part.split()) for part in base.split("\x1e"))
    accents = tuple(unicodedata.normalize("NFC", plain).casefold().split("\x1e"))
    return fields, accents, plain.swapcase()


def values(
    registry: Registry,
    keys: Iterable[SortKey],
    item_id: str,
    area: str,
    cite: CitationItem | None = None,
) -> list[str]:
    """The text of each key for one item."""
    out = []
    for key in keys:
        ctx = Context(registry, registry.items[item_id], area, cite)
        ctx.sorting = key.overrides
        out.append(_value(ctx, key).strip())
    return out


def _value(ctx: Context, key: SortKey) -> str:
    if key.render is not None:
        part = key.render(ctx)
        return "".join(leaves(part)) if part is not None else ""
    name = key.variable
    if name in variables.DATES:
        date = ctx.date(name)
        return sort_key(date) if date is not None else ""
    if name in variables.NAMES:
        style = NameStyle(demote=ctx.style.demote)
        people = ctx.names(name)
        return "\x1e".join(
            "".join(leaves(format_name(p, style, inverted=True, sorting=True))) for p in people
        )
    text = variables.text(ctx, name)
    if name in variables.NUMBERS and text:
        return _DIGITS.sub(lambda m: m[0].zfill(10), text)
    return text


def order(rows: list[tuple[list[str], int]], keys: tuple[SortKey, ...]) -> list[int]:
    """The indexes of rows (key texts, index) in sorted order; empty keys come last either way."""
    prepared = [([collate(text) if text else None for text in texts], n) for texts, n in rows]
    signs = [key.descending for key in keys]

    def compare(a: tuple[list[Collated | None], int], b: tuple[list[Collated | None], int]) -> int:
        for left, right, descending in zip(a[0], b[0], signs, strict=True):
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            less = left < right
            return 1 if less == descending else -1
        return a[1] - b[1]

    return [n for _, n in sorted(prepared, key=cmp_to_key(compare))]


Comparer: TypeAlias = Callable[[object], object]
