"""Where the workspace cites what, kept up to date in the background while JupyterLab is open."""

from __future__ import annotations

import threading
from pathlib import Path

from octavo.lab import drafts
from octavo.lab.desk import Desk, open_desk
from octavo.pandoc.worker import PandocError
from octavo.publishing.memory import Memory
from octavo.workspace import WorkspaceError

_busy = threading.Lock()


def soon(served: Path) -> None:
    """Bring the index up to date in a thread, unless one is at it."""
    if _busy.acquire(blocking=False):
        threading.Thread(target=_index, args=(served,), daemon=True, name="octavo-citing").start()


def _index(served: Path) -> None:
    try:
        index(open_desk(served))
    except (WorkspaceError, OSError):
        return  # the next request says what is wrong
    finally:
        _busy.release()


def index(desk: Desk) -> int:
    """Find the citations of the essays that changed since they were looked at last.

    Returns how many those were. Essays that are gone cite nothing any more.
    """
    station, library = desk.station(), desk.library()
    memory = Memory(desk.workspace.cache / "build.sqlite")
    try:
        looked = 0
        for slug, scan in station.survey.scans.items():
            if memory.fact(f"cited {slug}") == scan.signature:
                continue
            path = station.survey.paths[slug][0]
            try:
                places = drafts.places(desk, slug)
            except (PandocError, RecursionError, OSError):
                places = ()  # octavo check says why
            library.record_citations(path, places)
            memory.keep_fact(f"cited {slug}", scan.signature)
            looked += 1
    finally:
        memory.close()
    there = {path for files in station.survey.paths.values() for path in files}
    for essay in {place.essay for place in library.cited()} - there:
        if essay.is_relative_to(desk.workspace.essays):
            library.record_citations(essay, ())
    return looked
