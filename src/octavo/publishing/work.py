"""The work on one essay, in whatever process it is done: convert it and write its outputs."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import NoReturn

from octavo.bibliography.library import Library
from octavo.bibliography.records import CitedPlace
from octavo.essays import pipeline
from octavo.essays.format import style_path
from octavo.essays.records import Document, FrontMatter, Media
from octavo.essays.weave import Context
from octavo.files import write_atomically
from octavo.pandoc import worker
from octavo.publishing.memory import Made
from octavo.publishing.plan import Form, Job, Survey
from octavo.publishing.records import Surroundings, page_name, paper_name
from octavo.publishing.scan import signature
from octavo.records import Diagnostic, Outcome, Span
from octavo.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """What every job of a build shares; it goes to each process once."""

    workspace: Workspace
    survey: Survey
    execute: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a job. ``failed`` means that no output was replaced."""

    slug: str
    made: tuple[Made, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    failed: bool = False
    cited: tuple[CitedPlace, ...] = ()
    seconds: float = field(default=0.0, compare=False)


_station: list[Station] = []


def start(station: Station, parent: int = 0) -> None:
    """Make this process ready for jobs; a process of a pool ends when its ``parent`` does."""
    _station[:] = [station]
    if parent:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _stop(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def work(job: Job, report: Callable[[str], None] | None = None) -> Done:
    """Convert an essay into the forms that are out of date, and write them."""
    begun = time.perf_counter()
    station = _station[0]
    paths = station.survey.paths[job.slug]
    prepared = pipeline.prepare(
        job.slug,
        paths,
        station.workspace.cache / "runs",
        execute=station.execute,
        report=report,
    )
    if prepared.value is None:
        return Done(slug=job.slug, diagnostics=prepared.diagnostics, failed=True)
    made: list[Made] = []
    faults = dict.fromkeys(prepared.diagnostics)
    cited: tuple[CitedPlace, ...] = ()
    for form, key in job.keys.items():
        woven = make(prepared.value, form)
        faults |= dict.fromkeys(woven.diagnostics)
        cited = woven.value.places
        written = write(woven.value, form)
        faults |= dict.fromkeys(_at(fault, paths[0]) for fault in written.diagnostics)
        if written.value is None:
            return Done(slug=job.slug, diagnostics=tuple(faults), failed=True)
        outputs, body = written.value
        said = tuple(fault.as_json() for fault in faults)
        made.append(
            Made(slug=job.slug, form=form, key=key, outputs=outputs, diagnostics=said, body=body)
        )
    seconds = time.perf_counter() - begun
    return Done(
        slug=job.slug, made=tuple(made), diagnostics=tuple(faults), cited=cited, seconds=seconds
    )


def make(prepared: pipeline.Prepared, form: Form) -> Outcome[Document]:
    """Weave a prepared essay for a form, with the library and style it asks for."""
    station = _station[0]
    context = context_for(station, prepared.source.front, form)
    woven = pipeline.make_document(prepared, context.value)
    placed = tuple(_at(fault, prepared.source.path) for fault in context.diagnostics)
    return Outcome(value=woven.value, diagnostics=(*placed, *woven.diagnostics))


def _at(fault: Diagnostic, path: Path) -> Diagnostic:
    if fault.span is not None:
        return fault
    return Diagnostic(
        code=fault.code,
        message=fault.message,
        span=Span(path=path, line=1, column=1),
        severity=fault.severity,
        hint=fault.hint,
    )


def context_for(station: Station, front: FrontMatter, form: Form) -> Outcome[Context]:
    """The context of weaving: the workspace's settings and what the front matter adds."""
    workspace = station.workspace
    own = tuple(workspace.essays / name for name in front.bibliography)
    faults = []
    name = front.csl or workspace.settings.csl
    try:
        style = find_style(workspace, name)
    except LookupError as error:
        faults.append(
            Diagnostic(
                code="unknown-style",
                message=str(error),
                hint="find one with `octavo refs styles QUERY`",
            )
        )
        style = style_path("chicago-author-date")
    context = Context(
        library=library((*own, *workspace.bibliography), workspace.cache),
        style=style,
        lock=workspace.lock,
        names=station.survey.names,
        page=form == "html",
        numbered=form == "pdf" and front.paper.numbered,
    )
    return Outcome(value=context, diagnostics=tuple(faults))


def find_style(workspace: Workspace, name: str) -> Path:
    """A style by name or file: the workspace's own first. Raises ``LookupError``."""
    for candidate in (workspace.styles / f"{name}.csl", workspace.root / name):
        if candidate.is_file():
            return candidate
    return style_path(name)


def library(paths: tuple[Path, ...], folder: Path) -> Library:
    """The library of some files as they are now, opened once in each process."""
    return _library(paths, folder, signature(paths), os.getpid())


@lru_cache(maxsize=8)
def _library(paths: tuple[Path, ...], folder: Path, stamp: str, process: int) -> Library:
    del stamp, process
    return Library.open(paths, folder / "library.sqlite").value


def write(document: Document, form: Form) -> Outcome[tuple[tuple[str, ...], str] | None]:
    """Write a document's page or paper; the value is its outputs and the article's HTML."""
    station = _station[0]
    output = station.workspace.output
    if form == "pdf":
        return _write_paper(document, station)
    from octavo.publishing.page import write_page  # noqa: PLC0415 - templates

    around = station.survey.around.get(document.slug) or Surroundings(
        masthead=station.survey.site.masthead
    )
    page = write_page(document, around, worker.shared())
    outputs = [page_name(document.slug)]
    for item in document.media:
        outputs.append(f"{document.slug}/{item.name}")
        copy(item, output / document.slug / item.name)
    write_atomically(output / outputs[0], page.html)
    return Outcome(value=(tuple(outputs), page.body))


def _write_paper(
    document: Document, station: Station
) -> Outcome[tuple[tuple[str, ...], str] | None]:
    from octavo.publishing.paper import write_paper  # noqa: PLC0415 - typst

    name = paper_name(document.slug)
    paper = write_paper(document, station.survey.site.masthead, worker.shared())
    if not paper.value.pdf:
        return Outcome(value=None, diagnostics=paper.diagnostics)
    write_atomically(station.workspace.output / name, paper.value.pdf)
    return Outcome(value=((name,), ""), diagnostics=paper.diagnostics)


def copy(item: Media, target: Path) -> None:
    """Put a page's picture beside it."""
    if item.path is None:
        write_atomically(target, item.data)
    elif not _same(item.path, target):
        write_atomically(target, item.path.read_bytes())
        shutil.copystat(item.path, target)


def _same(source: Path, target: Path) -> bool:
    if not target.is_file():
        return False
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def place(fault: Diagnostic) -> tuple[str, int, int]:
    """Where a diagnostic belongs in a list: by file, line and column."""
    span = fault.span
    return (str(span.path), span.line, span.column) if span else ("", 0, 0)
