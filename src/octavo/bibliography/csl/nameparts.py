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
    if style.form != "long" and level == 0:
        return _short(name, style)
    if inverted and name.family and not name.reversed:
        return _inverted(name, style, given)
    return _straight(name, style, given)


def _short(name: Name, style: NameStyle) -> Part:
    if not name.family:
        return _clothed(_parts(name.given), style.family)
    pieces = [_particle(name.non_dropping, style.family), _piece(name.family, style.family)]
    return Node(_affixed(_spaced(pieces), style.family), BARE)


def _parts(text: str) -> list[Part]:
    return parse(text.replace("'", "’")) if "'" in text else parse(text)


def _clothed(parts: list[Part], style: PartStyle) -> Part:
    if style.case:
        parts = change(parts, style.case)
    return dressed(parts, style.dress)


def _given(name: Name, style: NameStyle, level: int) -> str:
    if style.initialize_with is None or level == 2 or not (name.given and name.family):
        return name.given
    return initials(name.given, style.initialize_with, style.initialize, style.hyphens)


def _eastern(name: Name, style: NameStyle, level: int) -> Part:
    family = attach(name.non_dropping, name.family)
    if (style.form == "short" and level == 0) or not name.given:
        return _clothed(_parts(family or name.given), style.family)
    return Node(
        [_clothed(_parts(family), style.family), _clothed(_parts(name.given), style.given)], BARE
    )


def _plain_dress(style: PartStyle) -> PartStyle:
    """A part's dress without its affixes, which belong to the group that the part leads."""
    dress = style.dress
    return PartStyle(Dress(formats=dress.formats) if dress.formats else BARE, style.case)


def _affixed(parts: list[Part], style: PartStyle) -> list[Part]:
    dress = style.dress
    if not parts or not (dress.prefix or dress.suffix):
        return parts
    return [Node(parts, Dress(prefix=dress.prefix, suffix=dress.suffix))]


def _spaced(pieces: list[tuple[str, Part]]) -> list[Part]:
    """Pieces (plain text, part) with spaces, but none after an apostrophe or a hyphen."""
    out: list[Part] = []
    before = ""
    for text, part in pieces:
        if not text:
            continue
        if out and before[-1] not in "'’-–":
            out.append(" ")
        out.append(part)
        before = text
    return out


def _piece(text: str, style: PartStyle) -> tuple[str, Part]:
    return (text, _clothed(_parts(text), _plain_dress(style))) if text else ("", "")


def _particle(text: str, style: PartStyle) -> tuple[str, Part]:
    """A particle looks like the name it belongs to, but is never capitalized by it."""
    if style.case not in ("", "uppercase", "lowercase", "capitalize-first"):
        style = PartStyle(style.dress)
    return _piece(text, style)


def _straight(name: Name, style: NameStyle, given: str) -> Part:
    family = [
        _piece(name.dropping, PartStyle()),
        _particle(name.non_dropping, style.family),
        _piece(name.family, style.family),
    ]
    firsts = _affixed(_spaced([_piece(given, style.given)]), style.given)
    names = _spaced(family)
    suffix: list[Part] = [", " if name.comma_suffix else " ", name.suffix] if name.suffix else []
    if style.family.dress.prefix or style.family.dress.suffix:
        names = _affixed([*names, *suffix], style.family)
        suffix = []
    gap: list[Part] = [" "] if firsts and names else []
    return Node([*firsts, *gap, *names, *suffix], BARE)


def _inverted(name: Name, style: NameStyle, given: str) -> Part:
    demoted = style.demote == "display-and-sort"
    particle = _particle(name.non_dropping, style.family)
    family = _spaced([*([] if demoted else [particle]), _piece(name.family, style.family)])
    rest = _spaced(
        [
            _piece(given, style.given),
            _particle(name.dropping, style.given),
            *([particle] if demoted else []),
        ]
    )
    pieces = _affixed(family, style.family)
    if rest:
        pieces = [*pieces, *style.separator, *_affixed(rest, style.given)]
    if name.suffix:
        pieces = [*pieces, *style.separator, name.suffix]
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
