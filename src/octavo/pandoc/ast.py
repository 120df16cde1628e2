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


def walk(node: Any) -> Iterator[Element]:
    """Every block and inline below a node, in document order."""
    if isinstance(node, list):
        for child in node:
            yield from walk(child)
    elif isinstance(node, dict):
        if "t" in node:
            yield node
        content = node.get("c")
        if content.__class__ in (list, dict):
            yield from walk(content)


def rewrite(node: Any, change: Callable[[Element], list[Element] | None]) -> None:
    """Replace elements, children first: ``change`` gives what stands in their place, or None."""
    if isinstance(node, dict):
        rewrite(node.get("c"), change)
        return
    if not isinstance(node, list):
        return
    result: list[Any] = []
    for child in node:
        if isinstance(child, str):
            result.append(child)
            continue
        rewrite(child, change)
        new = change(child) if isinstance(child, dict) and "t" in child else None
        if new is None:
            result.append(child)
        else:
            result.extend(new)
    node[:] = result


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
