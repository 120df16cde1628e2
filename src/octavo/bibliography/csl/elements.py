"""A style's rendering elements as closures: ``cs:text``, ``cs:group``, macros, and the rest by
kind.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping

from octavo.bibliography.csl import attributes, variables
from octavo.bibliography.csl.conditions import compile_test
from octavo.bibliography.csl.context import Context, Render
from octavo.bibliography.csl.dates import compile_date
from octavo.bibliography.csl.locale import NAMESPACE
from octavo.bibliography.csl.names import Shape, compile_names
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, Tag, dressed, joined
from octavo.bibliography.csl.numbers import PAGED, compile_label, compile_number, formatted, paged
from octavo.bibliography.csl.richtext import parse
from octavo.bibliography.csl.textcase import change, strip_periods


class StyleError(ValueError):
    """The style cannot be used; the message says why."""


def local_name(element: ET.Element) -> str:
    """An element's name without its namespace; "" for comments."""
    return element.tag.removeprefix(NAMESPACE) if isinstance(element.tag, str) else ""


def empty(_ctx: Context) -> Part | None:
    """The rendering of what prints nothing."""
    return None


class Compiler:
    """Compiles the elements of one style; each macro once."""

    def __init__(self, macros: Mapping[str, ET.Element]) -> None:
        self.macros = macros
        self.compiled: dict[str, Render] = {}
        self.open: list[str] = []
        self.outer: Shape | None = None
        self.kinds: dict[str, Callable[[ET.Element], Render]] = {
            "text": self.text,
            "group": self.group,
            "choose": self.choose,
            "date": compile_date,
            "number": lambda element: compile_number(element.attrib),
            "label": lambda element: compile_label(element.attrib),
        }

    def element(self, element: ET.Element, outer: Shape | None = None) -> Render:
        """One rendering element; ``outer`` is what names in a substitute inherit."""
        kind = local_name(element)
        outer = outer or self.outer
        enclosing, self.outer = self.outer, outer
        try:
            if kind == "names":
                return compile_names(element, outer, self.element)
            if kind in self.kinds:
                return self.kinds[kind](element)
        except KeyError as error:
            raise StyleError(f"cs:{kind} lacks its attribute {error}") from error
        finally:
            self.outer = enclosing
        return empty

    def sequence(self, elements: Iterable[ET.Element]) -> list[Render]:
        """Rendering elements that follow one another."""
        return [self.element(child) for child in elements if local_name(child)]

    def text(self, element: ET.Element) -> Render:
        """``cs:text`` of any source, in its case and dress."""
        attrs = element.attrib
        dress = attributes.dress(attrs)
        case = attrs.get("text-case", "")
        tidy = attrs.get("strip-periods") == "true"
        if "macro" in attrs:
            # Engines agree to leave the case of a macro's text to the macro.
            source, tag, case = self.macro(attrs["macro"]), "", ""
        elif "variable" in attrs:
            return _variable(attrs["variable"], attrs.get("form", "long"), dress, (case, tidy))
        elif "term" in attrs:
            source, tag = _term(attrs), "term"
        else:
            value = parse(attrs.get("value", ""))
            source, tag = (
                (
                    lambda _ctx: (
                        value[0] if len(value) == 1 else Node(value, BARE) if value else None
                    )
                ),
                "",
            )

        def render(ctx: Context) -> Part | None:
            part = source(ctx)
            if part is None or part == "":
                return part
            return clothed(ctx, [part], dress, (case, tidy), tag)  # type: ignore[arg-type]

        return render if case or tidy or tag or dress is not BARE else source

    def macro(self, name: str) -> Render:
        """A macro, which suppresses itself as a group does."""
        if name in self.compiled:
            return self.compiled[name]
        if name not in self.macros:
            raise StyleError(f"the style uses the macro {name!r}, which it does not define")
        if name in self.open:
            raise StyleError(f"the macro {name!r} calls itself")
        self.open.append(name)
        enclosing, self.outer = self.outer, None
        self.compiled[name] = _group(self.sequence(self.macros[name]), (), BARE)
        self.outer = enclosing
        self.open.pop()
        return self.compiled[name]

    def group(self, element: ET.Element) -> Render:
        """``cs:group``."""
        attrs = element.attrib
        return _group(
            self.sequence(element),
            attributes.affix(attrs.get("delimiter")),
            attributes.dress(attrs),
        )

    def choose(self, element: ET.Element) -> Render:
        """``cs:choose``: the first branch whose test holds."""
        branches = [
            (
                compile_test(child.attrib) if local_name(child) != "else" else None,
                self.sequence(child),
            )
            for child in element
            if local_name(child) in ("if", "else-if", "else")
        ]

        def render(ctx: Context) -> Part | None:
            for test, parts in branches:
                if test is None or test(ctx):
                    return _several([part(ctx) for part in parts])
            return None

        return render


