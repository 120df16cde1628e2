"""The bibliography: its entries in order, repeated authors replaced, fields aligned."""

from __future__ import annotations

from collections.abc import Sequence

from octavo.bibliography.csl import sorting
from octavo.bibliography.csl.context import Context, Registry
from octavo.bibliography.csl.finish import finish
from octavo.bibliography.csl.nodes import BARE, Dress, Node, Part, find, joined, text_of
from octavo.bibliography.csl.records import Entry
from octavo.bibliography.csl.richtext import parse
from octavo.bibliography.csl.style import Area


def sort_items(registry: Registry, ids: Sequence[str]) -> list[str]:
    """The ids in the order of the bibliography."""
    area = registry.style.bibliography
    if area is None or not area.keys:
        return list(ids)
    rows = [
        (sorting.values(registry, area.keys, item_id, "bibliography"), n)
        for n, item_id in enumerate(ids)
    ]
    return [ids[n] for n in sorting.order(rows, area.keys)]


def format_entries(registry: Registry, ids: Sequence[str]) -> tuple[Entry, ...]:
    """The entries of the bibliography; none where the style has no bibliography."""
    area = registry.style.bibliography
    if area is None:
        return ()
    substitute = area.options.get("subsequent-author-substitute")
    rule = area.options.get("subsequent-author-substitute-rule", "complete-all")
    entries = []
    previous: Node | None = None
    for item_id in ids:
        body = _body(registry, area, item_id)
        if not any(char.isalnum() for char in text_of(body)):
            continue
        names = find(body, "names")
        if substitute is not None and names is not None:
            kept = names.copy_with(list(names.kids))
            kept.value = _unlabelled(names)
            if previous is not None:
                replace_names(names, previous, substitute, rule)
            previous = kept
        else:
            previous = None
        entries.append(Entry(id=item_id, runs=finish(_laid_out(area, body), registry.locale)))
    return tuple(entries)


def _body(registry: Registry, area: Area, item_id: str) -> Node:
    ctx = Context(registry, registry.items[item_id], "bibliography")
    parts = [part(ctx) for part in area.layout]
    return Node(joined(parts, ()), BARE)


def _laid_out(area: Area, body: Node) -> Node:
    """The body in the layout's dress; the first field apart, with ``second-field-align``."""
    dress = area.dress
    kids: list[Part] = list(body.kids)
    if area.options.get("second-field-align") and len(kids) > 1:
        first = Node([kids[0]], Dress(display="left-margin"))
        rest = Node([*kids[1:], *dress.suffix], Dress(display="right-inline"))
        return Node([*dress.prefix, first, rest], Dress(formats=dress.formats))
    if kids and isinstance(kids[-1], Node) and kids[-1].dress.display and dress.suffix:
        last = kids[-1]
        kids[-1] = last.copy_with([*last.kids])
        inner = Node(
            last.kids,
            Dress(
                formats=last.dress.formats,
                quotes=last.dress.quotes,
                prefix=last.dress.prefix,
                suffix=last.dress.suffix,
            ),
        )
        kids[-1] = Node([inner, *dress.suffix], Dress(display=last.dress.display))
        return Node([*dress.prefix, *kids], Dress(formats=dress.formats))
    return Node([*dress.prefix, *kids, *dress.suffix], Dress(formats=dress.formats))


def _people(node: Part) -> list[Node]:
    if isinstance(node, str):
        return []
    if node.tag == "name":
        return [node]
    return [person for kid in node.kids for person in _people(kid)]


def _unlabelled(part: Part) -> str:
    """The text of names without their labels, by which entries are compared."""
    if isinstance(part, str):
        return part
    return "".join(_unlabelled(kid) for kid in part.kids) if part.tag != "label" else ""


def replace_names(names: Node, previous: Node, substitute: str, rule: str) -> None:
    """``subsequent-author-substitute`` by its rule, in place."""
    mine, theirs = _people(names), _people(previous)
    same = _unlabelled(names) == previous.value
    if rule == "complete-all" or not mine:
        if same and mine:
            _replace_all(names, substitute)
        elif same:
            names.kids = parse(substitute)
        return
    if rule == "complete-each" and not same:
        return
    for left, right in zip(mine, theirs, strict=False):
        if text_of(left) != text_of(right):
            return
        left.kids = parse(substitute)
        if rule == "partial-first":
            return


def _replace_all(names: Node, substitute: str) -> None:
    """The people go, the first of them leaves the substitute; its label stays."""
    labelled = _labelled(names)
    if labelled is None:
        names.kids = parse(substitute)
        return
    labelled.kids = [
        kid if isinstance(kid, Node) and kid.tag == "label" else Node(parse(substitute), BARE)
        for kid in labelled.kids
    ]


def _labelled(part: Part) -> Node | None:
    """The first list of names that has a label."""
    if isinstance(part, str):
        return None
    if any(isinstance(kid, Node) and kid.tag == "label" for kid in part.kids):
        return part
    return next((found for kid in part.kids if (found := _labelled(kid)) is not None), None)
