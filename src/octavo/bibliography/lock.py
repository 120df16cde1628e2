"""``bibliography/refs.lock``: what was fetched, so that a build never uses the network."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.sources.records import Fetched, Update, identify
from octavo.files import write_atomically
from octavo.records import Diagnostic, Outcome, Span

_VERSION = 1
_UNSTABLE = ("accessed",)  # says when we looked, not what is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A reference as its source had it on a day; ``citekey`` where it is in a file too."""

    identifier: str
    source: str
    retrieved: str
    item: CslItem
    citekey: str = ""
    updates: tuple[Update, ...] = ()

    @property
    def digest(self) -> str:
        """A digest of the item, which changes when the source does."""
        stable = {name: value for name, value in self.item.items() if name not in _UNSTABLE}
        text = json.dumps(stable, sort_keys=True, ensure_ascii=False)
        return blake2b(text.encode("utf-8"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Locked references by identifier (``doi:10.…``, ``arxiv:…``, ``isbn:…``, a URL)."""

    references: Mapping[str, Locked] = field(default_factory=dict)

    def with_reference(self, locked: Locked) -> Lock:
        """The lock with one reference added or replaced."""
        return Lock(references={**self.references, locked.identifier: locked})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A variable of an item that the source has changed; a side is ``None`` where it is absent."""

    variable: str
    before: Any
    after: Any


def locked(fetched: Fetched, today: datetime.date, citekey: str = "") -> Locked:
    """A fetched reference as the lock keeps it."""
    return Locked(
        identifier=fetched.identifier,
        source=fetched.source,
        retrieved=today.isoformat(),
        item=fetched.item,
        citekey=citekey,
        updates=fetched.updates,
    )


def resolve_identifier(lock: Lock, identifier: str) -> CslItem | None:
    """The item of an identifier as an essay cites it (``[@doi:10.…]``), its ``id`` that text.

    ``None`` when it is not locked: ``octavo refs update`` fetches what essays cite so.
    """
    known = identify(identifier)
    entry = lock.references.get(str(known)) if known else None
    return {**entry.item, "id": identifier} if entry else None


def is_identifier(citekey: str) -> bool:
    """Whether a citekey in an essay is an identifier, to be resolved from the lock."""
    return identify(citekey) is not None


def unlocked(identifier: str) -> Diagnostic:
    """The diagnostic for an identifier that is cited and not locked."""
    return Diagnostic(
        code="unlocked-identifier",
        message=f"{identifier} is cited, and refs.lock does not have it",
        hint="Fetch it: octavo refs update.",
    )


def read(path: Path) -> Outcome[Lock]:
    """Read a lock; a missing one is empty, a broken one empty with ``broken-lock``."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        references = {
            identifier: _entry(identifier, one) for identifier, one in raw["references"].items()
        }
    except FileNotFoundError:
        return Outcome(value=Lock())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        fault = Diagnostic(
            code="broken-lock",
            message=f"the lock cannot be read: {error}",
            span=Span(path=path, line=getattr(error, "lineno", 0)),
            hint="Take it back from version control, or delete it and run octavo refs update.",
        )
        return Outcome(value=Lock(), diagnostics=(fault,))
    return Outcome(value=Lock(references=references))


def write(path: Path, lock: Lock) -> bool:
    """Write a lock, the same bytes for the same references. Raises ``OSError``."""
    references = {name: _as_json(lock.references[name]) for name in sorted(lock.references)}
    text = json.dumps({"version": _VERSION, "references": references}, ensure_ascii=False, indent=1)
    return write_atomically(path, f"{text}\n")


def changes(before: CslItem, after: CslItem) -> tuple[FieldChange, ...]:
    """What changed between two items, variable by variable."""
    names = sorted({*before, *after} - {*_UNSTABLE, "id"})
    return tuple(
        FieldChange(variable=name, before=before.get(name), after=after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def refreshed(old: Locked, new: Fetched, today: datetime.date) -> Locked:
    """A locked reference with what its source has now; the same one when nothing changed."""
    fresh = replace(locked(new, today, old.citekey), identifier=old.identifier)
    same = fresh.digest == old.digest and fresh.updates == old.updates
    return old if same else fresh


def retractions(lock: Lock, keys: Iterable[str]) -> dict[str, Update]:
    """The citekeys and identifiers among ``keys`` whose work has been retracted."""
    wanted = set(keys)
    found: dict[str, Update] = {}
    for entry in lock.references.values():
        notice = next((u for u in entry.updates if u.type in _RETRACTIONS), None)
        if notice is None:
            continue
        for key in wanted:
            if key == entry.citekey or str(identify(key)) == entry.identifier:
                found[key] = notice
    return found


_RETRACTIONS = frozenset({"retraction", "withdrawal", "removal", "partial_retraction"})


def _entry(identifier: str, raw: Mapping[str, Any]) -> Locked:
    return Locked(
        identifier=identifier,
        source=str(raw["source"]),
        retrieved=str(raw["retrieved"]),
        item=dict(raw["item"]),
        citekey=str(raw.get("citekey", "")),
        updates=tuple(Update(**one) for one in raw.get("updates", ())),
    )


def _as_json(entry: Locked) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "citekey": entry.citekey,
        "source": entry.source,
        "retrieved": entry.retrieved,
        "digest": entry.digest,
        "item": dict(sorted(entry.item.items())),
        "updates": [{"type": u.type, "doi": u.doi, "date": u.date} for u in entry.updates],
    }
    return {name: value for name, value in raw.items() if value}
