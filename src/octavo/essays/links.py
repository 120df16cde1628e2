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
from octavo.records import Diagnostic


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
    return tuple(dict.fromkeys([normal(n) for n in found] + [normal(Path(s).name) for s in sources]))


def address(here: str, there: str) -> str:
    """The relative address of an essay's page from another's; it works from ``file:`` too."""
    return posixpath.join(posixpath.relpath(there, here), "index.html")


def resolve(
    tree: Ast, source: Source, names: Mapping[str, Target], places: Places
) -> tuple[Diagnostic, ...]:
    """Give every internal link its address; a link to nothing is a diagnostic and plain text."""
    elements = ast.walk(tree["blocks"], _ANCHORED)
    anchors = {attrs[0] for e in elements if (attrs := ast.attributes(e))}
    faults: list[Diagnostic] = []
    for element in elements:
        if element["t"] != "Link":
            continue
        attrs, inlines, (href, title) = element["c"]
        if "wikilink" in attrs[1]:
            faults += _wiki(element, source, names, places)
        elif href.startswith("#"):
            if unquote(href[1:]) not in anchors and "cross-reference" not in attrs[1]:
                faults.append(_dead(href, f"]({href}", sorted(anchors), places))
        elif not urlsplit(href).scheme and href:
            faults += _local(element, source, names, places)
        del inlines, title
    return tuple(faults)


def _wiki(
    element: Element, source: Source, names: Mapping[str, Target], places: Places
) -> list[Diagnostic]:
    attrs, inlines, (href, _) = element["c"]
    name, _, fragment = href.partition("#")
    target = names.get(normal(name)) if name else None
    if name and target is None:
        ast.become(element, ast.span(inlines, ast.attr("", ["unresolved"])))
        return [_dead(name, f"[[{href}", sorted({t.slug for t in names.values()}), places)]
    if target is not None:
        if ast.plain(inlines) == href:
            inlines = ast.string(target.title or target.slug)
        href = address(source.slug, target.slug)
    suffix = f"#{normal(fragment)}" if fragment else ""
    element["c"] = [attrs, inlines, [href + suffix if target else suffix, ""]]
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
    return [_dead(href, f"]({href}", sorted({f"{t.slug}.md" for t in names.values()}), places)]


def _dead(href: str, token: str, known: list[str], places: Places) -> Diagnostic:
    near = difflib.get_close_matches(href.lstrip("#"), [k for k in known if k], n=1)
    return Diagnostic(
        code="dead-link",
        message=f"the link to {href!r} leads nowhere",
        span=places.find(token, everywhere=True),
        hint=f"did you mean {near[0]!r}?" if near else "correct it or write the page",
    )
