"""Small tools for pandoc's document tree in its JSON form.

An element is ``{"t": name, "c": content}``; attributes are ``[id, classes, [[key, value]]]``.
The functions here change trees in place: whoever calls them owns the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

Element: TypeAlias = dict[str, Any]
Attributes: TypeAlias = list[Any]

SPACE: Element = {"t": "Space"}


_LEAVES = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})


def walk(node: Any, kinds: frozenset[str] | None = None) -> list[Element]:
    """The blocks and inlines below a node, in document order; words and spaces are left out.

    ``kinds`` names the wanted elements. The list is made at once, so that a caller may change
    the elements as it goes.
    """
    found: list[Element] = []
    stack = [node]
    while stack:
        top = stack.pop()
        if top.__class__ is list:
            # Leaves are most of a tree: they never reach the stack.
            stack += [
                child
                for child in reversed(top)
                if child.__class__ is list
                or (child.__class__ is dict and child.get("t") not in _LEAVES)
            ]
        elif top.__class__ is dict:
            kind = top.get("t")
            if kind is not None and (kinds is None or kind in kinds):
                found.append(top)
            content = top.get("c")
            if content.__class__ is list or content.__class__ is dict:
                stack.append(content)
    return found


def rewrite(node: Any, change: Callable[[Element], list[Element] | None]) -> None:
    """Replace elements, children first: ``change`` gives what stands in their place, or None.

    Words and spaces are not offered.
    """
    if node.__class__ is dict:
        rewrite(node.get("c"), change)
        return
    if node.__class__ is not list:
        return
    changes: dict[int, list[Element]] = {}
    for place, child in enumerate(node):
        if child.__class__ is list:
            rewrite(child, change)
        elif child.__class__ is dict and child.get("t") not in _LEAVES:
            rewrite(child.get("c"), change)
            new = change(child) if "t" in child else None
            if new is not None:
                changes[place] = new
    for place in sorted(changes, reverse=True):
        node[place : place + 1] = changes[place]


def become(node: Element, other: Element) -> None:
    """Turn an element into another, where it stands."""
    node.clear()
    node.update(other)


def plain(node: Any) -> str:
    """The words of inlines or blocks, without any markup; notes are left out."""
    return "".join(_words(node))


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _words(child)
    elif isinstance(node, dict) and "t" in node:
        yield from _element_words(node["t"], node.get("c"))


def _element_words(kind: str, content: Any) -> Iterator[str]:
    match kind:
        case "Str":
            yield content
        case "Space" | "SoftBreak" | "LineBreak":
            yield " "
        case "Code" | "Math" | "CodeBlock":
            yield content[1]
        case "Quoted":
            opening, closing = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
            yield from (opening, *_words(content[1]), closing)
        case "Link" | "Image" | "Span":
            yield from _words(content[1])
        case "Note" | "Cite" | "RawInline" | "RawBlock":
            return
        case "Para" | "Plain" | "Header":
            yield from (*_words(content), " ")
        case _:
            yield from _words(content)


def attributes(node: Element) -> Attributes | None:
    """The attributes of an element that can have some."""
    match node["t"]:
        case "Header":
            found: Attributes = node["c"][1]
        case "Div" | "Span" | "Code" | "CodeBlock" | "Link" | "Image" | "Table" | "Figure":
            found = node["c"][0]
        case _:
            return None
    return found


def get(attrs: Attributes, key: str) -> str:
    """The value of one attribute, "" where it isn't."""
    return next((value for name, value in attrs[2] if name == key), "")


def put(attrs: Attributes, key: str, value: str) -> None:
    """Set one attribute."""
    attrs[2] = [pair for pair in attrs[2] if pair[0] != key] + [[key, value]]


def attr(identifier: str = "", classes: Iterable[str] = (), **values: str) -> Attributes:
    """New attributes."""
    return [identifier, list(classes), [[key, value] for key, value in values.items()]]


def string(text: str) -> list[Element]:
    """Text as inlines: words and spaces between them."""
    inlines: list[Element] = []
    for number, word in enumerate(text.split(" ")):
        if number:
            inlines.append({"t": "Space"})
        if word:
            inlines.append({"t": "Str", "c": word})
    return inlines


def span(children: list[Element], attrs: Attributes) -> Element:
    """A span of inlines."""
    return {"t": "Span", "c": [attrs, children]}


def div(children: list[Element], attrs: Attributes) -> Element:
    """A division of blocks."""
    return {"t": "Div", "c": [attrs, children]}


def link(children: list[Element], target: str, attrs: Attributes | None = None) -> Element:
    """A link."""
    return {"t": "Link", "c": [attrs or attr(), children, [target, ""]]}


def para(children: list[Element]) -> Element:
    """A paragraph."""
    return {"t": "Para", "c": children}
