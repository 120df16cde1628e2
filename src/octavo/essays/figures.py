"""Pictures: find the files, give them addresses that work beside the page, ask for alt texts."""

from __future__ import annotations

import difflib
import re
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from octavo.essays.records import Media
from octavo.essays.source import Source
from octavo.essays.text import Places
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast
from octavo.records import Diagnostic, Outcome, Span


_FAR = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def far_pictures_as_links(element: Element) -> list[Element] | None:
    """For :func:`octavo.pandoc.ast.rewrite`: a picture that is elsewhere on the net is a link."""
    if element["t"] != "Image" or not _FAR.match(element["c"][2][0]):
        return None
    attrs, words, (address, _) = element["c"]
    return [ast.link(words or ast.string(ast.get(attrs, "alt") or address), address)]


def gather(
    tree: Ast,
    source: Source,
    drawn: tuple[Media, ...],
    places: Places,
    root: Path | None = None,
) -> Outcome[tuple[Media, ...]]:
    """The media of a page, drawn by cells or found beside the source; links are rewritten.

    Nothing outside ``root`` is taken: an essay that somebody sent publishes no private file.
    """
    media = {item.name: item for item in drawn}
    faults: dict[Diagnostic, None] = {}
    for element in ast.walk(tree["blocks"], frozenset({"Image"})):
        _alternative(element)
        href = element["c"][2][0]
        if not element["c"][1] and not ast.get(element["c"][0], "alt"):
            faults |= dict.fromkeys(_without_alt(href, source, drawn, places))
        if urlsplit(href).scheme or href.startswith("//") or href in media:
            continue
        path = source.path.parent / unquote(href)
        if root is not None and not path.resolve().is_relative_to(root.resolve()):
            faults |= dict.fromkeys(_outside(href, places))
            continue
        if not path.is_file():
            faults |= dict.fromkeys(_missing(href, path, places))
            continue
        name = _name(unquote(href))
        media[name] = Media(name=name, path=path)
        element["c"][2][0] = quote(name)
    return Outcome(value=tuple(media.values()), diagnostics=tuple(faults))


def _alternative(element: Element) -> None:
    """Quarto's ``fig-alt`` and pandoc's ``alt`` are the same thing."""
    attrs = element["c"][0]
    if text := ast.get(attrs, "fig-alt"):
        ast.put(attrs, "alt", text)
        attrs[2] = [pair for pair in attrs[2] if pair[0] != "fig-alt"]


def _name(href: str) -> str:
    parts = [part for part in PurePosixPath(href).parts if part not in ("..", ".", "/")]
    return "/".join(parts)


def _without_alt(
    href: str, source: Source, drawn: tuple[Media, ...], places: Places
) -> list[Diagnostic]:
    if href in {item.name for item in drawn}:
        return [
            Diagnostic(
                code="image-without-alt",
                message=f"a picture drawn by a cell of {source.path.name} has no alternative text",
                span=places.find("```python", everywhere=True),
                severity="warning",
                hint="give the cell `#| fig-alt: what it shows`",
            )
        ]
    return [
        Diagnostic(
            code="image-without-alt",
            message=f"the picture {unquote(href)} has no alternative text",
            span=span,
            severity="warning",
            hint='write a caption, or {fig-alt="what it shows"} behind it',
        )
        for span in places.addresses(href) or [Span(path=source.path)]
    ]


def _outside(href: str, places: Places) -> list[Diagnostic]:
    return [
        Diagnostic(
            code="picture-outside",
            message=f"the picture {unquote(href)} is not in the workspace",
            span=span,
            hint="copy it into the workspace, beside the essay",
        )
        for span in places.addresses(href) or [Span(path=places.path)]
    ]


def _missing(href: str, path: Path, places: Places) -> list[Diagnostic]:
    folder = path.parent
    there = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(path.name, there, n=1)
    hint = f"did you mean {near[0]}?" if near else f"put it into {folder.name}/"
    return [
        Diagnostic(
            code="missing-image",
            message=f"there is no picture {unquote(href)}",
            span=span,
            hint=hint,
        )
        for span in places.addresses(href) or [Span(path=places.path)]
    ]
