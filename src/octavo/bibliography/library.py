"""The library: every bibliography file as one set of entries, found by citekey or by words."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from octavo.bibliography import index, noteindex, schema, search
from octavo.bibliography.blocks import macros_in
from octavo.bibliography.conversion import Job, convert_jobs
from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.records import CitedPlace, Hit, SourceEntry
from octavo.records import Diagnostic, Outcome, Span

_ENTRY = (
    "SELECT entry.id, key, type, path, chunk.line + entry.line, raw, kind, parents, macros"
    " FROM entry JOIN chunk ON chunk.id = entry.chunk JOIN file ON file.id = entry.file"
)


class Library:
    """The entries of some bibliography files, read through an index on disk.

    Where a citekey stands twice, the entry of the first file, and there the first, counts.
    Safe to share between threads.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use :meth:`open`."""
        self._connection = connection
        self._lock = threading.RLock()
        self._paths: tuple[Path, ...] = ()
        self._files: tuple[int, ...] = ()
        self._keys: tuple[str, ...] | None = None
        self._circular: frozenset[str] | None = None

    @classmethod
    def open(cls, paths: Sequence[Path], cache: Path | None = None) -> Outcome[Library]:
        """Open bibliography files; ``cache`` is the index's file, or ``None`` for memory.

        Every fault of the files comes back as a diagnostic: ``unreadable-bibliography``,
        ``broken-entry``, ``missing-citekey``, ``duplicate-citekey``, ``duplicate-field``,
        ``encoding-fault``. None of them costs more than the entry that has it.
        """
        library = cls(schema.connect(cache))
        library._paths = tuple(paths)
        return Outcome(value=library, diagnostics=library.refresh())

    def refresh(self) -> tuple[Diagnostic, ...]:
        """Read again what changed on disk; returns every fault there is now."""
        with self._lock:
            try:
                self._files, missing = index.update(self._connection, self._paths)
            except sqlite3.DatabaseError:  # locked for too long, read-only, full or damaged
                self._connection.close()
                self._connection = schema.connect(None)
                self._files, missing = index.update(self._connection, self._paths)
            self._keys = self._circular = None
            return (*missing, *self._faults(), *self._duplicates())

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            self._connection.close()

    def keys(self) -> tuple[str, ...]:
        """Every citekey, in the order of the files."""
        with self._lock:
            if self._keys is None:
                rows = self._rows(f"SELECT key FROM entry {self._mine()} ORDER BY id")
                self._keys = tuple(dict.fromkeys(key for (key,) in rows))
            return self._keys

    def __len__(self) -> int:
        return len(self.keys())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.entry(key) is not None

    def entry(self, key: str) -> SourceEntry | None:
        """The entry of a citekey as its file has it, with file and line."""
        return self.entries([key]).get(key)

    def entries(self, keys: Iterable[str] | None = None) -> dict[str, SourceEntry]:
        """The entries of some citekeys, or all; unknown ones are not in the answer."""
        found: dict[str, SourceEntry] = {}
        for entry in self._entries(keys):
            found.setdefault(entry.key, entry)
        return found

    def every_entry(self) -> list[SourceEntry]:
        """All entries, those with a key that stands twice too."""
        return self._entries(None)

    def get(self, key: str) -> CslItem | None:
        """The CSL item of a citekey, or ``None`` where there is none."""
        return self.items([key]).get(key)

    def items(self, keys: Iterable[str]) -> dict[str, CslItem]:
        """The CSL items of some citekeys, converted in one batch; see :meth:`resolve`."""
        return dict(self.resolve(keys).value)

    def resolve(self, keys: Iterable[str]) -> Outcome[Mapping[str, CslItem]]:
        """The CSL items of some citekeys, and a diagnostic for each key without one.

        ``unknown-citekey`` names the nearest keys, ``unreadable-entry`` what pandoc made of it.
        """
        wanted = list(dict.fromkeys(keys))
        entries = self.entries(wanted)
        made = self.convert(list(entries.values()))
        items: dict[str, CslItem] = {}
        diagnostics: list[Diagnostic] = []
        for key in wanted:
            entry = entries.get(key)
            item = made[entry.number] if entry else None
            if isinstance(item, Mapping):
                items[key] = item
            elif entry is None:
                diagnostics.append(self.unknown(key))
            else:
                diagnostics.append(_unreadable(entry, str(item)))
        return Outcome(value=items, diagnostics=tuple(diagnostics))

    def convert(self, entries: Sequence[SourceEntry]) -> dict[int, CslItem | str]:
        """The CSL item of each entry, by number, or the reason why there is none."""
        made: dict[int, CslItem | str] = {}
        jobs: list[Job] = []
        with self._lock:
            for entry in entries:
                job = self._job(entry)
                kept = self._remembered(job)
                if kept is None:
                    jobs.append(job)
                else:
                    made[entry.number] = kept
            items = convert_jobs(jobs)
            made.update((job.entry.number, item) for job, item in zip(jobs, items, strict=True))
            self._remember(jobs, items)
        return made

    def _remember(self, jobs: Sequence[Job], items: Sequence[CslItem | str]) -> None:
        rows = [
            (job.digest, json.dumps(item, ensure_ascii=False))
            for job, item in zip(jobs, items, strict=True)
        ]
        # An index that cannot be written to just forgets.
        with contextlib.suppress(sqlite3.OperationalError):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO item VALUES (?, ?)", rows)
            self._connection.execute("COMMIT")

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The entries that a few words mean, best first: ``@smi 2019 garden``."""
        with self._lock:
            return search.find(self._connection, self._files, query, limit)

    def hits(self) -> list[Hit]:
        """Every entry as :meth:`search` shows it, in the order of the files."""
        with self._lock:
            numbers = [entry.number for entry in self.entries().values()]
            return search.hits(self._connection, numbers)

    def nearest(self, key: str, limit: int = 3) -> tuple[str, ...]:
        """The citekeys most like ``key``."""
        found = process.extract(key, self.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=60)
        return tuple(name for name, _, _ in found)

    def unknown(self, key: str) -> Diagnostic:
        """The diagnostic for a citekey that no file has."""
        near = self.nearest(key)
        return Diagnostic(
            code="unknown-citekey",
            message=f"no entry has the citekey {key}",
            hint=f"Did you mean {' or '.join(near)}?" if near else "Add it: octavo refs add.",
        )

    def record_citations(self, essay: Path, places: Iterable[CitedPlace]) -> None:
        """Remember where an essay cites, in place of what was remembered of it before."""
        name = str(essay.absolute())
        rows = [(name, p.line, p.key, p.section, p.sentence, p.locator, p.label) for p in places]
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM citation WHERE essay = ?", (name,))
            self._connection.executemany("INSERT INTO citation VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")

    def cited(self, key: str | None = None) -> tuple[CitedPlace, ...]:
        """The places that cite a key, or all places, as the last build or check saw them."""
        sql = "SELECT essay, line, key, section, sentence, locator, label FROM citation"
        rows = self._rows(f"{sql} WHERE key = ? OR ? IS NULL ORDER BY essay, line", (key, key))
        return tuple(
            CitedPlace(
                essay=Path(essay),
                line=line,
                key=cited,
                section=section,
                sentence=sentence,
                locator=locator,
                label=label,
            )
            for essay, line, cited, section, sentence, locator, label in rows
        )

    def index_notes(self, folder: Path) -> None:
        """Let :meth:`search` find the text of the reading notes in a folder, as it is now."""
        with self._lock:
            noteindex.update(self._connection, folder)

    def notes(self) -> dict[str, Path]:
        """The reading notes by citekey, as :meth:`index_notes` last saw them."""
        with self._lock:
            return noteindex.paths(self._connection)

    def macro_names(self) -> frozenset[str]:
        """The names that ``@string`` defines in any of the files."""
        rows = self._rows(f"SELECT name FROM macro WHERE file IN ({self._listed()})")
        return frozenset(name for (name,) in rows)

    def _listed(self) -> str:
        return ",".join(map(str, self._files))

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        with self._lock:
            return iter(self._connection.execute(sql, values).fetchall())

    def _mine(self) -> str:
        return f"WHERE entry.file IN ({self._listed()})"

    def _entries(self, keys: Iterable[str] | None) -> list[SourceEntry]:
        rows: list[tuple[Any, ...]] = []
        if keys is None:
            rows.extend(self._rows(f"{_ENTRY} {self._mine()}"))
        else:
            for key in keys:
                rows.extend(self._rows(f"{_ENTRY} {self._mine()} AND key = ?", (key,)))
        order = {str(path.absolute()): place for place, path in enumerate(self._paths)}
        rows.sort(key=lambda row: (order.get(row[3], -1), row[4]))
        return [_source_entry(row) for row in rows]

    def circular(self) -> frozenset[str]:
        """The citekeys that inherit, in the end, from themselves or from one that does."""
        with self._lock:
            if self._circular is None:
                rows = self._rows(
                    f"SELECT key, parents FROM entry {self._mine()} AND parents != ''"
                )
                self._circular = _circular(rows)
            return self._circular

    def _job(self, entry: SourceEntry) -> Job:
        if entry.key in self.circular():
            return Job(entry=entry, macros=self._macros(entry, set(entry.macros)), circular=True)
        parents = self._parents(entry)
        used = {name for one in (entry, *parents) for name in one.macros}
        return Job(entry=entry, parents=parents, macros=self._macros(entry, used))

    def _parents(self, entry: SourceEntry) -> tuple[SourceEntry, ...]:
        found: dict[str, SourceEntry] = {}
        layer = entry.parents
        while layer:
            below: list[str] = []
            for parent in self._candidates(layer, entry):
                if parent.key not in found:
                    found[parent.key] = parent
                    below += parent.parents
            layer = tuple(below)
        return tuple(found.values())

    def _candidates(self, keys: Iterable[str], child: SourceEntry) -> list[SourceEntry]:
        """The entries of some keys, those of the child's own file before others."""
        entries = self._entries(keys)
        return sorted(entries, key=lambda parent: parent.span.path != child.span.path)

    def _macros(self, entry: SourceEntry, used: set[str]) -> tuple[tuple[str, str], ...]:
        if not used:
            return ()
        found: dict[str, str] = {}
        rows = self._rows("SELECT path, name, value FROM macro JOIN file ON file.id = macro.file")
        mine = {str(path.absolute()) for path in self._paths}
        for path, name, value in rows:
            if path in mine and (name not in found or path == str(entry.span.path)):
                found[name] = value
        return _closure(found, used)

    def _remembered(self, job: Job) -> CslItem | str | None:
        if job.entry.kind == "csljson":
            item: CslItem = {**json.loads(job.entry.raw), "id": job.entry.key}
            return item
        row = self._connection.execute(
            "SELECT json FROM item WHERE digest = ?", (job.digest,)
        ).fetchone()
        if row is None:
            return None
        kept: CslItem | str = json.loads(row[0])
        return kept

    def _faults(self) -> Iterator[Diagnostic]:
        sql = (
            "SELECT path, chunk.line + fault.line, code, severity, message, hint FROM fault"
            " JOIN chunk ON chunk.id = fault.chunk JOIN file ON file.id = fault.file"
            f" WHERE fault.file IN ({self._listed()}) ORDER BY 1, 2"
        )
        for path, line, code, severity, message, hint in self._rows(sql):
            span = Span(path=Path(path), line=line)
            yield Diagnostic(code=code, message=message, span=span, severity=severity, hint=hint)

    def _duplicates(self) -> Iterator[Diagnostic]:
        sql = f"SELECT key FROM entry {self._mine()} GROUP BY key HAVING count(*) > 1"
        for (key,) in self._rows(sql):
            first, *others = self._entries([key])
            for other in others:
                yield Diagnostic(
                    code="duplicate-citekey",
                    message=f"the citekey {key} is taken: {first.span}",
                    span=other.span,
                    hint="Rename one of the two, or remove it; the first is used.",
                )


