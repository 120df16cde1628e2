"""A CSL style, read once and compiled to closures."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field

from octavo.bibliography.csl import attributes
from octavo.bibliography.csl.context import Render
from octavo.bibliography.csl.elements import Compiler, StyleError, local_name
from octavo.bibliography.csl.locale import (
    NAMESPACE,
    Locale,
    LocaleLayer,
    fallback_chain,
    parse_layer,
)
from octavo.bibliography.csl.nodes import BARE, Dress, Part
from octavo.bibliography.csl.sorting import SortKey, compile_sort

__all__ = ["Area", "Style", "StyleError", "compile_style"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """``cs:citation`` or ``cs:bibliography``: its layout, its sort keys, its options."""

    layout: tuple[Render, ...]
    dress: Dress
    delimiter: tuple[Part, ...]
    keys: tuple[SortKey, ...]
    options: Mapping[str, str]
    names: Mapping[str, str]
    label: bool = False

    def option(self, name: str) -> bool:
        """An attribute that is either true or not."""
        return self.options.get(name) == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A compiled style. ``parent`` is set for a dependent style, which has no areas of its own."""

    title: str
    in_note: bool
    default_locale: str
    demote: str
    page_range_format: str
    citation: Area
    bibliography: Area | None
    layers: tuple[LocaleLayer, ...]
    suffix_placed: bool = False
    """Whether the style itself says where year suffixes go."""
    locales: dict[int, tuple[Locale, Locale]] = field(default_factory=dict)

    def area(self, name: str) -> Area | None:
        """The citation or the bibliography."""
        return self.citation if name == "citation" else self.bibliography

    def name_attributes(self, area: str) -> Mapping[str, str]:
        """The attributes that all ``cs:name`` of an area inherit."""
        made = self.area(area)
        return made.names if made is not None else {}

    def localized(self, locale: Locale) -> Locale:
        """A locale under this style's own terms and dates."""
        found = self.locales.get(id(locale))
        if found is not None and found[0] is locale:
            return found[1]
        chain = ["", *fallback_chain(locale.lang)]
        if not locale.lang.lower().startswith("en"):
            chain.remove("en-US")
        else:
            # American English is what other English falls back to, but it is not above "en".
            chain.sort(key=lambda name: (name == locale.lang, len(name)))
        fitting = [layer for name in chain for layer in self.layers if layer.lang == name]
        made = locale.with_layers(fitting)
        if len(self.locales) > 16:
            self.locales.clear()
        self.locales[id(locale)] = (locale, made)
        return made


def parent_of(root: ET.Element) -> str:
    """The address of a dependent style's independent parent; "" for an independent style."""
    for link in root.iterfind(f"{NAMESPACE}info/{NAMESPACE}link"):
        if link.get("rel") == "independent-parent":
            return link.get("href", "")
    return ""


def compile_style(xml: str | bytes) -> Style:
    """Compile a style. Raises :class:`StyleError` if it is not a usable independent CSL style."""
    try:
        root = ET.fromstring(xml)
    except ET.ParseError as error:
        raise StyleError(f"the style is not well-formed XML: {error}") from error
    if local_name(root) != "style":
        raise StyleError("the file is not a CSL style: its root is not cs:style")
    macros = {m.get("name", ""): m for m in root.iterfind(f"{NAMESPACE}macro")}
    citation = root.find(f"{NAMESPACE}citation")
    if citation is None:
        parent = parent_of(root)
        raise StyleError(
            f"the style depends on {parent}" if parent else "the style has no cs:citation"
        )
    compiler = Compiler(macros)
    bibliography = root.find(f"{NAMESPACE}bibliography")
    areas = [e for e in (citation, bibliography) if e is not None]
    used = set().union(*(_used_variables(area, macros, set()) for area in areas))
    return Style(
        suffix_placed=bool(used & {"year-suffix", "citation-label"}),
        title=(root.findtext(f"{NAMESPACE}info/{NAMESPACE}title") or "").strip(),
        in_note=root.get("class") == "note",
        default_locale=root.get("default-locale", ""),
        demote=root.get("demote-non-dropping-particle", "display-and-sort"),
        page_range_format=root.get("page-range-format", ""),
        citation=_area(citation, root, compiler),
        bibliography=_area(bibliography, root, compiler) if bibliography is not None else None,
        layers=tuple(parse_layer(e) for e in root.iterfind(f"{NAMESPACE}locale")),
    )


def _area(element: ET.Element, root: ET.Element, compiler: Compiler) -> Area:
    layout = element.find(f"{NAMESPACE}layout")
    if layout is None:
        raise StyleError(f"cs:{local_name(element)} has no cs:layout")
    sort = element.find(f"{NAMESPACE}sort")
    dress = attributes.dress(layout.attrib)
    used = _used_variables(layout, compiler.macros, set())
    return Area(
        layout=tuple(compiler.sequence(layout)),
        dress=dress if dress else BARE,
        delimiter=attributes.affix(layout.get("delimiter")),
        keys=compile_sort(sort, compiler) if sort is not None else (),
        options=dict(element.attrib),
        names={**root.attrib, **element.attrib},
        label="citation-label" in used,
    )


def _used_variables(
    element: ET.Element, macros: Mapping[str, ET.Element], seen: set[str]
) -> set[str]:
    """The variables that an element prints, through the macros it calls."""
    used: set[str] = set()
    for child in element.iter():
        if local_name(child) in ("text", "number"):
            used.add(child.get("variable", ""))
            macro = child.get("macro")
            if macro and macro not in seen and macro in macros:
                seen.add(macro)
                used |= _used_variables(macros[macro], macros, seen)
    return used
