"""Resolving what an essay cites: citekeys from the library, identifiers from the lock.

A build never uses the network: ``[@doi:10.…]`` is what ``bibliography/refs.lock`` says it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.library import Library
from octavo.essays.text import Places
from octavo.records import Diagnostic, Outcome

_IDENTIFIER = re.compile(r"(?:doi|arxiv|isbn|pmid|https?):\S", re.IGNORECASE)
_CITEKEY_CHARACTER = r"[\w:.#$%&\-+?<>~/]"


def resolve(
    keys: Iterable[str], library: Library, lock: Path | None, places: Places
) -> Outcome[dict[str, CslItem]]:
    """The CSL items of what is cited, and a diagnostic at each place that cites something else."""
    wanted = tuple(dict.fromkeys(keys))
    identifiers = [key for key in wanted if _IDENTIFIER.match(key) and key not in library]
    resolved = library.resolve(key for key in wanted if key not in identifiers)
    items = dict(resolved.value)
    faults = [*resolved.diagnostics]
    if identifiers or (lock is not None and lock.is_file()):
        faults += _from_lock(identifiers, wanted, lock or Path("refs.lock"), items)
    placed = (f for fault in faults for f in _placed(fault, wanted, places))
    return Outcome(value=items, diagnostics=tuple(placed))


def _from_lock(
    identifiers: list[str], keys: Iterable[str], path: Path, items: dict[str, CslItem]
) -> list[Diagnostic]:
    from octavo.bibliography import lock  # noqa: PLC0415 - only where something is locked

    read = lock.read(path)
    faults = [*read.diagnostics]
    for identifier in identifiers:
        item = lock.resolve_identifier(read.value, identifier)
        if item is None:
            faults.append(lock.unlocked(identifier))
        else:
            items[identifier] = item
    for key, notice in lock.retractions(read.value, keys).items():
        when = f" on {notice.date}" if notice.date else ""
        faults.append(
            Diagnostic(
                code="retracted-work",
                message=f"{key} was retracted{when} ({notice.type}, doi:{notice.doi})",
                severity="warning",
                hint="say so where you cite it, or cite something else",
            )
        )
    return faults


def _placed(fault: Diagnostic, keys: Iterable[str], places: Places) -> list[Diagnostic]:
    """A fault about a key, at each place that cites the key."""
    key = next((k for k in sorted(keys, key=len, reverse=True) if k in fault.message), "")
    if fault.span is not None or not key:
        return [fault]
    pattern = rf"@(?:{re.escape(key)}(?!{_CITEKEY_CHARACTER}*\w)|\{{{re.escape(key)}\}})"
    spans = [span for _, span in places.find_all(pattern)] or [places.find(key, everywhere=True)]
    return [replace(fault, span=span) for span in spans]
