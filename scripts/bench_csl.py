"""Measure the CSL processor against its peers in one run: python scripts/bench_csl.py --help.

A document of 50 clusters over 40 references in three styles, from process start and hot; 1,000
documents of 10 clusters; a bibliography of 5,000 entries. Take the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from octavo.bibliography import csl, styles
from octavo.bibliography.csl.records import Citation, CitationItem, CslItem

STYLES = ("apa", "chicago-notes-bibliography", "ieee")
FAMILIES = [
    "Abe",
    "Bose",
    "Cole",
    "Diaz",
    "Eide",
    "Fox",
    "Gray",
    "Hale",
    "Ito",
    "Jung",
    "Kahn",
    "Lund",
    "Mori",
    "Nash",
    "Otto",
    "Park",
]
KINDS = ("article-journal", "book", "chapter", "thesis", "report", "webpage")
CITEPROC_PY = """\
import json, sys, warnings
warnings.simplefilter("ignore")
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter
from citeproc.source.json import CiteProcJSON
import time
job = json.load(open(sys.argv[1]))
def once():
    style = CitationStylesStyle(job["style"], validate=False)
    paper = CitationStylesBibliography(style, CiteProcJSON(job["items"]), formatter.html)
    cites = [Citation([CitationItem(k) for k in c]) for c in job["clusters"]]
    for c in cites: paper.register(c)
    for c in cites: str(paper.cite(c, lambda item: None))
    paper.sort(); [str(e) for e in paper.bibliography()]
for _ in range(int(sys.argv[2])):
    start = time.perf_counter(); once(); print(time.perf_counter() - start)
