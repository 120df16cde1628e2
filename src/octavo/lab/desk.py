"""The desk: the workspace that a server shows, and which paths a request may name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from octavo.bibliography.library import Library
from octavo.publishing import context, plan, work
from octavo.publishing.memory import Memory
from octavo.publishing.scan import signature
from octavo.workspace import Workspace, find_root, open_workspace


class OutsideError(Exception):
    """A request named a path that is not in the workspace; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A workspace as one server shows it: ``served`` is the folder its addresses begin at."""

    served: Path
    workspace: Workspace

    def path(self, name: str) -> Path:
        """The file that an address names. Raises :class:`OutsideError`.

        Links are followed first, so a link can't lead out of the workspace or of what is served.
        """
        parts = PurePosixPath(name.strip("/"))
        if not name.strip("/") or ".." in parts.parts or "\0" in name or "\\" in name:
            raise OutsideError(f"{name!r} is no path in the workspace")
        path = (self.served / parts).resolve()
        inside = path.is_relative_to(self.workspace.root) and path.is_relative_to(self.served)
        if not inside or any(part.startswith(".") for part in parts.parts):
            raise OutsideError(f"{name!r} is not in the workspace")
        return path

    def address(self, path: Path) -> str:
        """How the browser names a file; "" where the server doesn't show it."""
        if not path.is_relative_to(self.served):
            return ""
        return path.relative_to(self.served).as_posix()

    def slug(self, path: Path) -> str:
        """The slug of an essay, or the stem of another document."""
        if path.is_relative_to(self.workspace.essays):
            return path.relative_to(self.workspace.essays).with_suffix("").as_posix()
        return path.stem

    def library(self) -> Library:
        """The library as its files are now, with the reading notes."""
        self.workspace.cache.mkdir(parents=True, exist_ok=True)
        found = context.library(self.workspace)
        found.index_notes(self.workspace.notes)
        return found

    def station(self) -> work.Station:
        """What weaving needs to know of the other essays; changed files alone are read."""
        files = tuple(path for pair in self.workspace.essay_files().values() for path in pair)
        return _station(self.workspace, files, signature(files))


@lru_cache(maxsize=2)
def _station(workspace: Workspace, files: tuple[Path, ...], stamp: str) -> work.Station:
    del files, stamp  # what the survey depends on
    workspace.cache.mkdir(parents=True, exist_ok=True)
    memory = Memory(workspace.cache / "build.sqlite")
    try:
        found = plan.survey(workspace, memory, drafts=True)
    finally:
        memory.close()
    return work.Station(workspace=workspace, survey=found, execute=False)


def open_desk(served: Path) -> Desk:
    """The desk of a served folder; raises ``WorkspaceError`` where no workspace is around it."""
    folder = served.resolve()
    root = find_root(folder)
    return Desk(served=folder, workspace=open_workspace(root).value)