def _several(parts: list[Part | None]) -> Part | None:
    kids = joined(parts, ())
    if len(kids) > 1:
        return Node(kids, BARE, "splice")
    return kids[0] if kids else None


def _group(parts: list[Render], delimiter: tuple[Part, ...], dress: Dress) -> Render:
    def render(ctx: Context) -> Part | None:
        called, shown = ctx.called, ctx.shown
        ctx.called = ctx.shown = 0
        kids = joined([part(ctx) for part in parts], delimiter)
        inner_called, inner_shown = ctx.called, ctx.shown
        visible = bool(kids) and (inner_shown > 0 or not inner_called)
        ctx.called = called + (1 if inner_called or visible else 0)
        ctx.shown = shown + (1 if visible else 0)
        return dressed(kids, dress) if visible else None

    return render


def clothed(
    ctx: Context, parts: list[Part], dress: Dress, how: tuple[str, bool], tag: Tag = ""
) -> Part:
    """Text in its case, without its periods if so asked, in its dress."""
    case, tidy = how
    if case:
        english = ctx.lang[:2].lower() == "en" if not tag else ctx.locale.english
        parts = change(parts, case, english=english, lang=ctx.lang)
    if tidy:
        parts = strip_periods(parts)
    return dressed(parts, dress, tag)


def _term(attrs: Mapping[str, str]) -> Render:
    name = attrs["term"]
    form = attrs.get("form", "long")
    plural = attrs.get("plural") == "true"

    def render(ctx: Context) -> Part | None:
        text = ctx.locale.term(name, form, plural=plural)
        if not text:
            return text
        return text

    return render


_COUNTED = variables.NUMBERS - {"citation-number", "first-reference-note-number", "page-first"}
_LINKS = {
    "DOI": "https://doi.org/",
    "URL": "",
    "PMID": "https://www.ncbi.nlm.nih.gov/pubmed/",
    "PMCID": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
}


def _variable(name: str, form: str, dress: Dress, how: tuple[str, bool]) -> Render:
    tag: Tag = "year-suffix" if name == "year-suffix" else ""

    def render(ctx: Context) -> Part | None:
        text = variables.text(ctx, name, form)
        if not text:
            ctx.called += name != "year-suffix"
            return None
        ctx.called += 1
        ctx.shown += 1
        if ctx.substitute is not None:
            ctx.substitute.add(name)
        if name in _LINKS:
            return _linked(name, text, dress)
        if ctx.sorting is not None and name == "citation-number":
            text = text.zfill(8)
        if name in PAGED:
            parts = paged(ctx, name, text)
        else:
            parts = formatted(ctx, name, text) if name in _COUNTED else parse(text)
        return clothed(ctx, parts, dress, how, tag)

    return render


def _linked(name: str, text: str, dress: Dress) -> Part:
    """A DOI or an address; an affix that spells the resolver belongs to the link's text."""
    href = (
        text if text.startswith(("http://", "https://")) or name == "URL" else _LINKS[name] + text
    )
    lead = "".join(p for p in dress.prefix if isinstance(p, str))
    inner: list[Part] = [text]
    if lead.rstrip("/").endswith(("doi.org", "pubmed", "articles")) and lead.startswith("http"):
        inner = [lead + text]
        dress = Dress(formats=dress.formats, suffix=dress.suffix, display=dress.display)
    return Node([Node(inner, BARE, "verbatim", href=href)], dress)
