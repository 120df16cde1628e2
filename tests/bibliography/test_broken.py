"""Broken entries: what is said, where, and what is kept. The cases are in broken.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.bibliography.library import Library

TEXT = Path(__file__).with_name("broken.txt").read_text(encoding="utf-8")
CASES = dict(part.split("\n", 1) for part in TEXT.split("\n== ")[1:])


@pytest.mark.parametrize("name", CASES)
def test_broken(tmp_path: Path, name: str) -> None:
    given, _, expected = CASES[name].partition("\n=>\n")
    path = tmp_path / "refs.bib"
    path.write_text(given, encoding="utf-8")
    outcome = Library.open([path])
    resolved = outcome.value.resolve(outcome.value.keys())
    said = [
        f"{d.span.line if d.span else 0} {d.code} {d.message}"
        for d in (*outcome.diagnostics, *resolved.diagnostics)
    ]
    kept = [
        f"{key}: {' '.join(sorted(set(item) - {'id', 'type'}))}"
        for key, item in resolved.value.items()
    ]
    assert [*said, *kept] == expected.strip().split("\n")
