"""Building a site: survey, plan, work in as many processes as help, then the pages about pages.

The seam for other machines is ``concurrent.futures.Executor``: whoever gives one decides where
the jobs run.
"""

from __future__ import annotations

import hashlib
import json
import math
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from octavo.bibliography.library import Library
from octavo.files import write_atomically
from octavo.publishing import context, plan, work
from octavo.publishing.memory import Made, Memory
from octavo.publishing.plan import Form, Job, Wanted
from octavo.publishing.scan import Scan, signature
from octavo.publishing.work import Done, Station
from octavo.records import Diagnostic, Span
from octavo.workspace import Workspace

Progress = Callable[[Done, int, int], None]
"""Called after each job with what came of it, how many are done, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build did.

    ``built`` and ``failed`` are slugs, ``outputs`` every file of the site that belongs to an
    essay that was asked for, ``diagnostics`` every fault, those of earlier builds that still
    hold too.
    """

    built: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    current: int = 0
    drafts: int = 0
    outputs: tuple[Path, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing failed and no diagnostic is an error."""
        return not self.failed and all(d.severity != "error" for d in self.diagnostics)


def build(
    workspace: Workspace,
    slugs: Iterable[str] = (),
    *,
    wanted: Wanted = "auto",
    drafts: bool = False,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Build what is out of date: the essays named, or all of them and the site around them.

    Nothing in the workspace but its output and its cache is written. A second build of the same
    workspace waits for the first. Raises ``KeyError`` for a slug that isn't there.
    """
    workspace.cache.mkdir(parents=True, exist_ok=True)
    with FileLock(workspace.cache / "build.lock"):
        memory = Memory(workspace.cache / "build.sqlite")
        try:
            _sweep(workspace, memory)
            report = _Build(workspace, memory, drafts, wanted).run(tuple(slugs), progress, executor)
            memory.keep_fact("under way", "")
            return report
        finally:
            memory.close()


def _sweep(workspace: Workspace, memory: Memory) -> None:
    """Remove the half files of a build that was killed."""
    if memory.fact("under way"):
        for folder in (workspace.output, workspace.cache):
            for part in folder.rglob(".*.part"):
                part.unlink(missing_ok=True)
    memory.keep_fact("under way", "yes")


class _Build:
    def __init__(self, workspace: Workspace, memory: Memory, drafts: bool, wanted: Wanted) -> None:
        self.workspace, self.memory = workspace, memory
        self.drafts = drafts or workspace.settings.drafts
        self.wanted = wanted
        self.library_faults: tuple[Diagnostic, ...] = ()
        self.cited: list[Done] = []

    def run(
        self, slugs: tuple[str, ...], progress: Progress | None, executor: Executor | None
    ) -> Report:
        found = plan.survey(self.workspace, self.memory, drafts=self.drafts)
        shown = plan.visible(found.scans, drafts=self.drafts)
        chosen = slugs or tuple(shown)
        forms = {slug: plan.forms(found.scans[slug], self.wanted) for slug in chosen}
        made = self.memory.made()
        jobs = plan.jobs(self.workspace, found, made, forms, self._entry_digests)
        station = Station(workspace=self.workspace, survey=found)
        failed: list[str] = []
        built: list[str] = []
        faults: dict[Diagnostic, None] = dict.fromkeys(self.library_faults)
        for count, done in enumerate(_work_all(station, jobs, executor), start=1):
            faults |= dict.fromkeys(done.diagnostics)
            (failed if done.failed else built).append(done.slug)
            self._keep(done, made)
            if progress is not None:
                progress(done, count, len(jobs))
        if not slugs:
            self._site(station, shown, made)
        self._remember_citations()
        busy = {job.slug for job in jobs}
        for (slug, form), old in made.items():
            if slug in forms and form in forms[slug] and slug not in busy:
                faults |= dict.fromkeys(_revived(d) for d in old.diagnostics)
        return Report(
            built=tuple(sorted(built)),
            failed=tuple(sorted(failed)),
            current=len(forms) - len(busy),
            drafts=len(found.scans) - len(shown),
            outputs=self._outputs(made, forms),
            diagnostics=tuple(sorted(faults, key=work.place)),
        )

    def _keep(self, done: Done, made: dict[tuple[str, str], Made]) -> None:
        for item in done.made:
            old = made.get((item.slug, item.form))
            self.memory.keep(item)
            made[item.slug, item.form] = item
            for name in set(old.outputs if old else ()) - set(item.outputs):
                (self.workspace.output / name).unlink(missing_ok=True)
        if done.made:
            self.cited.append(done)

    def _outputs(
        self, made: Mapping[tuple[str, str], Made], forms: Mapping[str, tuple[Form, ...]]
    ) -> tuple[Path, ...]:
        found = (made.get((slug, form)) for slug, wanted in forms.items() for form in wanted)
        return tuple(self.workspace.output / item.outputs[0] for item in found if item)

    def _entry_digests(self, keys: Iterable[str]) -> Mapping[str, str]:
        """The digest of each key's item; the library is opened only when its files changed."""
        keys = tuple(keys)
        stamp = json.dumps([signature(self.workspace.bibliography), plan.engine()])
        kept = json.loads(self.memory.fact("entries") or "{}")
        if kept.get("stamp") == stamp and all(key in kept["digests"] for key in keys):
            self.library_faults = tuple(_revived(fault) for fault in kept["faults"])
            return {key: value for key, value in kept["digests"].items() if value}
        opened = Library.open(self.workspace.bibliography, self.workspace.cache / "library.sqlite")
        items = opened.value.items(keys)
        digests = {
            key: hashlib.sha256(json.dumps(items[key], sort_keys=True).encode()).hexdigest()
            if key in items
            else ""
            for key in keys
        }
        opened.value.close()
        self.library_faults = opened.diagnostics
        faults = [fault.as_json() for fault in opened.diagnostics]
        fact = {"stamp": stamp, "digests": digests, "faults": faults}
        self.memory.keep_fact("entries", json.dumps(fact))
        return {key: value for key, value in digests.items() if value}

    def _site(
        self, station: Station, shown: Mapping[str, Scan], made: dict[tuple[str, str], Made]
    ) -> None:
        from octavo.publishing.feed import latest  # noqa: PLC0415 - templates
        from octavo.publishing.site import site_files  # noqa: PLC0415

        for slug, form in [key for key in made if key[0] not in shown]:
            for name in made.pop((slug, form)).outputs:
                (self.workspace.output / name).unlink(missing_ok=True)
            self.memory.forget(slug, form)
            _remove_empty(self.workspace.output / slug, self.workspace.output)
        state = json.dumps(
            [
                [s.as_json() for s in shown.values()],
                sorted(map(str, made)),
                plan.engine(),
                repr(self.workspace.settings),
            ]
        )
        key = hashlib.sha256(state.encode()).hexdigest()
        whole = (self.workspace.output / "index.html").is_file()
        if self.memory.fact("site") == key and whole:
            return
        bodies = {card.slug: self.memory.body(card.slug) for card in latest(station.survey.site)}
        files = site_files(station.survey.site, bodies)
        for name, data in files.items():
            write_atomically(self.workspace.output / name, data)
        for old in (self.workspace.output / "assets").glob("*"):
            if f"assets/{old.name}" not in files:
                old.unlink()
        self.memory.keep_fact("site", key)

    def _remember_citations(self) -> None:
        if not self.cited:
            return
        library = context.library(self.workspace)
        files = self.workspace.essay_files()
        for done in self.cited:
            path = files[done.slug][0]
            library.record_citations(path, done.cited)


def _work_all(station: Station, jobs: list[Job], executor: Executor | None) -> Iterator[Done]:
    processes = min(
        station.workspace.settings.workers or os.cpu_count() or 1, math.ceil(len(jobs) / 2)
    )
    if executor is None and processes <= 1:
        work.start(station)
        yield from map(work.work, jobs)
        return
    with _pool(station, processes, executor) as pool:
        # The longest first: kernels, then many words.
        scans = station.survey.scans
        order = sorted(
            jobs, key=lambda j: (scans[j.slug].has_code, scans[j.slug].words), reverse=True
        )
        for future in as_completed([pool.submit(work.work_in_pool, job) for job in order]):
            yield future.result()


@contextmanager
def _pool(station: Station, processes: int, executor: Executor | None) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    method = "fork" if _has_one_thread() else "spawn"
    pool = ProcessPoolExecutor(
        max_workers=processes,
        mp_context=multiprocessing.get_context(method),
        initializer=work.start,
        initargs=(station, os.getpid()),
    )
    try:
        yield pool
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()


def _has_one_thread() -> bool:
    """Whether forking is safe, which is quicker: the system's count, for Python's leaves out
    threads that libraries made."""
    tasks = Path("/proc/self/task")
    return sys.platform == "linux" and tasks.is_dir() and len(list(tasks.iterdir())) == 1


def _remove_empty(folder: Path, stop: Path) -> None:
    while folder != stop and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _revived(data: Mapping[str, object]) -> Diagnostic:
    span = None
    if data["path"]:
        span = Span(
            path=Path(str(data["path"])),
            line=int(str(data["line"])),
            column=int(str(data["column"])),
        )
    return Diagnostic(
        code=str(data["code"]),
        message=str(data["message"]),
        span=span,
        severity="error" if data["severity"] == "error" else "warning",
        hint=str(data["hint"]),
    )