def _source_entry(row: tuple[Any, ...]) -> SourceEntry:
    number, key, kind, path, line, raw, file_kind, parents, macros = row
    return SourceEntry(
        number=number,
        key=key,
        type=kind,
        span=Span(path=Path(path), line=line),
        raw=raw,
        kind=file_kind,
        parents=tuple(parents.split("\n")) if parents else (),
        macros=tuple(macros.split("\n")) if macros else (),
    )


def _circular(rows: Iterable[tuple[str, str]]) -> frozenset[str]:
    """What is left of a graph of keys and parents when the keys without any are taken away."""
    parents: dict[str, set[str]] = {}
    for key, names in rows:
        parents.setdefault(key, set()).update(names.split("\n"))
    while safe := [key for key, above in parents.items() if above.isdisjoint(parents)]:
        for key in safe:
            del parents[key]
    return frozenset(parents)


def _closure(macros: Mapping[str, str], used: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The macros that are used, and those that they use, in the order of the files."""
    wanted: set[str] = set()
    queue = [name for name in used if name in macros]
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue += [n for n in macros_in(macros[name]) if n in macros]
    return tuple((name, value) for name, value in macros.items() if name in wanted)


def _unreadable(entry: SourceEntry, reason: str) -> Diagnostic:
    return Diagnostic(
        code="unreadable-entry",
        message=f"the entry {entry.key} gives no item: {reason}",
        span=entry.span,
        hint="Correct the entry in its file.",
    )
