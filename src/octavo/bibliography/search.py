"""Finding entries by a few words, ranked as a person expects."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from octavo.bibliography.records import Hit
from octavo.bibliography.searchtext import fold
from octavo.records import Span

# What a word's place is worth, in the order of schema.COLUMNS: who searches knows a name first.
_WEIGHTS = (8.0, 12.0, 6.0, 3.0, 8.0, 2.0, 6.0, 3.0, 4.0, 1.0, 1.0)
_NAMES = "{key lead author editor}"
_FIRST_NAMES = "{key lead}"
_SHORT = 2  # letters with which too much begins to be worth ranking
_WORD = re.compile(r"@?[^\W_]+")
_HIT = (
    "SELECT entry.key, type, search.author, search.editor, search.year, search.title,"
    " search.container, path, chunk.line + entry.line FROM entry"
    " JOIN search ON search.rowid = entry.id JOIN chunk ON chunk.id = entry.chunk"
    " JOIN file ON file.id = entry.file WHERE "
)


def find(connection: sqlite3.Connection, files: Sequence[int], query: str, limit: int) -> list[Hit]:
    """The entries of some files that hold every word of the query, or else the most of them.

    The entry whose citekey is the query comes first; ``@`` before a word means a name or a key.
    """
    words = _WORD.findall(fold(query))
    if not words or limit < 1:
        return []
    terms = [_term(word) for word in words]
    numbers = _exact(connection, files, query)
    numbers += _ranked(connection, files, " AND ".join(terms), limit)
    if not numbers and len(terms) > 1:
        numbers = _ranked(connection, files, " OR ".join(terms), limit)
    return hits(connection, list(dict.fromkeys(numbers))[:limit])


def _term(word: str) -> str:
    """A word or its beginning; the whole word counts twice."""
    named, word = word.startswith("@"), word.lstrip("@")
    if len(word) <= _SHORT:
        begins = f'{_FIRST_NAMES} : "{word}" *'
        return f'({_NAMES} : "{word}" OR {begins})' if named else f'("{word}" OR {begins})'
    either = f'("{word}" OR "{word}" *)'
    return f"{_NAMES} : {either}" if named else either


def _exact(connection: sqlite3.Connection, files: Sequence[int], query: str) -> list[int]:
    rows = connection.execute(
        f"SELECT id FROM entry WHERE key = ? AND file IN ({_listed(files)}) ORDER BY id",
        (query.strip().removeprefix("@"),),
    )
    return [number for (number,) in rows]


def _ranked(
    connection: sqlite3.Connection, files: Sequence[int], match: str, limit: int
) -> list[int]:
    weights = ", ".join(map(str, _WEIGHTS))
    sql = f"SELECT rowid FROM search WHERE search MATCH ? {_only(connection, files)}"
    sql += f" ORDER BY bm25(search, {weights}), rowid LIMIT ?"
    return [number for (number,) in connection.execute(sql, (match, limit))]


def _only(connection: sqlite3.Connection, files: Sequence[int]) -> str:
    """The condition that keeps to some files; none when the index has no others."""
    others = connection.execute(f"SELECT 1 FROM file WHERE id NOT IN ({_listed(files)}) LIMIT 1")
    if others.fetchone() is None:
        return ""
    return f"AND rowid IN (SELECT id FROM entry WHERE file IN ({_listed(files)}))"


def _listed(files: Sequence[int]) -> str:
    return ",".join(map(str, files))


def hits(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Hit]:
    """What a list shows of some entries."""
    rows = {
        number: _hit(row)
        for number in numbers
        for row in connection.execute(f"{_HIT} entry.id = ?", (number,))
    }
    return [rows[number] for number in numbers]


def _hit(row: tuple[str, ...]) -> Hit:
    key, kind, author, editor, year, title, container, path, line = row
    return Hit(
        key=key,
        type=kind,
        author=author or editor,
        year=year,
        title=title,
        container=container,
        span=Span(path=Path(path), line=int(line)),
    )
