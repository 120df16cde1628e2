"""The tables of the index, and the connection to them."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

VERSION = 3
"""Raise it with any change of the tables or of what is written into them."""

COLUMNS = (
    "key", "lead", "author", "editor", "title", "container", "year", "keywords", "ident",
    "abstract", "note",
)  # fmt: skip

_TABLES = f"""
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE, kind TEXT, stamp TEXT);
CREATE TABLE chunk (id INTEGER PRIMARY KEY, file INTEGER, line INTEGER, digest BLOB);
CREATE INDEX chunk_file ON chunk (file);
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, file INTEGER, chunk INTEGER, line INTEGER, key TEXT, type TEXT,
  raw TEXT, parents TEXT, macros TEXT);
CREATE INDEX entry_key ON entry (key);
CREATE INDEX entry_chunk ON entry (chunk);
CREATE TABLE macro (file INTEGER, chunk INTEGER, name TEXT, value TEXT);
CREATE INDEX macro_name ON macro (name);
CREATE TABLE fault (
  file INTEGER, chunk INTEGER, line INTEGER, code TEXT, severity TEXT, message TEXT, hint TEXT);
CREATE TABLE item (digest BLOB PRIMARY KEY, json TEXT) WITHOUT ROWID;
CREATE TABLE note (key TEXT, path TEXT PRIMARY KEY, stamp TEXT, text TEXT);
CREATE TABLE citation (
  essay TEXT, line INTEGER, key TEXT, section TEXT, sentence TEXT, locator TEXT, label TEXT);
CREATE INDEX citation_key ON citation (key);
CREATE VIRTUAL TABLE search USING fts5(
  {", ".join(COLUMNS)}, tokenize = "unicode61 remove_diacritics 2");
PRAGMA user_version = {VERSION};
"""


def connect(cache: Path | None) -> sqlite3.Connection:
    """Open the index at ``cache``, or one in memory.

    An index of another version, or one that is damaged, is made anew: it holds nothing that the
    files do not. A folder that cannot be written to means an index in memory.
    """
    if cache is None:
        return _prepare(_open(":memory:"))
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        return _prepare(_open(str(cache)))
    except (OSError, sqlite3.OperationalError):  # not writable, or locked for too long
        return _prepare(_open(":memory:"))
    except sqlite3.DatabaseError:
        return _remade(cache)


def _remade(cache: Path) -> sqlite3.Connection:
    try:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{cache}{suffix}").unlink(missing_ok=True)
        return _prepare(_open(str(cache)))
    except (OSError, sqlite3.DatabaseError):
        return _prepare(_open(":memory:"))


def _open(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=30, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _prepare(connection: sqlite3.Connection) -> sqlite3.Connection:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == VERSION:
        return connection
    if version or connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        with contextlib.closing(connection):
            raise sqlite3.DatabaseError("an index of another version")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for statement in _TABLES.strip().split(";\n"):
            connection.execute(statement)
    connection.execute("COMMIT")
    return connection
