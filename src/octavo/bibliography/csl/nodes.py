"""What rendering builds: a light tree of text, each node in the dress its CSL element gives it.

A leaf is a ``str``; a :class:`Node` has children and a :class:`Dress` (formatting, quotes, affixes,
display). The tree is private to the processor; ``finish`` turns it into public runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

Tag = Literal[
    "",
    "names",
    "name",
    "label",
    "term",
    "cite",
    "year-suffix",
    "nocase",
    "year",
    "verbatim",
    "splice",
]


class Dress:
    """How an element's text is clothed; compiled once and shared by everything it renders."""

    __slots__ = ("affixes_inside", "display", "formats", "prefix", "quotes", "suffix")

    def __init__(
        self,
        *,
        formats: tuple[str, ...] = (),
        quotes: bool = False,
        prefix: tuple[Part, ...] = (),
        suffix: tuple[Part, ...] = (),
        display: str = "",
        affixes_inside: bool = False,
    ) -> None:
        self.formats = formats
        self.quotes = quotes
        self.prefix = prefix
        self.suffix = suffix
        self.display = display
        self.affixes_inside = affixes_inside

    def __bool__(self) -> bool:
        return bool(self.formats or self.quotes or self.prefix or self.suffix or self.display)


class Node:
    """Children in one dress. ``tag`` says what the part is for; ``value`` belongs to the tag."""

    __slots__ = ("dress", "href", "kids", "tag", "value")

    def __init__(
        self,
        kids: list[Part],
        dress: Dress,
        tag: Tag = "",
        value: str = "",
        href: str = "",
    ) -> None:
        self.kids = kids
        self.dress = dress
        self.tag = tag
        self.value = value
        self.href = href

    def copy_with(self, kids: list[Part]) -> Node:
        """The same node around other children."""
        return Node(kids, self.dress, self.tag, self.value, self.href)


Part: TypeAlias = "Node | str"

BARE = Dress()


def dressed(kids: list[Part], dress: Dress, tag: Tag = "") -> Part:
    """Children in their dress, without a wrapper where none is needed."""
    if dress is BARE and not tag and len(kids) == 1:
        return kids[0]
    return Node(kids, dress, tag)


def joined(parts: Iterable[Part | None], delimiter: tuple[Part, ...]) -> list[Part]:
    """The non-empty parts with a delimiter between them; a ``choose`` is transparent to it."""
    kids: list[Part] = []
    for part in parts:
        if part is None or part == "":
            continue
        if isinstance(part, Node) and part.tag == "splice":
            for kid in part.kids:
                if kids and delimiter:
                    kids += delimiter
                kids.append(kid)
            continue
        if kids and delimiter:
            kids += delimiter
        kids.append(part)
    return kids


def leaves(part: Part) -> Iterator[str]:
    """The text below a part, affixes left out."""
    if isinstance(part, str):
        yield part
    else:
        for kid in part.kids:
            yield from leaves(kid)


def all_leaves(part: Part) -> Iterator[str]:
    """The text below a part with its affixes."""
    if isinstance(part, str):
        yield part
        return
    for kid in part.dress.prefix:
        yield from all_leaves(kid)
    if part.dress.quotes:
        yield "“"
    for kid in part.kids:
        yield from all_leaves(kid)
    if part.dress.quotes:
        yield "”"
    for kid in part.dress.suffix:
        yield from all_leaves(kid)


def text_of(part: Part | None) -> str:
    """All the text of a part, affixes included, no markup."""
    if part is None:
        return ""
    return part if isinstance(part, str) else "".join(all_leaves(part))


def find(part: Part | None, tag: Tag) -> Node | None:
    """The first node with a tag, in document order."""
    if part is None or isinstance(part, str):
        return None
    if part.tag == tag:
        return part
    for kid in part.kids:
        if (found := find(kid, tag)) is not None:
            return found
    return None
