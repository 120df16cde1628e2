"""Cases of the CSL suite, run through the processor in the suite's own terms."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from octavo.bibliography import csl
from octavo.bibliography.csl.bibliography import sort_items
from octavo.bibliography.csl.context import Registry
from octavo.bibliography.csl.extras import with_extras
from octavo.bibliography.csl.locale import Locale, fallback_chain, parse_locale
from octavo.bibliography.csl.nodes import Part
from octavo.bibliography.csl.printers import to_html
from octavo.bibliography.csl.records import Citation, CitationItem, Run, Styled
from octavo.bibliography.csl.richtext import parse

SHARED = Path(__file__).parents[3] / "shared" / "conformance"
SUITE = SHARED / "csl"


@cache
def module(name: str) -> ModuleType:
    """A module of the conformance folder, which is data to us and no package."""
    spec = importlib.util.spec_from_file_location(f"conformance_{name}", SUITE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@cache
def locale(lang: str) -> Locale:
    """A locale of the suite with its fallbacks."""
    files = [SUITE / "locales" / f"locales-{name}.xml" for name in fallback_chain(lang)]
    found = [parse_locale(f.read_text(encoding="utf-8")) for f in files if f.is_file()]
    return Locale(lang, found)


def _written(text: str | None) -> list[Part]:
    """The writer's words around a cite: typographic quotes, whatever the locale."""
    text = re.sub(r"(^|[\s(\[])'(?=\S)", r"\1‘", text or "").replace("'", "’")
    text = re.sub(r'(^|[\s(\[])"(?=\S)', r"\1“", text).replace('"', "”")
    return parse(text, quotes=False)


def _runs(parts: list[Part]) -> tuple[Run, ...]:
    out: list[Run] = []
    for part in parts:
        if isinstance(part, str):
            out.append(part)
            continue
        kids = _runs(part.kids)
        for name in part.dress.formats:
            kids = (Styled(formatting=name, children=kids),)  # type: ignore[arg-type]
        out += kids
    return tuple(out)


_POSITIONS = {0: "first", 1: "subsequent", 2: "ibid", 3: "ibid-with-locator"}


def _item(raw: dict[str, Any], *, positioned: bool) -> CitationItem:
    mode = (
        "suppress-author"
        if raw.get("suppress-author")
        else "author-only"
        if raw.get("author-only")
        else "normal"
    )
    position = _POSITIONS[int(raw.get("position", 0))] if positioned else None
    return CitationItem(
        id=str(raw["id"]),
        prefix=_runs(_written(raw.get("prefix"))),
        suffix=_runs(_written(raw.get("suffix"))),
        locator=str(raw.get("locator", "") or ""),
        label=raw.get("label") or "page",
        mode=mode,  # type: ignore[arg-type]
        position=position,  # type: ignore[arg-type]
        near_note=bool(raw.get("near-note")) if positioned else None,
    )


def _citations(case: dict[str, Any], order: list[str]) -> list[Citation]:
    if "citations" in case:
        document = module("suite").final_document(case["citations"])
        return [
            Citation(
                id=str(n),
                items=tuple(_item(i, positioned=False) for i in cluster["citationItems"]),
                note=note,
            )
            for n, (cluster, note) in enumerate(document)
        ]
    clusters = case.get("citation-items")
    if clusters is None and case["mode"] != "citation":
        return []
    if clusters is None:
        # The suite cites everything once, in the order of the bibliography.
        clusters = [[{"id": item_id} for item_id in order]]
    return [
        Citation(id=str(n), items=tuple(_item(i, positioned=True) for i in cluster))
        for n, cluster in enumerate(clusters)
    ]


def run(case: dict[str, Any]) -> str:
    """What the processor prints for a case, in the suite's markup."""
    style = csl.compile_style(case["csl"])
    items = {
        str(item.get("id", "")): {**item, "id": str(item.get("id", ""))} for item in case["input"]
    }
    base = locale(style.default_locale or "en-US")
    registry = Registry(style, style.localized(base), {k: with_extras(v) for k, v in items.items()})
    citations = _citations(case, sort_items(registry, list(items)))
    if "citations" in case:
        cited = {i.id for c in citations for i in c.items}
        items = {k: v for k, v in items.items() if k in cited}
    done = csl.format(style, base, items, citations)
    if case["mode"] == "citation":
        lines = [to_html(c.runs, links=False) for c in done.citations]
        if "citations" in case:
            return "\n".join(f">>[{n}] {line}" for n, line in enumerate(lines))
        return "\n".join(lines)
    entries = "\n".join(
        f'  <div class="csl-entry">{to_html(e.runs, links=False)}</div>' for e in done.bibliography
    )
    return f'<div class="csl-bib-body">\n{entries}\n</div>'
