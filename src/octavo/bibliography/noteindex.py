"""Reading notes in the index: their text is searched with the entry that they are on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from octavo.bibliography.searchtext import fold

_HEADER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKUP = re.compile(r"^:{3,}.*$|^[#>\s]+|[*`]|\[@[^\]]*\]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingNote:
    """A reading note: the citekey it is on, what its header says, and its text."""

    key: str
    path: Path
    status: str = ""
    started: str = ""
    finished: str = ""
    text: str = ""


def read_note(path: Path) -> ReadingNote | None:
    """A file as a reading note, or ``None`` when its header names no ``source``."""
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None
    header = _HEADER.match(text)
    if header is None:
        return None
    try:
        front = yaml.load(header.group(1) or "", Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(front, dict) or not isinstance(front.get("source"), str):
        return None
    said = {name: str(front.get(name) or "") for name in ("status", "started", "finished")}
    key = front["source"].strip().removeprefix("@")
    return ReadingNote(key=key, path=path, text=text[header.end() :], **said) if key else None


def note_files(folder: Path) -> list[Path]:
    """The texts below a folder; what is hidden (JupyterLab's checkpoints) is no note."""
    found = folder.rglob("*.md") if folder.is_dir() else ()
    return sorted(path for path in found if not _is_hidden(path.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def update(connection: sqlite3.Connection, folder: Path) -> None:
    """Bring the notes of a folder up to date in the index; only changed files are read."""
    known = dict(connection.execute("SELECT path, stamp FROM note").fetchall())
    present: dict[str, tuple[Path, str]] = {}
    for path in note_files(folder):
        status = path.stat()
        present[str(path.absolute())] = (path, f"{status.st_size} {status.st_mtime_ns}")
    changed = {name: one for name, one in present.items() if known.get(name) != one[1]}
    prefix = str(folder.absolute()) + "/"
    gone = [name for name in known if name.startswith(prefix) and name not in present]
    if not changed and not gone:
        return
    connection.execute("BEGIN IMMEDIATE")
    keys = _forget(connection, [*changed, *gone])
    for name, (path, stamp) in changed.items():
        note = read_note(path)
        text = fold(_MARKUP.sub(" ", note.text)) if note else ""
        connection.execute(
            "INSERT INTO note VALUES (?, ?, ?, ?)", (note.key if note else None, name, stamp, text)
        )
        keys |= {note.key} if note else set()
    _search_again(connection, keys)
    connection.execute("COMMIT")


def paths(connection: sqlite3.Connection) -> dict[str, Path]:
    """The reading notes of the index by citekey."""
    rows = connection.execute("SELECT key, path FROM note WHERE key IS NOT NULL ORDER BY path DESC")
    return {key: Path(path) for key, path in rows}


def _forget(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    keys: set[str] = set()
    for name in names:
        row = connection.execute("SELECT key FROM note WHERE path = ?", (name,)).fetchone()
        keys |= {row[0]} if row and row[0] else set()
        connection.execute("DELETE FROM note WHERE path = ?", (name,))
    return keys


def _search_again(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    for key in keys:
        texts = connection.execute("SELECT text FROM note WHERE key = ?", (key,)).fetchall()
        connection.execute(
            "UPDATE search SET note = ? WHERE rowid IN (SELECT id FROM entry WHERE key = ?)",
            ("\n".join(text for (text,) in texts), key),
        )
