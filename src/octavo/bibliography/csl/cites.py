"""One cite: its layout, the writer's own words around it, and the modes of citing."""

from __future__ import annotations

from octavo.bibliography.csl.context import Context, Marks, Registry
from octavo.bibliography.csl.nameparts import NameStyle, format_name
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, find, joined, text_of
from octavo.bibliography.csl.people import read_names
from octavo.bibliography.csl.positions import Place
from octavo.bibliography.csl.records import CitationItem, Link, Run, Styled
from octavo.bibliography.csl.richtext import parse
from octavo.bibliography.csl.textcase import change


class Cite:
    """A cite on its way into a cluster."""

    __slots__ = ("item", "names", "node", "place", "registry", "skip")

    def __init__(self, registry: Registry, item: CitationItem, place: Place) -> None:
        self.registry = registry
        self.item = item
        self.place = place
        self.skip = item.mode in ("suppress-author", "in-text")
        self.node = self.body(skip=self.skip)
        names = find(self.node, "names")
        self.names = text_of(names) if names is not None and names.kids else ""

    def context(self) -> Context:
        """A fresh state in which to render it."""
        registry = self.registry
        ctx = Context(
            registry, registry.items[self.item.id], "citation", self.item, self.place.position
        )
        ctx.near_note = self.place.near
        return ctx

    def body(self, *, skip: bool = False, suffix: bool = True) -> Node:
        """What the layout prints; without its names, or its year suffix, if so asked."""
        ctx = self.context()
        ctx.skip_names = skip
        if not suffix and ctx.marks.suffix:
            ctx.marks = ctx.marks.copy()
            ctx.marks.suffix = ""
        parts = [part(ctx) for part in self.registry.style.citation.layout]
        return Node(joined(parts, ()), BARE)

    @property
    def plain(self) -> bool:
        """Whether the writer added nothing of their own."""
        return not (self.item.locator or self.item.prefix or self.item.suffix)

    def opens_sentence(self) -> bool:
        """Whether nothing stands before the cite, or a sentence of more than one word."""
        words = "".join(text_of(part) for part in from_runs(self.item.prefix)).strip()
        return not words or (words[-1] in ".!?" and " " in words)

    def whole(self, node: Node | None = None, *, capital: bool = False) -> Node:
        """The cite, marked with its item, between the writer's prefix and suffix."""
        body = self.node if node is None else node
        if capital and self.opens_sentence():
            body = capitalized(body)
        prefix, suffix = from_runs(self.item.prefix), from_runs(self.item.suffix)
        if (
            prefix
            and not text_of(prefix[-1])[-1:].isspace()
            and text_of(prefix[-1])[-1:] not in "([’'\"“‘«-/"
        ):
            prefix = [*prefix, " "]
        if suffix and text_of(suffix[0])[:1] not in " ,.;:!?)]’'”»-–—":
            suffix = [" ", *suffix]
        cite = Node([*body.kids], BARE, "cite", self.item.id)
        return Node([*prefix, cite, *suffix], BARE) if prefix or suffix else cite


def capitalized(node: Node) -> Node:
    """A cite that opens a note with a term (*ibid.*) begins with a capital."""
    first = node.kids[0] if node.kids else None
    if not isinstance(first, Node):
        return node
    if first.tag == "term":
        new: Part = first.copy_with(change(first.kids, "capitalize-first"))
    elif first.dress.prefix:
        return node
    else:
        new = capitalized(first)
    return node.copy_with([new, *node.kids[1:]])


def author(registry: Registry, item_id: str, cite: Cite) -> Part | None:
    """The author of an item as the style prints it in citations; numeric styles get family
    names.
    """
    names = find(cite.body(), "names")
    if names is not None:
        return Node(names.kids, Dress(formats=names.dress.formats))
    item = registry.items[item_id]
    for variable in ("author", "editor", "translator", "container-author", "director"):
        people = read_names(item.get(variable))
        if people:
            return _family_names(registry, people)
    title = item.get("title-short") or item.get("title")
    return Node(parse(str(title)), BARE) if title else None


def _family_names(registry: Registry, people: tuple[object, ...]) -> Part:
    style = NameStyle(form="short")
    term = registry.locale.term
    shown = [format_name(p, style, inverted=False) for p in people]  # type: ignore[arg-type]
    if len(shown) > 2:
        return Node([shown[0], f" {term('et-al') or 'et al.'}"], BARE)
    if len(shown) == 2:
        return Node([shown[0], f" {term('and') or 'and'} ", shown[1]], BARE)
    return shown[0]


def from_runs(runs: tuple[Run, ...]) -> list[Part]:
    """The writer's own structured words as parts."""
    out: list[Part] = []
    for run in runs:
        if isinstance(run, str):
            out.append(run)
        else:
            kids = from_runs(run.children)
            if isinstance(run, Styled):
                formats = (run.formatting,) if run.formatting != "no-case" else ()
                out.append(Node(kids, Dress(formats=formats)))
            elif isinstance(run, Link):
                out.append(Node(kids, BARE, href=run.href))
            else:
                out += kids
    return out


__all__ = ["Cite", "Marks", "author", "capitalized", "from_runs"]
