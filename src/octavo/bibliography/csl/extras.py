"""Variables written into an item's note, as reference managers let their users do.

Lines ``name: value`` at the head of ``note``, or ``{:name: value}`` anywhere in it, give an item
variables that its manager has no field for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from octavo.bibliography.csl import variables
from octavo.bibliography.csl.records import CslItem

_LINE = re.compile(r"^([a-z]+(?:-[a-z]+)*|DOI|ISBN|ISSN|PMID|PMCID|URL):\s*(\S.*)$")
_BRACED = re.compile(r"\{:([a-zA-Z-]+):\s*([^{}]+)\}")
_TEXTS = frozenset(
    {
        "archive", "archive_collection", "archive_location", "authority", "call-number",
        "collection-title", "collection-title-short", "container-title", "container-title-short",
        "dimensions", "division", "event-place", "event-title", "genre", "jurisdiction", "keyword",
        "medium", "original-publisher", "original-publisher-place", "original-title", "part-title",
        "publisher", "publisher-place", "references", "reviewed-genre", "reviewed-title", "scale",
        "source", "status", "title", "title-short", "type", "volume-title", "DOI", "ISBN", "ISSN",
        "PMID", "PMCID", "URL",
    }
)  # fmt: skip


def with_extras(item: CslItem) -> CslItem:
    """The item with the variables that its note spells out; its own fields win."""
    note = item.get("note")
    if not isinstance(note, str) or ":" not in note:
        return item
    found: dict[str, Any] = {}
    rest = []
    lines = note.split("\n")
    for n, line in enumerate(lines):
        match = _LINE.match(line.strip())
        if match is None or not _known(match[1]):
            rest = lines[n:]
            break
        _add(found, match[1], match[2].strip())
    text = "\n".join(rest)
    for match in _BRACED.finditer(text):
        if _known(match[1]):
            _add(found, match[1], match[2].strip())
    if not found:
        return item
    text = _BRACED.sub("", text).strip()
    kept: Mapping[str, Any] = {k: v for k, v in item.items() if k != "note"}
    return {**found, **kept, **({"note": text} if text else {})}


def _known(name: str) -> bool:
    return name in _TEXTS or name in variables.NAMES | variables.DATES | variables.NUMBERS


def _add(found: dict[str, Any], name: str, value: str) -> None:
    if name in variables.NAMES:
        family, _, given = (part.strip() for part in value.partition("||"))
        person = {"family": family, "given": given} if given else {"literal": family}
        found[name] = [*found.get(name, []), person]
    elif name in variables.DATES:
        found[name] = {"raw": value}
    else:
        found[name] = value
