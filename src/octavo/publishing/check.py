"""Checking: every fault of a workspace in one run, and nothing written but the cache."""

from __future__ import annotations

from collections.abc import Iterable

from octavo.bibliography.library import Library
from octavo.essays import pipeline
from octavo.essays.source import check_pair
from octavo.publishing import plan, work
from octavo.publishing.memory import Memory
from octavo.records import Diagnostic
from octavo.workspace import Workspace


def check(workspace: Workspace, slugs: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Every diagnostic of the essays named, or of all, in the order of files and lines.

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
    if chosen == tuple(found.paths):
        opened = Library.open(workspace.bibliography, workspace.cache / "library.sqlite")
        faults |= dict.fromkeys(opened.diagnostics)
        opened.value.close()
    for slug in chosen:
        faults |= dict.fromkeys(_check_essay(workspace, found, slug))
    return tuple(sorted(faults, key=work.place))


def _check_essay(workspace: Workspace, found: plan.Survey, slug: str) -> list[Diagnostic]:
    prepared = pipeline.prepare(slug, found.paths[slug], workspace.cache / "runs", execute=False)
    if prepared.value is None:
        return list(prepared.diagnostics)
    woven = work.make(prepared.value, "html")
    return [*prepared.diagnostics, *check_pair(prepared.value.source), *woven.diagnostics]