"""
CITEPROC_JS = """\
const CSL = require("citeproc"), fs = require("fs");
const job = JSON.parse(fs.readFileSync(process.argv[2]));
const style = fs.readFileSync(job.style, "utf8"), locale = fs.readFileSync(job.locale, "utf8");
const items = Object.fromEntries(job.items.map(i => [i.id, i]));
const sys = {retrieveLocale: () => locale, retrieveItem: id => ({...items[id]})};
function once() {
  const engine = new CSL.Engine(sys, style, "en-US");
  engine.rebuildProcessorState(job.clusters.map((c, n) => ({citationID: "c" + n,
    citationItems: c.map(id => ({id})), properties: {noteIndex: n + 1}})));
  engine.makeBibliography();
}
for (let n = 0; n < +process.argv[3]; n++) {
  const start = process.hrtime.bigint(); once();
  console.log(Number(process.hrtime.bigint() - start) / 1e9);
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement; ``ratio`` is how many times our time it takes."""

    what: str
    who: str
    seconds: float
    ratio: float = 1.0


class Table(list[Row]):
    """Rows that are printed as they come."""

    def append(self, row: Row) -> None:
        """Add and print a row."""
        super().append(row)
        line = f"{row.what:58} {row.who:18} {row.seconds * 1000:10.1f} ms {row.ratio:7.1f} x"
        print(line, flush=True)


def references(count: int, chance: random.Random) -> dict[str, CslItem]:
    """Made-up references; the same seed gives the same."""
    items: dict[str, CslItem] = {}
    for n in range(count):
        names = [
            {"family": chance.choice(FAMILIES), "given": chance.choice(["Ada N.", "Per", "Rima"])}
            for _ in range(n % 4 + 1)
        ]
        items[f"k{n}"] = {
            "id": f"k{n}",
            "type": KINDS[n % len(KINDS)],
            "title": f"A title of some length, number {n}: with a subtitle",
            "container-title": "Journal of Measurements",
            "author": names,
            "issued": {"date-parts": [[1980 + n % 40, n % 12 + 1]]},
            "publisher": "University Press",
            "publisher-place": "Uppsala",
            "volume": str(n % 60 + 1),
            "page": f"{n + 100}-{n + 120}",
            "DOI": f"10.1000/x.{n}",
        }
    return items


def clusters(keys: list[str], count: int, chance: random.Random) -> list[list[str]]:
    """Citation clusters of one to three different keys."""
    return [chance.sample(keys, chance.choice([1, 1, 2, 3])) for _ in range(count)]


def ours(name: str, items: dict[str, CslItem], cited: list[list[str]]) -> None:
    """One document by the processor."""
    style = styles.find_style(name).value
    assert style is not None
    citations = [
        Citation(
            id=str(n),
            note=n if style.in_note else 0,
            items=tuple(CitationItem(id=key) for key in cluster),
        )
        for n, cluster in enumerate(cited, 1)
    ]
    csl.format(style, styles.load_locale("en-US"), items, citations)


def best(task: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def process(command: list[str], rounds: int = 2) -> float | None:
    """The shortest wall time of a process; None where it fails."""

    def task() -> None:
        subprocess.run(command, check=True, capture_output=True)

    try:
        return best(task, rounds)
    except (OSError, subprocess.CalledProcessError):
        return None


def inner(command: list[str]) -> float | None:
    """The shortest time that a peer prints of its own rounds; None where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    times = [float(line) for line in done.stdout.split()]
    return min(times) if times and not done.returncode else None


def peers(folder: Path, name: str, items: dict[str, CslItem], cited: list[list[str]]) -> list[Row]:
    """The same document by pandoc, citeproc-py and citeproc-js, where they are."""
    import citeproc  # type: ignore[import-untyped]  # noqa: PLC0415  # a peer
    import pypandoc  # noqa: PLC0415

    path = styles.locate_style(name)
    locale = Path(citeproc.__file__).parent / "data" / "locales" / "locales-en-US.xml"
    job: dict[str, Any] = {"style": str(path), "locale": str(locale)}
    job |= {"items": list(items.values()), "clusters": cited}
    (folder / "job.json").write_text(json.dumps(job))
    (folder / "refs.json").write_text(json.dumps(list(items.values())))
    text = "\n\n".join(f"Text [{'; '.join('@' + key for key in c)}]." for c in cited)
    (folder / "doc.md").write_text(text)
    pandoc = [pypandoc.get_pandoc_path(), "--citeproc", "--csl", str(path), "--bibliography"]
    pandoc += [str(folder / "refs.json"), str(folder / "doc.md"), "-t", "html"]
    python = [sys.executable, str(folder / "peer.py"), str(folder / "job.json")]
    node = ["node", str(folder / "peer.js"), str(folder / "job.json")]
    measured = [
        (f"{name}, cold", "pandoc --citeproc", process(pandoc)),
        (f"{name}, cold", "citeproc-py", process([*python, "1"], 1)),
        (f"{name}, cold", "citeproc-js", process([*node, "1"])),
        (f"{name}, hot", "citeproc-py", inner([*python, "2"])),
        (f"{name}, hot", "citeproc-js", inner([*node, "12"])),
    ]
    return [Row(what=w, who=who, seconds=s) for w, who, s in measured if s is not None]


def documents(rows: Table, folder: Path, chance: random.Random, *, alone: bool) -> None:
    """The 50-cluster document, cold and hot, beside the peers."""
    items = references(40, chance)
    cited = clusters(list(items), 50, chance)
    (folder / "ours.json").write_text(json.dumps([items, cited]))
    for name in STYLES:
        cold = process([sys.executable, __file__, "--once", name, str(folder / "ours.json")])
        assert cold is not None, "our own process failed"
        ours(name, items, cited)
        rows.append(Row(what=f"{name}, cold", who="octavo", seconds=cold))
        hot = best(lambda name=name: ours(name, items, cited), 10)  # type: ignore[misc]
        rows.append(Row(what=f"{name}, hot", who="octavo", seconds=hot))
        if not alone:
            own = {f"{name}, cold": cold, f"{name}, hot": hot}
            for row in peers(folder, name, items, cited):
                ratio = row.seconds / own[row.what]
                rows.append(Row(what=row.what, who=row.who, seconds=row.seconds, ratio=ratio))


def many(rows: Table, chance: random.Random, *, quick: bool) -> None:
    """Many documents, and one very long bibliography."""
    items = references(400, chance)
    count = 100 if quick else 1000
    jobs = [clusters(chance.sample(list(items), 15), 10, chance) for _ in range(count)]

    def build(*, remember: bool) -> None:
        for cited in jobs:
            if not remember:
                styles.forget()
            used = {key: items[key] for cluster in cited for key in cluster}
            ours("apa", used, cited)

    for remember in (True, False):
        what = f"{count} documents of 10 clusters, styles {'kept' if remember else 'compiled anew'}"
        seconds = best(lambda keep=remember: build(remember=keep), 1)  # type: ignore[misc]
        rows.append(Row(what=what, who="octavo", seconds=seconds))
    for entries in (1000, 5000):
        library = references(entries, chance)
        seconds = best(lambda refs=library: ours("apa", refs, []), 1)  # type: ignore[misc]
        rows.append(Row(what=f"bibliography of {entries} entries", who="octavo", seconds=seconds))


def peer_folder(folder: Path) -> None:
    """The peers' scripts, and citeproc-js if npm can bring it."""
    (folder / "peer.py").write_text(CITEPROC_PY)
    (folder / "peer.js").write_text(CITEPROC_JS)
    if shutil.which("npm"):
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), "citeproc"]
        subprocess.run(command, check=False, capture_output=True)


def measure(*, quick: bool, alone: bool) -> list[Row]:
    """All rows of the table."""
    rows = Table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not alone:
            peer_folder(folder)
        documents(rows, folder, random.Random(4), alone=alone)
    many(rows, random.Random(5), quick=quick)
    return rows


def main() -> None:
    """Print the table; with ``--json`` write it too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", nargs=2, metavar=("STYLE", "JOB"), help="format one job and exit")
    parser.add_argument("--quick", action="store_true", help="a tenth of the documents")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--json", type=Path, help="write the rows there")
    options = parser.parse_args()
    if options.once:
        items, cited = json.loads(Path(options.once[1]).read_text(encoding="utf-8"))
        ours(options.once[0], items, cited)
        return
    rows = measure(quick=options.quick, alone=options.alone)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
