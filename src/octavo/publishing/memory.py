"""The build's memory: what each page was made of, so that nothing is made twice.

One SQLite file in the workspace's cache. A row is written after the outputs that it speaks of,
so a build that dies leaves at worst a page that is made again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made of an essay in one form.

    ``key`` is the digest of all that went into it; ``outputs`` are addresses below the output
    folder; ``diagnostics`` what was said, in JSON form.
    """

    slug: str
    form: str
    key: str
    outputs: tuple[str, ...]
    diagnostics: tuple[dict[str, Any], ...] = ()
    body: str = ""


class Memory:
    """The build's memory on disk. One build at a time writes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._prepare()

    def _prepare(self) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=NORMAL")
        if run("PRAGMA user_version").fetchone()[0] != VERSION:
            for table in ("scan", "made", "body", "fact"):
                run(f"DROP TABLE IF EXISTS {table}")
        run("CREATE TABLE IF NOT EXISTS scan (slug TEXT PRIMARY KEY, json TEXT) WITHOUT ROWID")
        run(
            "CREATE TABLE IF NOT EXISTS made (slug TEXT, form TEXT, key TEXT, outputs TEXT,"
            " diagnostics TEXT, PRIMARY KEY (slug, form)) WITHOUT ROWID"
        )
        run("CREATE TABLE IF NOT EXISTS body (slug TEXT PRIMARY KEY, html TEXT)")
        run("CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        run(f"PRAGMA user_version={VERSION}")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def scans(self) -> dict[str, dict[str, Any]]:
        """What is known of each essay's source, by slug."""
        rows = self._connection.execute("SELECT slug, json FROM scan")
        return {slug: json.loads(text) for slug, text in rows}

    def keep_scans(self, scans: Iterable[tuple[str, dict[str, Any]]], gone: Iterable[str]) -> None:
        """Remember sources anew, and forget those that are gone."""
        self._connection.execute("BEGIN")
        rows = [(slug, json.dumps(scan, ensure_ascii=False)) for slug, scan in scans]
        self._connection.executemany("INSERT OR REPLACE INTO scan VALUES (?, ?)", rows)
        self._connection.executemany("DELETE FROM scan WHERE slug = ?", [(s,) for s in gone])
        self._connection.execute("COMMIT")

    def made(self) -> dict[tuple[str, str], Made]:
        """Everything that was made, by slug and form."""
        rows = self._connection.execute("SELECT slug, form, key, outputs, diagnostics FROM made")
        return {
            (slug, form): Made(
                slug=slug,
                form=form,
                key=key,
                outputs=tuple(json.loads(outputs)),
                diagnostics=tuple(json.loads(diagnostics)),
            )
            for slug, form, key, outputs, diagnostics in rows
        }

    def keep(self, made: Made) -> None:
        """Remember something that was made."""
        self._connection.execute("BEGIN")
        self._connection.execute(
            "INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)",
            (
                made.slug,
                made.form,
                made.key,
                json.dumps(made.outputs),
                json.dumps(made.diagnostics, ensure_ascii=False),
            ),
        )
        if made.body:
            self._connection.execute(
                "INSERT OR REPLACE INTO body VALUES (?, ?)", (made.slug, made.body)
            )
        self._connection.execute("COMMIT")

    def forget(self, slug: str, form: str) -> None:
        """Forget something that is no longer wanted."""
        self._connection.execute("DELETE FROM made WHERE slug = ? AND form = ?", (slug, form))

    def body(self, slug: str) -> str:
        """The article of a page, for the feed."""
        row = self._connection.execute("SELECT html FROM body WHERE slug = ?", (slug,)).fetchone()
        return str(row[0]) if row else ""

    def fact(self, name: str) -> str:
        """A remembered fact, "" where there is none."""
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def keep_fact(self, name: str, value: str) -> None:
        """Remember a fact."""
        self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
