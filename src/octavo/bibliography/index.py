"""Bring the index up to date with the files: only what changed is parsed again."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from octavo.bibliography import cslfiles, searchtext
from octavo.bibliography.blocks import (
    Chunk,
    Fault,
    Parsed,
    ParsedEntry,
    parse_chunk,
    split_chunks,
    universal_newlines,
)
from octavo.bibliography.records import FileKind, file_kind
from octavo.bibliography.schema import COLUMNS
from octavo.records import Diagnostic, Span

_RACY = 50_000_000  # nanoseconds within which a second change may keep a file's time
_INSERT_SEARCH = f"INSERT INTO search (rowid, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * 12)})"


@dataclass(slots=True)
class _Rows:
    """Rows on their way into the tables."""

    chunks: list[tuple[object, ...]] = field(default_factory=list)
    entries: list[tuple[object, ...]] = field(default_factory=list)
    search: list[tuple[object, ...]] = field(default_factory=list)
    macros: list[tuple[object, ...]] = field(default_factory=list)
    faults: list[tuple[object, ...]] = field(default_factory=list)


def update(
    connection: sqlite3.Connection, paths: Sequence[Path]
) -> tuple[tuple[int, ...], tuple[Diagnostic, ...]]:
    """Index what changed in ``paths``.

    Returns the numbers of the files, in order, and a diagnostic for each one that isn't there.
    """
    numbers: list[int] = []
    missing: list[Diagnostic] = []
    known = {
        row[0]: (row[1], row[2]) for row in connection.execute("SELECT path, id, stamp FROM file")
    }
    for path in dict.fromkeys(Path(p).absolute() for p in paths):
        number, stamp = known.get(str(path), (None, None))
        try:
            now = _stamp(path)
            if now != stamp:
                number = _index_file(connection, path, now)
        except OSError as error:
            missing.append(_unreadable(path, error))
        else:
            assert number is not None
            numbers.append(number)
    for name, (number, _) in known.items():
        if number not in numbers and not Path(name).exists():
            _forget_file(connection, number)
    return tuple(numbers), tuple(missing)


def _forget_file(connection: sqlite3.Connection, number: int) -> None:
    chunks = connection.execute("SELECT id FROM chunk WHERE file = ?", (number,)).fetchall()
    connection.execute("BEGIN IMMEDIATE")
    _drop(connection, [chunk for (chunk,) in chunks])
    connection.execute("DELETE FROM file WHERE id = ?", (number,))
    connection.execute("COMMIT")


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"


def _unreadable(path: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="unreadable-bibliography",
        message=f"the bibliography cannot be read: {error.strerror or error}",
        span=Span(path=path),
        hint="Correct its name in [tool.octavo] or in the essay's front matter, or make the file.",
    )


def _index_file(connection: sqlite3.Connection, path: Path, stamp: str) -> int:
    data = universal_newlines(path.read_bytes())
    if time.time_ns() - path.stat().st_mtime_ns < _RACY:
        stamp = ""
    kind = file_kind(path)
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "INSERT INTO file (path, kind) VALUES (?, ?)"
            " ON CONFLICT (path) DO UPDATE SET kind = excluded.kind",
            (str(path), kind),
        )
        number = int(
            connection.execute("SELECT id FROM file WHERE path = ?", (str(path),)).fetchone()[0]
        )
        _index_chunks(connection, number, kind, _chunks(kind, data))
        connection.execute("UPDATE file SET stamp = ? WHERE id = ?", (stamp, number))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return number


def _chunks(kind: FileKind, data: bytes) -> Iterator[Chunk]:
    if kind in ("biblatex", "bibtex"):
        return split_chunks(data)
    return cslfiles.split_chunks(kind, data)


def _parse(kind: FileKind, data: bytes) -> Parsed:
    if kind in ("biblatex", "bibtex"):
        return parse_chunk(data)
    return cslfiles.parse_chunk(kind, data)


def _index_chunks(
    connection: sqlite3.Connection, file: int, kind: FileKind, chunks: Iterable[Chunk]
) -> None:
    """Keep the chunks whose bytes are known, parse the new, drop the rest."""
    old: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for number, line, mark in connection.execute(
        "SELECT id, line, digest FROM chunk WHERE file = ? ORDER BY line DESC", (file,)
    ):
        old[mark].append((number, line))
    moved: list[tuple[int, int]] = []
    new: list[Chunk] = []
    for chunk in chunks:
        if same := old.get(chunk.digest):
            number, line = same.pop()
            if line != chunk.line:
                moved.append((chunk.line, number))
        else:
            new.append(chunk)
    macros = _macros(connection, file)
    _drop(connection, [number for same in old.values() for number, _ in same])
    connection.executemany("UPDATE chunk SET line = ? WHERE id = ?", moved)
    _insert(connection, file, kind, new)
    if old:
        after = _macros(connection, file)
        changed = {name for name in {*macros, *after} if macros.get(name) != after.get(name)}
        _search_again(connection, file, changed, after)


def _macros(connection: sqlite3.Connection, file: int) -> dict[str, str]:
    rows = connection.execute("SELECT name, value FROM macro WHERE file = ?", (file,))
    return dict(rows.fetchall())


def _search_again(
    connection: sqlite3.Connection, file: int, changed: set[str], macros: Mapping[str, str]
) -> None:
    """Make the search text of the entries that use a changed macro new."""
    if not changed:
        return
    rows = connection.execute(
        "SELECT id, raw, macros FROM entry WHERE file = ? AND macros != ''", (file,)
    ).fetchall()
    for number, raw, used in rows:
        if changed.isdisjoint(used.split("\n")):
            continue
        note = connection.execute("SELECT note FROM search WHERE rowid = ?", (number,)).fetchone()
        connection.execute("DELETE FROM search WHERE rowid = ?", (number,))
        for entry in parse_chunk(raw.encode("utf-8")).entries[:1]:
            row = _search_row(number, entry, macros, {entry.key: note[0]} if note else {})
            connection.execute(_INSERT_SEARCH, row)


def _drop(connection: sqlite3.Connection, chunks: list[int]) -> None:
    gone = [(number,) for number in chunks]
    connection.executemany(
        "DELETE FROM search WHERE rowid IN (SELECT id FROM entry WHERE chunk = ?)", gone
    )
    for table in ("entry", "macro", "fault"):
        connection.executemany(f"DELETE FROM {table} WHERE chunk = ?", gone)
    connection.executemany("DELETE FROM chunk WHERE id = ?", gone)


def _insert(connection: sqlite3.Connection, file: int, kind: FileKind, chunks: list[Chunk]) -> None:
    next_chunk = _next(connection, "chunk")
    next_entry = _next(connection, "entry")
    macros = _macros(connection, file)
    notes = dict(connection.execute("SELECT key, text FROM note WHERE key IS NOT NULL").fetchall())
    rows = _Rows()
    for number, chunk in enumerate(chunks, next_chunk):
        parsed = _parse(kind, chunk.data)
        rows.chunks.append((number, file, chunk.line, chunk.digest))
        macros.update(parsed.macros)
        rows.macros += [(file, number, name, value) for name, value in parsed.macros]
        rows.faults += [_fault_row(file, number, fault) for fault in parsed.faults]
        for entry in parsed.entries:
            rows.entries.append(_entry_row(next_entry, file, number, entry))
            rows.search.append(_search_row(next_entry, entry, macros, notes))
            next_entry += 1
        if len(rows.search) >= 2000:  # so that a hundred thousand entries fit in little memory
            _flush(connection, rows)
    _flush(connection, rows)


def _next(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


def _fault_row(file: int, chunk: int, fault: Fault) -> tuple[object, ...]:
    return (file, chunk, fault.line, fault.code, fault.severity, fault.message, fault.hint)


def _entry_row(number: int, file: int, chunk: int, entry: ParsedEntry) -> tuple[object, ...]:
    parents, macros = "\n".join(entry.parents), "\n".join(entry.macros)
    return (number, file, chunk, entry.line, entry.key, entry.type, entry.raw, parents, macros)


def _search_row(
    number: int, entry: ParsedEntry, macros: Mapping[str, str], notes: Mapping[str, str]
) -> tuple[object, ...]:
    text = searchtext.of_csl(entry.item) if entry.item else searchtext.of_bib(entry, macros)
    plain = entry.raw.isascii() and "\\" not in entry.raw and not entry.macros
    return (number, *(text if plain else text.folded()), notes.get(entry.key, ""))


def _flush(connection: sqlite3.Connection, rows: _Rows) -> None:
    connection.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?)", rows.chunks)
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows.entries)
    connection.executemany(_INSERT_SEARCH, rows.search)
    connection.executemany("INSERT INTO macro VALUES (?, ?, ?, ?)", rows.macros)
    connection.executemany("INSERT INTO fault VALUES (?, ?, ?, ?, ?, ?, ?)", rows.faults)
    for batch in (rows.chunks, rows.entries, rows.search, rows.macros, rows.faults):
        batch.clear()
