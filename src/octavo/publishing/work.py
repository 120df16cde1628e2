"""The work on one essay, in whatever process it is done: convert it and write its outputs."""

from __future__ import annotations

import os
import posixpath
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from octavo.bibliography.records import CitedPlace
from octavo.essays import pipeline
from octavo.essays.records import Document, Media
from octavo.files import write_atomically
from octavo.pandoc import worker
from octavo.pandoc.worker import PandocError
from octavo.publishing import context
from octavo.publishing.memory import Made
from octavo.publishing.plan import Form, Job, Survey
from octavo.publishing.records import Surroundings, page_name, paper_name
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
    """What came of a job. ``failed`` means that a form that was asked for was not made anew."""

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
    for again in (signal.SIGTERM, signal.SIGINT):
        signal.signal(again, signal.SIG_IGN)  # nothing may interrupt the clearing up
    # Libraries that are interrupted print what they think of it; nobody asked.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.exit(128 + number)


def work_in_pool(job: Job) -> Done:
    """:func:`work` in a process of a pool: told to stop, it clears up and the process ends.

    ``concurrent.futures`` would take the exit for a result and give the process its next job.
    """
    try:
        return work(job)
    except SystemExit as stopped:
        worker.shared().close()
        os._exit(int(stopped.code or 1))


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def work(job: Job, report: Callable[[str], None] | None = None) -> Done:
    """Convert an essay into the forms that are out of date, and write them.

    What no step foresaw fails this essay, never the build.
    """
    try:
        return _work(job, report)
    except (PandocError, RecursionError, OSError) as error:
        path = _station[0].survey.paths[job.slug][0]
        return Done(slug=job.slug, diagnostics=(unforeseen(error, path),), failed=True)


def unforeseen(error: Exception, path: Path) -> Diagnostic:
    """The diagnostic of an essay that can't be converted."""
    deep = isinstance(error, RecursionError) or "stack" in str(error)
    said = "it is nested too deeply" if deep else str(error).strip().split("\n")[0]
    return Diagnostic(
        code="not-convertible",
        message=f"{path.name} can't be converted: {said}",
        span=Span(path=path),
        hint="look at its lists, quotations and divs" if deep else "correct what is named",
    )


def _work(job: Job, report: Callable[[str], None] | None) -> Done:
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
            return Done(slug=job.slug, made=tuple(made), diagnostics=tuple(faults), failed=True)
        outputs, body = written.value
        said = tuple(fault.as_json() for fault in faults)
        made.append(
            Made(slug=job.slug, form=form, key=key, outputs=outputs, diagnostics=said, body=body)
        )
    seconds = time.perf_counter() - begun
    return Done(
        slug=job.slug, made=tuple(made), diagnostics=tuple(faults), cited=cited, seconds=seconds
    )


def _at(fault: Diagnostic, path: Path) -> Diagnostic:
    return fault if fault.span is not None else replace(fault, span=Span(path=path))


def make(prepared: pipeline.Prepared, form: Form) -> Outcome[Document]:
    """Weave a prepared essay for a form, with the library and style it asks for."""
    station = _station[0]
    found = context.of(station.workspace, station.survey.names, prepared.source, form)
    woven = pipeline.make_document(prepared, found.value)
    return Outcome(value=woven.value, diagnostics=(*found.diagnostics, *woven.diagnostics))


def write(document: Document, form: Form) -> Outcome[tuple[tuple[str, ...], str] | None]:
    """Write a document's page or paper; the value is its outputs and the article's HTML."""
    station = _station[0]
    output = station.workspace.output
    if form == "pdf":
        return _write_paper(document, station)
    if form != "html":
        return Outcome(value=(_write_manuscript(document, form, station), ""))
    from octavo.publishing.page import write_page  # noqa: PLC0415 - templates

    around = station.survey.around.get(document.slug) or Surroundings(
        masthead=station.survey.site.masthead
    )
    page = write_page(document, around, worker.shared())
    outputs = (page_name(document.slug), *_put_media(document, output))
    write_atomically(output / outputs[0], page.html, durable=False)
    return Outcome(value=(outputs, page.body))


def _put_media(document: Document, output: Path) -> tuple[str, ...]:
    for item in document.media:
        copy(item, output / document.slug / item.name)
    return tuple(f"{document.slug}/{item.name}" for item in document.media)


def _write_manuscript(document: Document, form: Form, station: Station) -> tuple[str, ...]:
    from octavo.publishing.manuscript import FORMS, write_manuscript  # noqa: PLC0415

    output = station.workspace.output
    name = f"{document.slug}/{posixpath.basename(document.slug)}{FORMS[form].suffix}"
    data = write_manuscript(document, form, station.survey.site.masthead, worker.shared())
    write_atomically(output / name, data)
    return (name, *_put_media(document, output)) if FORMS[form].media else (name,)


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
        write_atomically(target, item.data, durable=False)
    elif not _same(item.path, target):
        write_atomically(target, item.path.read_bytes(), durable=False)
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
