"""Citation labels (trigraphs such as ``Doe65``), for styles that print ``citation-label``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from octavo.bibliography.csl.context import Registry
from octavo.bibliography.csl.datevalues import read_date
from octavo.bibliography.csl.people import read_names
from octavo.bibliography.csl.values import as_text

_LENGTHS = {1: (4,), 2: (2, 2), 3: (2, 1, 1)}


def citation_labels(registry: Registry, ids: Sequence[str]) -> dict[str, str]:
    """The label of each item: its own, else letters of its authors and two digits of its year."""
    return {item_id: _label(registry.items[item_id]) for item_id in ids}


def _label(item: Mapping[str, Any]) -> str:
    if own := as_text(item.get("citation-label")):
        return own
    names = read_names(item.get("author")) or read_names(item.get("editor"))
    words = [name.family or name.literal or name.given for name in names[:4]]
    lengths = _LENGTHS.get(len(words), (1, 1, 1, 1))
    letters = "".join(word[:n] for word, n in zip(words, lengths, strict=False))
    if not letters:
        letters = as_text(item.get("title"))[:4]
    date = read_date(item.get("issued"))
    year = (
        f"{abs(date.start.year) % 100:02d}" if date is not None and date.start is not None else ""
    )
    return f"{letters}{year}"
