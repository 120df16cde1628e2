"""A paper: the document written by pandoc as Typst, set by our article template.

The same document gives the same bytes: the only clock is the essay's own date.
"""

from __future__ import annotations

import datetime
import functools
import posixpath
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from octavo.essays.records import Document, Media
from octavo.pandoc.worker import Worker
from octavo.publishing import inline, metadata
from octavo.publishing.records import Masthead
from octavo.publishing.typst import Preparer, string
from octavo.publishing.words import long_date, words
from octavo.records import Diagnostic, Outcome

_OPTIONS = {"wrap_text": "wrap-none", "highlight_method": "idiomatic"}
_MISSING_GLYPH = re.compile(r"the text `?\"(.+?)\"`? could not be displayed")
_EPOCH = datetime.date(1980, 1, 1)
"""The date of a paper whose essay has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A finished paper; ``source`` is its Typst text, ``pdf`` is b"" when it couldn't be set."""

    slug: str
    source: str
    pdf: bytes


def write_paper(document: Document, site: Masthead, worker: Worker) -> Outcome[Paper]:
    """Set a document as a paper: tagged PDF after PDF/UA-1 where the essay allows it.

    An essay that Typst can't set gives a ``paper-failed`` diagnostic and no bytes. Raises
    :class:`octavo.pandoc.worker.PandocError` where pandoc refuses the tree.
    """
    source = write_typst(document, site, worker)
    pdf, faults = typeset(source, document.media, document.front.date or _EPOCH)
    return Outcome(value=Paper(slug=document.slug, source=source, pdf=pdf), diagnostics=faults)


def write_typst(document: Document, site: Masthead, worker: Worker) -> str:
    """The Typst source of a paper, template included."""
    preparer = Preparer(document, metadata.address(site, f"{document.slug}/index.html"))
    tree = {**document.tree, "blocks": preparer.prepare(document.tree["blocks"])}
    body = worker.write(tree, "typst", options=_OPTIONS)
    return f"{_template()}\n#show: article.with({_arguments(document, site)})\n\n{body}"


def _arguments(document: Document, site: Masthead) -> str:
    front, paper = document.front, document.front.paper
    language, _, rest = front.lang.partition("-")
    region = rest if len(rest) == 2 else ""
    title = front.title or posixpath.basename(document.slug)
    word = words(front.lang)
    shown, subtitle, abstract = inline.typst([title, front.subtitle, front.summary])
    arguments = {
        "title": shown,
        "subtitle": subtitle,
        "authors": _array(
            f"(name: {string(a.name)}, affiliation: {string(a.affiliation)}, "
            f"orcid: {string(a.orcid)}, url: {string(a.url)})"
            for a in metadata.authors(document, site)
        ),
        "date": _date(front.date or _EPOCH),
        "dateline": string(_dateline(document)),
        "abstract": abstract,
        "abstract-word": string(word["abstract"]),
        "keywords": _array(map(string, front.tags)),
        "keywords-word": string(word["keywords"]),
        "contents-word": string(word["contents"]),
        "running": shown,
        "licence": string(metadata.licence(front.license or site.license)[0]),
        "lang": string(language.lower()),
        "region": string(region.lower()) if region else "none",
        "paper": string(paper.size),
        "columns": str(max(1, paper.columns)),
        "size": paper.font_size,
        "contents": "true" if paper.contents else "false",
    }
    return ", ".join(f"{name}: {value}" for name, value in arguments.items())


def _dateline(document: Document) -> str:
    front = document.front
    dates = [long_date(front.date, front.lang)] if front.date else []
    if front.updated:
        dates.append(f"{words(front.lang)['updated']} {long_date(front.updated, front.lang)}")
    return " · ".join(dates)


def _date(date: datetime.date) -> str:
    return f"datetime(year: {date.year}, month: {date.month}, day: {date.day})"


def _array(values: Any) -> str:
    return f"({''.join(f'{value}, ' for value in values)})"


def typeset(
    source: str, media: tuple[Media, ...], date: datetime.date
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Compile Typst source with its pictures; ``date`` becomes the time of creation."""
    moment = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    with _laid_out(source, media) as compiler:
        faults: list[Diagnostic] = []
        for standards in (["ua-1"], []):
            try:
                pdf = compiler.compile(format="pdf", pdf_standards=standards, timestamp=moment)
                return bytes(pdf), tuple(faults)
            except RuntimeError as error:
                faults.append(_fault(error, accessible=bool(standards)))
    # both failed for the same reason: the second one tells it
    return b"", tuple(faults[1:])


def write_pages(document: Document, site: Masthead, worker: Worker) -> Outcome[tuple[str, ...]]:
    """The pages of a paper as pictures (SVG), for a screen that shows them as they are written.

    None where Typst can't set the paper; the diagnostics say why.
    """
    source = write_typst(document, site, worker)
    with _laid_out(source, document.media) as compiler:
        try:
            made = compiler.compile(format="svg")
        except RuntimeError as error:
            return Outcome(value=(), diagnostics=(_fault(error, accessible=False),))
    pages = made if isinstance(made, list) else [made]
    return Outcome(value=tuple(page.decode("utf-8") for page in pages))


@contextmanager
def _laid_out(source: str, media: tuple[Media, ...]) -> Iterator[Any]:
    """A compiler of Typst source whose pictures are where the source names them."""
    import typst  # noqa: PLC0415 - its fonts take 50 ms that only a paper needs

    with tempfile.TemporaryDirectory(prefix="octavo-paper-") as name:
        folder = Path(name)
        for item in media:
            _place(folder, item)
        main = folder / "main.typ"
        main.write_text(source, encoding="utf-8")
        yield typst.Compiler(main, root=folder, font_paths=_fonts())


def _place(folder: Path, item: Media) -> None:
    path = folder / item.name
    if folder not in path.resolve().parents:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(item.path.read_bytes() if item.path else item.data)


@functools.cache
def _fonts() -> Any:
    """The wheel's own fonts first; the machine's for scripts that they don't cover."""
    import typst  # noqa: PLC0415

    return typst.Fonts()


def _fault(error: RuntimeError, *, accessible: bool) -> Diagnostic:
    message = getattr(error, "message", str(error)).strip().splitlines()[0]
    hints = " ".join(getattr(error, "hints", []) or [])
    if glyphs := _MISSING_GLYPH.search(message):
        return Diagnostic(
            code="missing-glyph",
            message=f"no font of this machine can print {glyphs.group(1)} in the paper",
            severity="warning",
            hint="install a font for its script, such as one of the Noto fonts",
        )
    if accessible:
        return Diagnostic(
            code="paper-not-accessible",
            message=f"the paper doesn't fulfil PDF/UA-1: {message}",
            severity="warning",
            hint=hints or "the paper was written without the mark of the standard",
        )
    return Diagnostic(
        code="paper-failed",
        message=f"Typst can't set the paper: {message}",
        hint=hints or "see the Typst source with `--to typst`",
    )


@functools.cache
def _template() -> str:
    path = Path(__file__).with_name("templates") / "article.typ"
    return path.read_text(encoding="utf-8")
