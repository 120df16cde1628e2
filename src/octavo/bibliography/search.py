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
_NAME_COLUMNS = "{key lead author editor}"
_WORD = re.compile(r"@?[^\W_]+")
_HIT = (
    "SELECT entry.key, type, search.author, search.editor, search.year, search.title,"
    " search.container, path, chunk.line + entry.line FROM search"
    " JOIN entry ON entry.id = search.rowid JOIN chunk ON chunk.id = entry.chunk"
    " JOIN file ON file.id = entry.file"
)


def find(connection: sqlite3.Connection, files: Sequence[int], query: str, limit: int) -> list[Hit]:
    """The entries of some files that hold every word of the query, or else the most of them."""
    words = _WORD.findall(fold(query))
    if not words or limit < 1:
        return []
    terms = [_term(word) for word in words]
    rows = _match(connection, files, " AND ".join(terms), query, limit)
    if not rows and len(terms) > 1:
        rows = _match(connection, files, " OR ".join(terms), query, limit)
    return [_hit(row) for row in rows]


def _term(word: str) -> str:
    """A word or its beginning; the whole word counts twice."""
    columns = f"{_NAME_COLUMNS} : " if word.startswith("@") else ""
    word = word.lstrip("@")
    return f'{columns}("{word}" OR "{word}" *)'


def _match(
    connection: sqlite3.Connection, files: Sequence[int], match: str, query: str, limit: int
) -> list[tuple[str, ...]]:
    weights = ", ".join(map(str, _WEIGHTS))
    sql = (
        f"{_HIT} WHERE search MATCH ? AND entry.file IN ({','.join(map(str, files))})"
        f" ORDER BY entry.key != ?, bm25(search, {weights}), entry.key LIMIT ?"
    )
    return connection.execute(sql, (match, query.strip().lstrip("@"), limit)).fetchall()


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
