"""``cs:names``: lists of names with labels, et-al and substitutes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import NamedTuple

from octavo.bibliography.csl import attributes
from octavo.bibliography.csl.context import Context, Render
from octavo.bibliography.csl.locale import NAMESPACE
from octavo.bibliography.csl.namelist import ListStyle, list_style, name_list, shown_count
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, dressed, joined
from octavo.bibliography.csl.people import Name
from octavo.bibliography.csl.textcase import change, strip_periods

INHERITED = {
    "and", "delimiter-precedes-et-al", "delimiter-precedes-last", "et-al-min", "et-al-use-first",
    "et-al-use-last", "et-al-subsequent-min", "et-al-subsequent-use-first", "initialize",
    "initialize-with", "initialize-with-hyphen", "name-as-sort-order", "sort-separator",
}  # fmt: skip


class Shape(NamedTuple):
    """The children of a ``cs:names``, which a substitute inherits."""

    name: ET.Element | None
    et_al: Mapping[str, str]
    label: Mapping[str, str] | None
    label_first: bool


class NamesElement:
    """A compiled ``cs:names``; list styles are made once for each area."""

    def __init__(self, element: ET.Element, shape: Shape, substitutes: list[Render]) -> None:
        attrs = element.attrib
        self.variables = attrs.get("variable", "").split()
        self.dress = attributes.dress(attrs)
        self.delimiter = attrs.get("delimiter")
        self.shape = shape
        self.substitutes = substitutes
        self.styles: dict[str, tuple[ListStyle, tuple[Part, ...]]] = {}
        self.label_dress = attributes.dress(shape.label or {})

    def style(self, ctx: Context) -> tuple[ListStyle, tuple[Part, ...]]:
        """How lists look in the area that is being rendered, and what stands between lists."""
        found = self.styles.get(ctx.area)
        if found is None:
            inherited = ctx.style.name_attributes(ctx.area)
            own = self.shape.name.attrib if self.shape.name is not None else {}
            merged = {k: v for k, v in inherited.items() if k in INHERITED}
            for key, source in (("form", "name-form"), ("delimiter", "name-delimiter")):
                if source in inherited:
                    merged[key] = inherited[source]
            merged.update(own)
            between = (
                self.delimiter if self.delimiter is not None else inherited.get("names-delimiter")
            )
            parts = {
                c.get("name"): c.attrib
                for c in (self.shape.name if self.shape.name is not None else ())
            }
            made = list_style(merged, parts, self.shape.et_al, ctx.style.demote)
            found = self.styles[ctx.area] = (made, attributes.affix(between))
        return found

    def render(self, ctx: Context) -> Part | None:
        """All the lists of the variables, or the first substitute that prints something."""
        ctx.called += 1
        style, between = self.style(ctx)
        first = ctx.lists == 0
        lists = self._lists(ctx)
        if style.counted and lists:
            return self._count(ctx, lists, style)
        if lists:
            ctx.shown += 1
            if ctx.skip_names and first:
                ctx.lists += len(lists)
                return None
            parts = [self._one(ctx, variable, names, style) for variable, names in lists]
            node = Node(joined(parts, between), self.dress, "names" if first else "")
            if not any(parts):
                return None
            return node
        return self._substituted(ctx, first=first)

    def _count(
        self, ctx: Context, lists: list[tuple[str, tuple[Name, ...]]], style: ListStyle
    ) -> Part | None:
        ctx.shown += 1
        total = sum(shown_count(ctx, names, style, -1) for _, names in lists)
        return dressed([f"{total:06d}" if ctx.sorting is not None else str(total)], self.dress)

    def _lists(self, ctx: Context) -> list[tuple[str, tuple[Name, ...]]]:
        """The variables that have names; an editor who is also the translator is named once."""
        lists = []
        for variable in self.variables:
            if variable in ctx.quashed or (ctx.substitute and variable in ctx.substitute):
                continue
            names = ctx.names(variable)
            if names:
                lists.append((variable, names))
                if ctx.substitute is not None:
                    ctx.substitute.add(variable)
        both = len(lists) == 2 and lists[0][1] == lists[1][1]
        if both and {variable for variable, _ in lists} == {"editor", "translator"}:
            joint = self.shape.label is None or self._joint(ctx)
            return [("editor-translator", lists[0][1])] if joint else lists
        return lists

    def _joint(self, ctx: Context) -> str:
        """The word for someone who is both; the older name of the term is what styles redefine."""
        form = self.shape.label.get("form", "long") if self.shape.label else "long"
        word = ctx.locale.term("editortranslator", form)
        return (ctx.locale.term("editor-translator", form) if word is None else word) or ""

    def _one(self, ctx: Context, variable: str, names: tuple[Name, ...], style: ListStyle) -> Part:
        people = name_list(ctx, names, style)
        if ctx.sorting is not None:
            return people
        label = self._label(ctx, variable, len(names))
        if label is None:
            return people
        return Node([label, people] if self.shape.label_first else [people, label], BARE)

    def _label(self, ctx: Context, variable: str, count: int) -> Part | None:
        attrs = self.shape.label
        if attrs is None:
            return None
        plural = attrs.get("plural", "contextual")
        many = plural == "always" or (plural == "contextual" and count > 1)
        form = attrs.get("form", "long")
        term = None
        if variable == "editor-translator":
            term = ctx.locale.term("editortranslator", form, plural=many)
        term = term or ctx.locale.term(variable, form, plural=many)
        if not term:
            return None
        parts: list[Part] = [term]
        if attrs.get("text-case"):
            parts = change(parts, attrs["text-case"], english=ctx.locale.english)
        if attrs.get("strip-periods") == "true":
            parts = strip_periods(parts)
        return Node(parts, self.label_dress, "label")

    def _substituted(self, ctx: Context, *, first: bool) -> Part | None:
        for substitute in self.substitutes:
            outer = ctx.substitute
            used: set[str] = set()
            ctx.substitute = used
            part = substitute(ctx)
            ctx.substitute = outer
            if part is None and not used:
                continue
            if part == "":
                return None
            if outer is not None:
                outer |= used
            ctx.quashed |= used
            if ctx.skip_names and first:
                ctx.lists += 1
                return None
            if part is None:
                continue
            if first:
                ctx.lists += 1
            return _retagged(part, self.dress, first=first)
        return None


def _retagged(part: Part, dress: Dress, *, first: bool) -> Part:
    if isinstance(part, Node):
        if part.tag == "names":
            part.tag = ""
        if part.dress is not BARE:
            dress = BARE
    return Node([part], dress, "names" if first else "")


def compile_names(
    element: ET.Element,
    outer: Shape | None,
    compile_one: Callable[[ET.Element, Shape | None], Render],
) -> Render:
    """``cs:names``. ``outer`` is the shape it inherits as a substitute without children."""
    kids = {
        child.tag.removeprefix(NAMESPACE): child for child in element if isinstance(child.tag, str)
    }
    order = [child.tag.removeprefix(NAMESPACE) for child in element if isinstance(child.tag, str)]
    label = kids["label"].attrib if "label" in kids else None
    name = kids.get("name")
    et_al: Mapping[str, str] = kids["et-al"].attrib if "et-al" in kids else {}
    label_first = (
        "label" in order and "name" in order and order.index("label") < order.index("name")
    )
    if "label" in order and "name" not in order and outer is None:
        label_first = False
    if outer is not None and not (kids.keys() - {"substitute"}):
        shape = outer
    else:
        if outer is not None and name is None:
            name = outer.name
        shape = Shape(name, et_al, label, label_first)
    substitutes = [
        compile_one(child, shape)
        for child in kids.get("substitute", ())
        if isinstance(child.tag, str)
    ]
    return NamesElement(element, shape, substitutes).render
