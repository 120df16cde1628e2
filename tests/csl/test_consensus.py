"""What three engines agree on in 605 styles, as a ratchet of counts by style."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.csl.replay import SHARED

from octavo.bibliography import csl, styles
from octavo.bibliography.csl.printers import to_text
from octavo.bibliography.csl.records import Citation, CitationItem

CONSENSUS = SHARED / "styles" / "consensus.json"
ACCEPTED = Path(__file__).with_name("accepted_differences.tsv")

pytestmark = pytest.mark.skipif(
    not CONSENSUS.is_file(), reason="the shared conformance folder is not here"
)


@cache
def consensus() -> dict[str, Any]:
    """The items, the clusters, and what each style prints."""
    data: dict[str, Any] = json.loads(CONSENSUS.read_text(encoding="utf-8"))
    return data


def accepted() -> dict[str, tuple[int, int, str]]:
    """Citations and entries that differ, and why, by style."""
    rows = (line.split("\t") for line in ACCEPTED.read_text(encoding="utf-8").splitlines() if line)
    return {name: (int(cites), int(entries), why) for name, cites, entries, why in rows}


def squeezed(text: str) -> str:
    """A text without white space, in which the engines differ for technical reasons."""
    return re.sub(r"\s+", "", text)


def differences(name: str) -> tuple[int, int, int, int] | None:
    """Citations that differ, all citations, entries that differ, all entries.

    None where the installed package lacks the style.
    """
    style = styles.find_style(name).value
    if style is None:
        return None
    data = consensus()
    clusters = [
        Citation(
            id=str(n),
            note=n + 1 if style.in_note else 0,
            items=tuple(
                CitationItem(id=c["id"], locator=c.get("locator", ""), label=c.get("label", "page"))
                for c in cluster
            ),
        )
        for n, cluster in enumerate(data["clusters"])
    ]
    locale = styles.load_locale(style.default_locale or "en-US")
    done = csl.format(style, locale, {item["id"]: item for item in data["items"]}, clusters)
    wanted = data["styles"][name]
    pairs = [
        (squeezed(want), squeezed(to_text(got.runs)))
        for want, got in zip(wanted["citations"], done.citations, strict=True)
        if want is not None
    ]
    entries = {squeezed(to_text(entry.runs)) for entry in done.bibliography}
    listed = [squeezed(entry) for entry in wanted["bibliography"] or () if entry is not None]
    return (
        sum(want != got for want, got in pairs),
        len(pairs),
        sum(entry not in entries for entry in listed),
        len(listed),
    )


@pytest.mark.slow
def test_consensus() -> None:
    found = {name: differences(name) for name in consensus()["styles"]}
    compared = {name: row for name, row in found.items() if row is not None}
    listed = accepted()
    wrong = {
        name: (row[0], row[2])
        for name, row in compared.items()
        if (row[0], row[2]) != listed.get(name, (0, 0, ""))[:2]
    }
    assert not wrong, "differs from accepted_differences.tsv (citations, entries)"
    assert len(found) - len(compared) <= 2, "styles of the consensus that the package lacks"
    cites, all_cites, entries, all_entries = (
        sum(row[n] for row in compared.values()) for n in range(4)
    )
    assert cites <= 0.01 * all_cites
    assert entries <= 0.015 * all_entries
