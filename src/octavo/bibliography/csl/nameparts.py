"""One name in one of its forms and orders (CSL 1.0.2, "Names" and "Name-part Order")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from octavo.bibliography.csl import attributes
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, dressed
from octavo.bibliography.csl.people import Name, attach, initials
from octavo.bibliography.csl.richtext import parse
from octavo.bibliography.csl.textcase import change


class PartStyle(NamedTuple):
    """A compiled ``cs:name-part``."""

    dress: Dress = BARE
    case: str = ""


class NameStyle(NamedTuple):
    """How one name looks: what ``cs:name`` and its heirs say of each."""

    form: str = "long"
    initialize: bool = True
    initialize_with: str | None = None
    hyphens: bool = True
    separator: tuple[Part, ...] = (", ",)
    family: PartStyle = PartStyle()
    given: PartStyle = PartStyle()
    demote: str = "display-and-sort"


def part_style(attrs: Mapping[str, str] | None) -> PartStyle:
    """A ``cs:name-part``'s dress and text case."""
    if attrs is None:
        return PartStyle()
    return PartStyle(attributes.dress(attrs), attrs.get("text-case", ""))


def format_name(
    name: Name, style: NameStyle, *, inverted: bool, level: int = 0, sorting: bool = False
) -> Part:
    """A name as the style prints it. ``level`` 1 forces initials, 2 the given name in full."""
    if name.literal:
        return _clothed([*_parts(name.literal)], style.family)
    if not name.western:
        return _eastern(name, style, level)
    given = _given(name, style, level)
    if sorting:
        return _sort_form(name, style, given)
    long = style.form == "long" or level > 0
    if not long:
        return _clothed(_parts(attach(name.non_dropping, name.family) or name.given), style.family)
    if inverted and name.family and not name.reversed:
        return _inverted(name, style, given)
    return _straight(name, style, given)


def _parts(text: str) -> list[Part]:
    return parse(text.replace("'", "’")) if "'" in text else parse(text)


def _clothed(parts: list[Part], style: PartStyle) -> Part:
    if style.case:
        parts = change(parts, style.case)
    return dressed(parts, style.dress)


def _given(name: Name, style: NameStyle, level: int) -> str:
    if style.initialize_with is None or level == 2 or not name.given:
        return name.given
    return initials(name.given, style.initialize_with, style.initialize, style.hyphens)


def _eastern(name: Name, style: NameStyle, level: int) -> Part:
    family = attach(name.non_dropping, name.family)
    if (style.form == "short" and level == 0) or not name.given:
        return _clothed(_parts(family or name.given), style.family)
    return Node(
        [_clothed(_parts(family), style.family), _clothed(_parts(name.given), style.given)], BARE
    )


def _spaced(pieces: list[list[Part]]) -> list[Part]:
    out: list[Part] = []
    for piece in pieces:
        if not piece:
            continue
        if out:
            out.append(" ")
        out += piece
    return out


def _family(name: Name, style: NameStyle, *, particle: bool) -> list[Part]:
    """The family name with its particle, which shares its dress but keeps its case."""
    if not name.family:
        return []
    case, dress = style.family.case, style.family.dress
    family = _parts(name.family)
    if case:
        family = change(family, case)
    if particle and name.non_dropping:
        gap = "" if name.non_dropping[-1] in "'’-–" else " "
        lead = _parts(name.non_dropping)
        if case and case != "uppercase":
            lead = change(lead, "lowercase") if case == "lowercase" else lead
        family = [*lead, *([gap] if gap else []), *family]
    return [dressed(family, dress)] if dress is not BARE else family


def _straight(name: Name, style: NameStyle, given: str) -> Part:
    firsts = [_clothed(_parts(given), style.given)] if given else []
    family = _family(name, style, particle=True)
    pieces = _spaced([firsts, _parts(name.dropping)])
    if pieces and family:
        glued = bool(name.dropping) and name.dropping[-1] in "'’-–"
        pieces += family if glued else [" ", *family]
    else:
        pieces = pieces or family
    if name.suffix:
        pieces += [", " if name.comma_suffix else " ", name.suffix]
    return Node(pieces, BARE)


def _inverted(name: Name, style: NameStyle, given: str) -> Part:
    demoted = style.demote == "display-and-sort"
    family = _family(name, style, particle=not demoted)
    tail = _parts(name.dropping)
    if demoted and name.non_dropping:
        tail = _spaced([tail, _parts(name.non_dropping)])
    firsts = _parts(given)
    if style.given.case:
        firsts = change(firsts, style.given.case)
    rest = _spaced([firsts, tail])
    pieces = list(family)
    if rest:
        pieces += [*style.separator, dressed(rest, style.given.dress)]
    if name.suffix:
        pieces += [*style.separator, name.suffix]
    return Node(pieces, BARE)


def _sort_form(name: Name, style: NameStyle, given: str) -> Part:
    particle = name.non_dropping if style.demote == "never" else ""
    first = attach(particle, name.family)
    if style.form == "short":
        return first or name.given
    rest = attach(name.dropping, "" if particle else name.non_dropping)
    pieces = [first, rest, given, name.suffix]
    return Node(["\x1f".join(_plain(piece) for piece in pieces)], BARE)


def _plain(text: str) -> str:
    return text.replace("<", " <") if "<" in text else text
