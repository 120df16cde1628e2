"""Checking: every fault of a workspace in one run, and nothing written but the cache."""

from __future__ import annotations

from collections.abc import Iterable

from octavo.bibliography import checks
from octavo.bibliography.library import Library
from octavo.bibliography.records import CitedPlace
from octavo.essays import pipeline
from octavo.essays.source import check_pair
from octavo.pandoc.worker import PandocError
from octavo.publishing import plan, work
from octavo.publishing.memory import Memory
from octavo.records import Diagnostic, Outcome
from octavo.workspace import Workspace


def check(
    workspace: Workspace, slugs: Iterable[str] = (), *, remarks: bool = False
) -> tuple[Diagnostic, ...]:
    """Every diagnostic of the essays named, or of all, in the order of files and lines.

    ``remarks`` adds what is no fault: entries that no essay cites, cited ones without a note.
    Code is not run: outputs that are kept are used, others are left out.
    """
    workspace.cache.mkdir(parents=True, exist_ok=True)
    memory = Memory(workspace.cache / "build.sqlite")
    try:
        found = plan.survey(workspace, memory)
    finally:
        memory.close()
    work.start(work.Station(workspace=workspace, survey=found, execute=False))
    chosen = tuple(slugs) or tuple(found.paths)
    faults: dict[Diagnostic, None] = {}
    opened = Library.open(workspace.bibliography, workspace.cache / "library.sqlite")
    if chosen == tuple(found.paths):
        faults |= dict.fromkeys(opened.diagnostics)
    cited: set[str] = set()
    for slug in chosen:
        essay = _check_essay(workspace, found, slug)
        faults |= dict.fromkeys(essay.diagnostics)
        opened.value.record_citations(found.paths[slug][0], essay.value)
        cited |= {place.key for place in essay.value}
    entries = checks.check(opened.value, cited)
    faults |= dict.fromkeys(finding.diagnostic for finding in entries)
    if remarks and chosen == tuple(found.paths):
        opened.value.index_notes(workspace.notes)
        faults |= dict.fromkeys(checks.check_use(opened.value, opened.value.notes()))
    opened.value.close()
    return tuple(sorted(faults, key=work.place))


def _check_essay(
    workspace: Workspace, found: plan.Survey, slug: str
) -> Outcome[tuple[CitedPlace, ...]]:
    try:
        return _checked(workspace, found, slug)
    except (PandocError, RecursionError, OSError) as error:
        fault = work.unforeseen(error, found.paths[slug][0])
        return Outcome(value=(), diagnostics=(fault,))


def _checked(
    workspace: Workspace, found: plan.Survey, slug: str
) -> Outcome[tuple[CitedPlace, ...]]:
    prepared = pipeline.prepare(slug, found.paths[slug], workspace.cache / "runs", execute=False)
    if prepared.value is None:
        return Outcome(value=(), diagnostics=prepared.diagnostics)
    woven = work.make(prepared.value, "html")
    faults = (*prepared.diagnostics, *check_pair(prepared.value.source), *woven.diagnostics)
    return Outcome(value=woven.value.places if woven.value else (), diagnostics=faults)
