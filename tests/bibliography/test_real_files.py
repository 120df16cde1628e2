"""Ten years of .bib as people have them, against pandoc's reading of each whole file."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from octavo.bibliography.conversion import through_pandoc
from octavo.bibliography.library import Library
from octavo.pandoc.worker import PandocError

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
DIFFERENCES = Path(__file__).with_name("differences.tsv")


@dataclass(slots=True)
class Tally:
    """What came of reading some files."""

    entries: int = 0
    items: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    differences: set[tuple[str, str]] = field(default_factory=set)


def real_files() -> list[Path]:
    """Every real .bib file there is; none in a checkout without the shared folder."""
    examples = SHARED / "biblatex-examples.bib"
    return [*sorted((SHARED / "bib").glob("*.bib")), *([examples] if examples.exists() else [])]


def listed_differences() -> dict[tuple[str, str], str]:
    """The accepted differences from pandoc, each with its reason."""
    lines = [
        line for line in DIFFERENCES.read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return {(row["file"], row["citekey"]): row["reason"] for row in rows}


def read_all(paths: list[Path]) -> Tally:
    """Read every file, convert every entry, and compare with pandoc on the whole file."""
    tally = Tally()
    for path in paths:
        _read(path, tally)
    return tally


def _read(path: Path, tally: Tally) -> None:
    outcome = Library.open([path])
    library = outcome.value
    entries = library.every_entry()
    made = library.convert(entries)
    library.close()
    tally.entries += len(entries)
    tally.codes.update(d.code for d in outcome.diagnostics)
    ours: defaultdict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        item = made[entry.number]
        if isinstance(item, str):
            tally.codes["unreadable-entry"] += 1
            if not item:
                tally.silent.append(f"{path.name} {entry.key}")
        else:
            tally.items += 1
            ours[entry.key].append(item)
    tally.differences.update((path.name, key) for key in _differing(path, ours))


def _differing(path: Path, ours: dict[str, list[Any]]) -> Iterator[str]:
    try:
        whole = through_pandoc(path.read_text(encoding="utf-8"), "biblatex")
    except PandocError:
        yield "*"
        return
    theirs: defaultdict[str, list[Any]] = defaultdict(list)
    for item in whole:
        theirs[item["id"]].append(item)
    for key in {*ours, *theirs}:
        if ours.get(key, []) != theirs.get(key, []):
            yield key


FILES = real_files()
BIG = 200_000
pytestmark = pytest.mark.skipif(not FILES, reason="../shared/data is not in this checkout")


def test_every_entry_gives_an_item_and_every_difference_has_a_reason() -> None:
    _hold(big=False)


@pytest.mark.slow
def test_the_same_of_the_big_libraries() -> None:
    _hold(big=True)


def _hold(*, big: bool) -> None:
    files = [path for path in FILES if (path.stat().st_size > BIG) == big]
    tally = read_all(files)
    names = {path.name for path in files}
    listed = {pair for pair in listed_differences() if pair[0] in names}
    assert tally.differences == listed
    assert tally.silent == []
    assert tally.items + tally.codes["unreadable-entry"] == tally.entries


if __name__ == "__main__":
    result = read_all(real_files())
    print(f"files\t{len(real_files())}\nentries\t{result.entries}\nitems\t{result.items}")
    for code, count in sorted(result.codes.items()):
        print(f"{code}\t{count}")
    print(f"differences from pandoc\t{len(result.differences)}")
