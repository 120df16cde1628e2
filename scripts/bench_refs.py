"""Measure the library against bibtexparser, pybtex and pandoc on one .bib, in the same minute.

Every task runs in a process of its own, so that its memory is its own; imports are not counted.
Take the ratios to bibtexparser's raw parse, not the seconds. --help says how.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

SYLLABLES = "gar den pa th li bra ry mar gin sli com mon pla ce me tho rea ding let ter".split()  # noqa: SIM905
Task = Callable[[Path, Path], float]


def vocabulary(dice: random.Random, size: int) -> list[str]:
    """Invented words, all different."""
    words: dict[str, None] = {}
    while len(words) < size:
        words["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4)))] = None
    return list(words)


def corpus(path: Path, entries: int) -> None:
    """Write a .bib of some 700 bytes an entry, the same for the same number.

    Words are as frequent as in a language (Zipf's law); every tenth name has an accent.
    """
    dice = random.Random(entries)
    known, names = vocabulary(dice, 20_000), vocabulary(dice, 3_000)
    weights = [1 / rank for rank in range(1, len(known) + 1)]
    stream = iter(dice.choices(known, weights, k=entries * 55))

    def words(count: int) -> str:
        return " ".join(next(stream) for _ in range(count))

    def name(number: int) -> str:
        accent = 'M{\\"u}' if number % 10 == 0 else ""
        return f"{accent}{dice.choice(names)}".title() + f", {chr(65 + number % 26)}."

    with path.open("w", encoding="utf-8") as file:
        for number in range(entries):
            who = " and ".join(name(number + n) for n in range(3))
            year = dice.randint(1900, 2026)
            file.write(
                f"@article{{key{number}{year},\n  author = {{{who}}},\n"
                f"  title = {{{words(4).title()} {{{{GUI}}}}: {words(4)}}},\n"
                f"  journal = {{Journal of {words(2).title()}}},\n  year = {year},\n"
                f"  volume = {{{number % 90}}},\n  pages = {{{number}--{number + 9}}},\n"
                f"  doi = {{10.1000/x.{number}}},\n  keywords = {{{words(3)}}},\n"
                f"  abstract = {{{words(36)}}}\n}}\n\n"
            )


def raw(path: Path, _: Path) -> float:
    """Parse with bibtexparser, without any of its middleware."""
    import bibtexparser  # noqa: PLC0415

    text = path.read_text(encoding="utf-8")
    return _timed(lambda: bibtexparser.parse_string(text, parse_stack=[]))


def pybtex(path: Path, _: Path) -> float:
    """Parse with pybtex."""
    from pybtex.database import parse_file  # noqa: PLC0415

    return _timed(lambda: parse_file(str(path), "bibtex"))


def pandoc(path: Path, _: Path) -> float:
    """Turn the whole file into CSL-JSON with pandoc."""
    from octavo.pandoc.worker import pandoc_path  # noqa: PLC0415

    command = [pandoc_path(), "-f", "biblatex", "-t", "csljson", str(path)]
    return _timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def opened(path: Path, cache: Path) -> float:
    """Open the library: index it first, or know that it is indexed."""
    from octavo.bibliography.library import Library  # noqa: PLC0415

    return _timed(lambda: Library.open([path], cache))


def changed(path: Path, cache: Path) -> float:
    """Open the library after one entry in the middle has changed."""
    data = path.read_bytes()
    middle = data.index(b"abstract = {", len(data) // 2) + 12
    path.write_bytes(data[:middle] + b"changed " + data[middle:])
    return opened(path, cache)


def search(path: Path, cache: Path) -> float:
    """Search as a writer types, the slowest of eight queries."""
    from octavo.bibliography.library import Library  # noqa: PLC0415

    library = Library.open([path], cache).value
    queries = ("@gar 2019 pace", "garden path", "mug", "@mar", "2001", "gui libra me", "comm", "te")
    library.search("warm")
    return max(_timed(partial(library.search, query)) for query in queries * 2)


def get(path: Path, cache: Path) -> float:
    """Get a CSL item that no one asked for yet, the slowest of ten, pandoc running."""
    from octavo.bibliography.library import Library  # noqa: PLC0415

    library = Library.open([path], cache).value
    keys = random.Random(1).sample(library.keys(), 11)
    library.get(keys.pop())
    return max(_timed(partial(library.get, key)) for key in keys)


def get_again(path: Path, cache: Path) -> float:
    """Get CSL items that are remembered, the slowest of ten."""
    from octavo.bibliography.library import Library  # noqa: PLC0415

    library = Library.open([path], cache).value
    keys = random.Random(1).sample(library.keys(), 11)
    return max(_timed(partial(library.get, key)) for key in keys)


def _memory() -> float:
    """The greatest memory of this process or of one that it ran, in MB."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in whose) / 1024


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


TASKS: tuple[tuple[str, str, Task], ...] = (
    ("bibtexparser", "raw parse", raw),
    ("pybtex", "parse", pybtex),
    ("pandoc", "whole file to CSL-JSON", pandoc),
    ("octavo", "indexed first time", opened),
    ("octavo", "opened again", opened),
    ("octavo", "one search", search),
    ("octavo", "one item, new", get),
    ("octavo", "one item, remembered", get_again),
    ("octavo", "one entry changed", changed),
)


def run(number: int, path: Path, cache: Path) -> tuple[float, float]:
    """A task's seconds, and its process's greatest memory in MB."""
    command = [sys.executable, __file__, "--task", str(number), str(path), str(cache)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer["seconds"], answer["memory"]


def main() -> None:
    """Print the table, one row a task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--all", action="store_true", help="measure the peers on the largest, too")
    parser.add_argument("--task", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        number, path, cache = given.task
        seconds = TASKS[int(number)][2](Path(path), Path(cache))
        print(json.dumps({"seconds": seconds, "memory": _memory()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        for entries in given.entries:
            measure(Path(folder), entries, peers=given.all or entries <= 10_000)


def measure(folder: Path, entries: int, *, peers: bool) -> None:
    """Measure every task on a .bib of so many entries."""
    path, cache = folder / f"{entries}.bib", folder / f"{entries}.sqlite"
    corpus(path, entries)
    print(f"\n{entries} entries, {path.stat().st_size / 1e6:.1f} MB")
    print(f"{'':13} {'':24} {'ms':>10} {'ratio':>8} {'MB':>6}")
    base = 0.0
    for number, (who, what, _) in enumerate(TASKS):
        if who in ("pybtex", "pandoc") and not peers:
            continue
        seconds, memory = run(number, path, cache)
        base = base or seconds
        print(f"{who:13} {what:24} {seconds * 1e3:10.1f} {seconds / base:8.3f} {memory:6.0f}")


if __name__ == "__main__":
    main()
