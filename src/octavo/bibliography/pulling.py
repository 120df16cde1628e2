"""What a pull from Zotero changes: a managed ``zotero.bib``, and quotations in reading notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavo.bibliography import citekeys, identifiers, searchtext
from octavo.bibliography.annotations import merge
from octavo.bibliography.checks import checked
from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.library import Library
from octavo.bibliography.notes import note_name
from octavo.bibliography.sources.zotero import ZoteroItem
from octavo.bibliography.writing import as_entry
from octavo.files import write_atomically
from octavo.records import Diagnostic, Span

_HEADER = "% Written by octavo refs pull zotero: edit these in Zotero, and pull again.\n"
_MANAGED = re.compile(r"^% zotero:(\w+)\n(@\w+\{([^,\s]+),.*?)(?=^% zotero:|\Z)", re.M | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull made: the citekey of each item, the files written, and what stayed as it was."""

    citekeys: Mapping[str, str]
    written: tuple[Path, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def pull_into(
    library: Library,
    found: Iterable[ZoteroItem],
    managed: Path,
    notes: Path,
    *,
    pattern: str = citekeys.DEFAULT,
    new_note: Callable[[str, CslItem], str],
) -> Pulled:
    """Write what Zotero has into the workspace; a second time, nothing changes.

    Items that another bibliography file has already (by citekey, DOI, or title and year) are not
    written again. ``new_note`` gives the text of a new reading note. Raises ``OSError``.
    """
    found = tuple(found)
    before = _managed_entries(managed)
    keys = _assigned(library, found, managed, before, pattern)
    written: list[Path] = []
    if _write_managed(library, found, managed, before, keys):
        written.append(managed)
    faults: list[Diagnostic] = []
    for one in found:
        if not one.annotations:
            continue
        key = keys[one.key]
        path = notes / f"{note_name(key)}.md"
        text = path.read_text(encoding="utf-8") if path.exists() else new_note(key, one.item)
        merged = merge(text, key, one.annotations)
        if write_atomically(path, merged.text):
            written.append(path)
        faults += [_edited(path, key, mark) for mark in merged.edited]
    return Pulled(citekeys=keys, written=tuple(written), diagnostics=tuple(faults))


def _edited(path: Path, key: str, mark: str) -> Diagnostic:
    return Diagnostic(
        code="edited-quotation",
        message=f"the quotation {mark} of {key} was edited here, and stays as it is",
        span=Span(path=path),
        severity="warning",
        hint="To have Zotero's words again, delete its div and pull.",
    )


def _managed_entries(path: Path) -> dict[str, tuple[str, str]]:
    """Zotero key: citekey and text of what the managed file has."""
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    return {m.group(1): (m.group(3), m.group(2).strip()) for m in _MANAGED.finditer(text)}


def _assigned(
    library: Library,
    found: Iterable[ZoteroItem],
    managed: Path,
    before: Mapping[str, tuple[str, str]],
    pattern: str,
) -> dict[str, str]:
    marks = _marks_elsewhere(library, managed)
    taken = {*library.keys(), *(one.citekey for one in found)}
    keys: dict[str, str] = {}
    for one in found:
        known = next((marks[mark] for mark in _marks(one.item) if mark in marks), "")
        earlier = before.get(one.key, ("", ""))[0]
        key = one.citekey or known or earlier or citekeys.make(one.item, taken, pattern)
        taken.add(key)
        keys[one.key] = key
    return keys


def _marks_elsewhere(library: Library, managed: Path) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for entry in library.every_entry():
        if entry.span.path == managed.absolute():
            continue
        one = checked(entry)
        item = {
            "DOI": identifiers.verbatim(one.text("doi")),
            "title": searchtext.plain(one.text("title")),
            "issued": one.text("date") or one.text("year"),
        }
        for mark in _marks(item):
            found.setdefault(mark, entry.key)
    return found


def _marks(item: CslItem) -> list[tuple[str, str]]:
    doi = identifiers.doi(str(item.get("DOI", "")))
    title = identifiers.normal_title(re.sub(r"<[^>]+>", "", str(item.get("title", ""))))
    marks = [("doi", doi)] if doi else []
    year = searchtext.csl_year(item)
    return [*marks, (year, title)] if title and year else marks


def _write_managed(
    library: Library,
    found: Iterable[ZoteroItem],
    managed: Path,
    before: Mapping[str, tuple[str, str]],
    keys: Mapping[str, str],
) -> bool:
    own = managed.absolute()
    elsewhere = {e.key for e in library.every_entry() if e.span.path != own}
    texts = {key: text for key, (_, text) in before.items()}
    for one in found:
        key = keys[one.key]
        if key in elsewhere:
            texts.pop(one.key, None)
        else:
            texts[one.key] = as_entry({**one.item, "id": key})
    if not texts and not managed.exists():
        return False
    blocks = [f"% zotero:{key}\n{texts[key]}\n" for key in sorted(texts)]
    return write_atomically(managed, "\n".join([_HEADER, *blocks]))
