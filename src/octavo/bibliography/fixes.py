"""Repairs put into files: only the bytes at fault change."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from octavo.bibliography.checks import Repair
from octavo.files import write_atomically


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFix:
    """A file's text before and after its repairs, with the line ends it has."""

    path: Path
    before: str
    after: str

    def diff(self) -> str:
        """What changes, as a unified diff."""
        before, after = self.before.splitlines(), self.after.splitlines()
        name = str(self.path)
        lines = difflib.unified_diff(before, after, name, name, n=1, lineterm="")
        return "".join(f"{line}\n" for line in lines)

    def write(self) -> None:
        """Write the file, unless it changed since it was read. Raises ``OSError``."""
        if _read(self.path) != self.before:
            raise OSError(f"{self.path} changed while it was being repaired")
        write_atomically(self.path, self.after)


def plan(repairs: Iterable[Repair]) -> tuple[FileFix, ...]:
    """The files that some repairs change. Raises ``OSError`` where one cannot be read."""
    by_file: defaultdict[Path, list[Repair]] = defaultdict(list)
    for repair in repairs:
        by_file[repair.entry.span.path].append(repair)
    fixes: list[FileFix] = []
    for path, some in by_file.items():
        before = _read(path)
        after = before
        starts = _line_starts(before)
        # From the end, so that the starts of the lines before stay where they are.
        for repair in sorted(some, key=lambda one: -one.entry.span.line):
            after = _repaired(after, starts[repair.entry.span.line - 1], repair)
        if after != before:
            fixes.append(FileFix(path=path, before=before, after=after))
    return tuple(fixes)


def _read(path: Path) -> str:
    # A byte that is not UTF-8 comes back as it was.
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as handle:
        return handle.read()


def _repaired(text: str, start: int, repair: Repair) -> str:
    written = re.compile(
        rf"(?i)((?<![\w-]){re.escape(repair.field)}\s*=\s*){re.escape(repair.old)}"
    )
    match = written.search(text, start)
    if match is None:
        return text
    return text[: match.end(1)] + repair.new + text[match.end() :]


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
