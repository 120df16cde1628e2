"""A list of names: how many are shown, what stands between them, and *et al.*"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from octavo.bibliography.csl import attributes
from octavo.bibliography.csl.context import Context
from octavo.bibliography.csl.nameparts import NameStyle, format_name, part_style
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, dressed
from octavo.bibliography.csl.people import Name


class ListStyle(NamedTuple):
    """How a list of names looks in one area of a style."""

    name: NameStyle
    dress: Dress
    delimiter: tuple[Part, ...]
    conjunction: str
    before_last: str
    before_et_al: str
    inverted: str
    et_al_term: str
    et_al_dress: Dress
    minimum: int
    first: int
    last: bool
    subsequent_minimum: int
    subsequent_first: int
    counted: bool


def _integer(value: str | None, default: int) -> int:
    try:
        return int(value) if value else default
    except ValueError:
        return default


def list_style(
    attrs: Mapping[str, str],
    parts: Mapping[str | None, Mapping[str, str]],
    et_al: Mapping[str, str],
    demote: str,
) -> ListStyle:
    """A list's style from the merged attributes of ``cs:name`` and its ancestors."""
    minimum = _integer(attrs.get("et-al-min"), 0)
    first = _integer(attrs.get("et-al-use-first"), -1)
    name = NameStyle(
        form=attrs.get("form", "long"),
        initialize=attrs.get("initialize", "true") != "false",
        initialize_with=attrs.get("initialize-with"),
        hyphens=attrs.get("initialize-with-hyphen") != "false",
        separator=attributes.affix(attrs.get("sort-separator", ", ")),
        family=part_style(parts.get("family")),
        given=part_style(parts.get("given")),
        demote=demote,
    )
    return ListStyle(
        name=name,
        dress=attributes.dress(attrs),
        delimiter=attributes.affix(attrs.get("delimiter", ", ")),
        conjunction=attrs.get("and", ""),
        before_last=attrs.get("delimiter-precedes-last", "contextual"),
        before_et_al=attrs.get("delimiter-precedes-et-al", "contextual"),
        inverted=attrs.get("name-as-sort-order", ""),
        et_al_term=et_al.get("term", "et-al"),
        et_al_dress=attributes.dress(et_al),
        minimum=minimum,
        first=first,
        last=attrs.get("et-al-use-last") == "true",
        subsequent_minimum=_integer(attrs.get("et-al-subsequent-min"), minimum),
        subsequent_first=_integer(attrs.get("et-al-subsequent-use-first"), first),
        counted=attrs.get("form") == "count",
    )


def shown_count(ctx: Context, names: tuple[Name, ...], style: ListStyle, index: int) -> int:
    """How many of the names are printed before *et al.*"""
    minimum, first = style.minimum, style.first
    if ctx.area == "citation" and ctx.position != "first":
        minimum, first = style.subsequent_minimum, style.subsequent_first
    if ctx.sorting is not None:
        minimum = _integer(ctx.sorting.get("names-min"), minimum)
        first = _integer(ctx.sorting.get("names-use-first"), first)
    if not minimum or first < 0 or len(names) < minimum or len(names) <= first:
        return len(names)
    return min(len(names), max(first, ctx.marks.et_al.get(index, 0)))


def name_list(ctx: Context, names: tuple[Name, ...], style: ListStyle) -> Part:
    """The names as one part, each in a node of its own."""
    index = ctx.lists
    ctx.lists += 1
    count = shown_count(ctx, names, style, index)
    if ctx.trace is not None:
        ctx.trace.append((index, names, style, count))
    shown = [_name(ctx, name, style, index, n) for n, name in enumerate(names[:count])]
    if ctx.sorting is not None:
        return _sort_list(ctx, names, style, shown, count)
    if not count:
        return ""
    if count == len(names):
        kids = _whole(ctx, shown, names, style)
    else:
        kids = _cut(ctx, shown, names, style, index)
    return dressed(kids, BARE)


def _name(ctx: Context, name: Name, style: ListStyle, index: int, n: int) -> Part:
    inverted = style.inverted == "all" or (style.inverted == "first" and n == 0)
    level = ctx.marks.given.get((index, n), 0)
    part = format_name(
        name, style.name, inverted=inverted, level=level, sorting=ctx.sorting is not None
    )
    return Node([part], style.dress, "name")


def _is_inverted(name: Name, style: ListStyle, n: int) -> bool:
    if name.literal or not name.western:
        return False
    return style.inverted == "all" or (style.inverted == "first" and n == 0)


def _precedes(rule: str, *, contextual: bool, inverted: bool) -> bool:
    if rule == "contextual":
        return contextual
    return rule == "always" or (rule == "after-inverted-name" and inverted)


def _spread(parts: list[Part], delimiter: tuple[Part, ...]) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if out:
            out += delimiter
        out.append(part)
    return out


def _whole(
    ctx: Context, shown: list[Part], names: tuple[Name, ...], style: ListStyle
) -> list[Part]:
    word = None
    if style.conjunction == "text":
        word = ctx.locale.term("and")
    elif style.conjunction == "symbol":
        word = ctx.locale.term("and", "symbol") if ("and", "symbol") in ctx.locale.terms else "&"
    if not word or len(shown) < 2:
        return _spread(shown, style.delimiter)
    inverted = _is_inverted(names[len(shown) - 2], style, len(shown) - 2)
    kids = _spread(shown[:-1], style.delimiter)
    if _precedes(style.before_last, contextual=len(shown) > 2, inverted=inverted):
        kids += style.delimiter
        lead = "" if style.delimiter and str(style.delimiter[-1])[-1:] == " " else " "
    else:
        lead = " "
    # A term that brings its own space (Hebrew) is written as it is.
    return [*kids, word if word[-1].isspace() else f"{lead}{word} ", shown[-1]]


def _cut(
    ctx: Context, shown: list[Part], names: tuple[Name, ...], style: ListStyle, index: int
) -> list[Part]:
    if not shown:
        return []
    kids = _spread(shown, style.delimiter)
    if style.last:
        last = _name(ctx, names[-1], style, index, len(names) - 1)
        if len(names) - len(shown) > 1:
            return [*kids, *style.delimiter, "… ", last]
        return _spread([*shown, last], style.delimiter)
    term = ctx.locale.term(style.et_al_term)
    if term is None:
        term = ctx.locale.term("et-al")
    if not term:
        return kids
    inverted = _is_inverted(names[len(shown) - 1], style, len(shown) - 1)
    if _precedes(style.before_et_al, contextual=len(shown) > 1, inverted=inverted):
        kids += style.delimiter
        lead = "" if style.delimiter and str(style.delimiter[-1])[-1:] == " " else " "
    else:
        lead = "" if ord(term[0]) > 0x2E80 else " "
    return [*kids, *([lead] if lead else []), dressed([term], style.et_al_dress)]


def _sort_list(
    ctx: Context, names: tuple[Name, ...], style: ListStyle, shown: list[Part], count: int
) -> Part:
    assert ctx.sorting is not None
    kids: list[Any] = _spread(shown, ("\x1e",))
    if count < len(names):
        if ctx.sorting.get("names-use-last") == "true" or (
            style.last and "names-use-last" not in ctx.sorting
        ):
            kids += ["\x1e", _name(ctx, names[-1], style, -1, len(names) - 1)]
        else:
            kids += ["\x1e", ctx.locale.term("et-al") or ""]
    return Node(kids, BARE)
