"""Links between essays: wiki links, links to other sources, links within the page."""

from __future__ import annotations

import difflib
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from octavo.essays.source import Source
from octavo.essays.text import Places
from octavo.pandoc import ast
from octavo.pandoc.ast import Element
from octavo.pandoc.worker import Ast
from octavo.records import Diagnostic, Span

_ANCHORED = frozenset(
    {"Header", "Div", "Span", "Code", "CodeBlock", "Link", "Image", "Table", "Figure"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What another essay needs to know to link here."""

    slug: str
    title: str
    aliases: tuple[str, ...] = ()
    published: bool = True


def normal(name: str) -> str:
    """A page's name as people write it: case, accents, spaces and dashes don't count."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", kept).strip("-")


def directory(targets: Mapping[str, Target]) -> dict[str, Target]:
    """Targets by every name that finds them: slug first, then title, then aliases."""
    names: dict[str, Target] = {}
    for name in ("slug", "title", "aliases"):
        for target in targets.values():
            value = getattr(target, name)
            for text in value if isinstance(value, tuple) else (value,):
                names.setdefault(normal(text), target)
    return names


def wanted(tree_or_text: str) -> tuple[str, ...]:
    """The names that a text's wiki links ask for, before anything is parsed."""
    found = re.findall(r"\[\[([^\]|#\n]+)(?:#[^\]|\n]*)?(?:\|[^\]\n]*)?\]\]", tree_or_text)
    sources = re.findall(r"\]\(([^)\s#:]+)\.(?:md|ipynb)(?:#[^)\s]*)?\)", tree_or_text)
    return tuple(
        dict.fromkeys([normal(n) for n in found] + [normal(Path(s).name) for s in sources])
    )


def address(here: str, there: str) -> str:
    """The relative address of an essay's page from another's; it works from ``file:`` too."""
    return posixpath.join(posixpath.relpath(there, here), "index.html")


def resolve(
    tree: Ast, source: Source, names: Mapping[str, Target], places: Places
) -> tuple[Diagnostic, ...]:
    """Give every internal link its address; a link to nothing is a diagnostic and plain text."""
    elements = ast.walk(tree["blocks"], _ANCHORED)
    anchors = {attrs[0] for e in elements if (attrs := ast.attributes(e)) and attrs[0]}
    faults: dict[Diagnostic, None] = {}
    for element in elements:
        if element["t"] != "Link":
            continue
        attrs, _, (href, _) = element["c"]
        if "wikilink" in attrs[1]:
            found = _wiki(element, source, names, anchors, places)
        elif href.startswith("#"):
            known = unquote(href[1:]) in anchors or "cross-reference" in attrs[1]
            found = [] if known else _dead(href, anchors, places.addresses(href), places.path)
        elif _is_local(href):
            found = _local(element, source, names, places)
        else:
            continue
        faults |= dict.fromkeys(found)
    return tuple(faults)


def _is_local(href: str) -> bool:
    try:
        return bool(href) and not urlsplit(href).scheme and not href.startswith("//")
    except ValueError:
        return False


def heading_id(text: str) -> str:
    """The id that pandoc gives a heading (manual, "Extension: auto_identifiers")."""
    kept = re.sub(r"[^\w\s.-]", "", text).strip().lower()
    return re.sub(r"^[\W\d_]+", "", re.sub(r"\s+", "-", kept)) or "section"


def _wiki(
    element: Element,
    source: Source,
    names: Mapping[str, Target],
    anchors: set[str],
    places: Places,
) -> list[Diagnostic]:
    attrs, inlines, (href, _) = element["c"]
    name, _, fragment = unquote(href).partition("#")
    target = names.get(normal(name)) if name else None
    anchor = heading_id(fragment) if fragment else ""
    here = [span for _, span in places.find_all(rf"\[\[{re.escape(unquote(href))}(?=[\]|])")]
    if name and target is None:
        ast.become(element, ast.span(inlines, ast.attr("", ["unresolved"])))
        return _dead(href, {t.slug for t in names.values()}, here, source.path)
    if target is not None:
        if ast.plain(inlines) == unquote(href):
            inlines = ast.string(target.title or target.slug)
        address_ = address(source.slug, target.slug)
        element["c"] = [attrs, inlines, [address_ + (f"#{anchor}" if anchor else ""), ""]]
        return []
    found = next((a for a in (fragment, anchor) if a in anchors), "")
    if not found:
        ast.become(element, ast.span(inlines, ast.attr("", ["unresolved"])))
        return _dead(href, anchors, here, source.path)
    element["c"] = [attrs, inlines, [f"#{found}", ""]]
    return []


def _local(
    element: Element, source: Source, names: Mapping[str, Target], places: Places
) -> list[Diagnostic]:
    href = element["c"][2][0]
    path, _, fragment = href.partition("#")
    file = Path(unquote(path))
    if file.suffix in (".md", ".ipynb") and (target := names.get(normal(file.stem))):
        found = address(source.slug, target.slug) + (f"#{fragment}" if fragment else "")
        element["c"][2] = [found, element["c"][2][1]]
        return []
    if (source.path.parent / file).exists() or path.endswith((".html", "/")):
        return []
    known = {f"{t.slug}.md" for t in names.values()}
    return _dead(href, known, places.addresses(href), source.path)


def _dead(href: str, known: set[str], spans: list[Span], path: Path) -> list[Diagnostic]:
    near = difflib.get_close_matches(unquote(href).lstrip("#"), sorted(known), n=1)
    mark = "#" if near and href.startswith("#") else ""
    return [
        Diagnostic(
            code="dead-link",
            message=f"the link to {unquote(href)!r} leads nowhere",
            span=span,
            hint=f"did you mean {mark + near[0]!r}?" if near else "correct it or write the page",
        )
        for span in spans or [Span(path=path)]
    ]
