"""Adding references: fetched, keyed, appended to a file, locked; or refreshed from their source."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from octavo.bibliography import citekeys, identifiers, lock, writing
from octavo.bibliography.checks import checked
from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.library import Library
from octavo.bibliography.sources.http import FetchError, Web
from octavo.bibliography.sources.lookup import fetch
from octavo.bibliography.sources.records import Fetched, identify
from octavo.bibliography.sources.services import Services
from octavo.pandoc.worker import PandocError
from octavo.records import Diagnostic, Outcome

_NO_NETWORK = frozenset({"offline", "unreachable"})
_DEAD_ENOUGH = 2  # services in a row that cannot be reached: the network is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A reference that was added, or (not ``new``) was there already."""

    citekey: str
    identifier: str
    path: Path
    item: CslItem
    text: str
    new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """A locked reference as it is now, and what changed at its source."""

    entry: lock.Locked
    changes: tuple[lock.FieldChange, ...] = ()
    new: bool = False
    notices: bool = False


@dataclass(slots=True, kw_only=True)
class Adder:
    """Adds references to one bibliography file, and to the lock beside it."""

    library: Library
    path: Path
    lock_path: Path
    today: datetime.date
    pattern: str = citekeys.DEFAULT
    services: Services = field(default_factory=Services)

    def add(
        self, text: str, web: Web, *, key: str = "", write: bool = True
    ) -> Outcome[Added | None]:
        """Fetch a reference by what identifies it, and append it; nothing is half-written.

        Diagnostics: those of :class:`FetchError`, ``unknown-identifier``, ``known-work`` where
        the library has it already, ``taken-citekey``, ``unwritable-bibliography``. Raises
        :class:`octavo.bibliography.citekeys.PatternError`.
        """
        identifier = identify(text)
        if identifier is None:
            return _failed(
                "unknown-identifier",
                f"“{text}” is no DOI, ISBN, arXiv or PubMed number, address or PDF",
                "Write doi:10.…, isbn:…, arxiv:…, pmid:…, https://… or file.pdf.",
            )
        if known := self._known(str(identifier)):
            return known
        try:
            fetched = fetch(identifier, web, self.services, self.today)
        except FetchError as error:
            return Outcome(value=None, diagnostics=(error.diagnostic,))
        if known := self._known(str(fetched.item.get("DOI", ""))):
            return known
        taken = self.library.keys()
        if key and key in taken:
            return _failed("taken-citekey", f"the citekey {key} is taken", "Choose another.")
        key = key or citekeys.make(fetched.item, set(taken), self.pattern)
        return self._written(fetched, {**fetched.item, "id": key}, write=write)

    def _written(self, fetched: Fetched, item: CslItem, *, write: bool) -> Outcome[Added | None]:
        locked = lock.read(self.lock_path)
        if not locked.ok:
            return Outcome(value=None, diagnostics=locked.diagnostics)
        key = str(item["id"])
        try:
            if write:
                text = writing.append(self.path, item)
                entry = lock.locked(fetched, self.today, key)
                lock.write(self.lock_path, locked.value.with_reference(entry))
                self.library.refresh()
            else:
                text = writing.as_entry(item)
        except (OSError, ValueError, PandocError) as error:
            return _failed("unwritable-bibliography", f"{self.path}: {error}", "Choose --to FILE.")
        added = Added(
            citekey=key, identifier=fetched.identifier, path=self.path, item=item, text=text
        )
        return Outcome(value=added)

    def _known(self, identifier: str) -> Outcome[Added | None] | None:
        """What the library has of this identifier already."""
        found = identify(identifier)
        if found is None or found.kind not in ("doi", "isbn"):
            return None
        wanted, form = found.value, getattr(identifiers, found.kind)
        for hit in self.library.search(wanted.replace("/", " ").replace(".", " "), limit=10):
            entry = self.library.entry(hit.key)
            if entry is None:
                continue
            value = identifiers.verbatim(checked(entry).text(found.kind))
            if value and form(value) == wanted:
                item = self.library.get(hit.key) or {"id": hit.key}
                added = Added(
                    citekey=hit.key,
                    identifier=str(found),
                    path=entry.span.path,
                    item=item,
                    text=entry.raw.strip(),
                    new=False,
                )
                fault = Diagnostic(
                    code="known-work",
                    message=f"{found} is here already, as {hit.key}",
                    span=entry.span,
                    severity="warning",
                )
                return Outcome(value=added, diagnostics=(fault,))
        return None


def refresh(
    locked: lock.Lock,
    wanted: Iterable[tuple[str, str]],
    web: Web,
    today: datetime.date,
    services: Services | None = None,
) -> Iterator[Outcome[Refreshed | None]]:
    """Ask the source of each locked reference, and of each wanted (identifier, citekey), again.

    One that cannot be fetched is a diagnostic, and the lock keeps what it has. Without a network
    the asking ends early.
    """
    queue = {name: entry.citekey for name, entry in locked.references.items()}
    for text, key in wanted:
        found = identify(text)
        if found and str(found) not in queue:
            queue[str(found)] = key
    dead = 0
    for name, key in queue.items():
        asked = locked.references.get(name)
        outcome = _refreshed(asked, name, key, web, today, services or Services())
        yield outcome
        dead = dead + 1 if any(d.code in _NO_NETWORK for d in outcome.diagnostics) else 0
        if dead == _DEAD_ENOUGH:
            return


def _refreshed(
    old: lock.Locked | None, name: str, key: str, web: Web, today: datetime.date, where: Services
) -> Outcome[Refreshed | None]:
    identifier = identify(name)
    if identifier is None or identifier.kind == "file":
        return Outcome(value=None)
    try:
        fetched = fetch(identifier, web, where, today)
    except FetchError as error:
        return Outcome(value=None, diagnostics=(error.diagnostic,))
    if old is None:
        entry = replace(lock.locked(fetched, today, key), identifier=name)
        return Outcome(value=Refreshed(entry=entry, new=True, notices=bool(entry.updates)))
    entry = lock.refreshed(old, fetched, today)
    return Outcome(
        value=Refreshed(
            entry=entry,
            changes=lock.changes(old.item, entry.item),
            notices=entry.updates != old.updates,
        )
    )


def _failed(code: str, message: str, hint: str) -> Outcome[Added | None]:
    return Outcome(value=None, diagnostics=(Diagnostic(code=code, message=message, hint=hint),))
