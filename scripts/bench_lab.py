"""Measure JupyterLab with Octavo by the browser's own clock, beside its peers in the same minute.

The list of sources is measured beside JupyterLab's own completer in the same session; cells and
preview of an essay beside ``pandoc --citeproc`` on the same text. Take the ratios. It needs the
built front end (``octavo lab --build-only``) and Chromium. --help says how.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.lab.running import HEADER, Lab, make_workspace, put, running
from tests.lab.writer import Writer

from octavo.pandoc.worker import pandoc_path

SOURCES = 10_000
WORDS = ("the", "of", "reading", "margin", "note", "slip", "book", "page")
WATCH = """selector => {
  window.opened = new Promise(done => {
    const begun = performance.now();
    const look = () => document.querySelector(selector)
      ? done(performance.now() - begun) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  });
}"""
BUSY = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.sessionContext.ready;
  panel.sessionContext.session.kernel.requestExecute({code: 'import time; time.sleep(90)'});
}"""
KNOWN = """async ([cell, text, watched]) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const shared = notebook.widgets[cell].model.sharedModel;
  performance.clearResourceTimings();  // the browser keeps 250
  const asked = () => performance.getEntriesByType('resource')
    .filter(one => one.name.includes('/octavo/format')).length;
  const begun = performance.now();
  const changed = watched < 0 ? null : new Promise((done, fail) => {
    setTimeout(() => fail(new Error('no change')), 10000);
    const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now()); });
    const node = notebook.widgets[watched].node;
    seen.observe(node, {childList: true, subtree: true, characterData: true});
  });
  shared.setSource(shared.getSource().trimEnd() + text);
  if (changed) { return (await changed) - begun; }
  while (!asked()) {
    if (performance.now() - begun > 10000) { throw new Error('no answer'); }
    await new Promise(done => setTimeout(done, 1));
  }
  return performance.now() - begun;
}"""
SEEN = """async word => {
  const editor = window.jupyterapp.shell.currentWidget.content.editor.editor;
  const begun = performance.now();
  const end = editor.state.doc.length;
  editor.dispatch({changes: {from: end, insert: ' ' + word}, selection: {anchor: end}});
  const body = () => document.querySelector('.octavo-page iframe').contentDocument.body;
  while (!body().textContent.includes(word)) {
    await new Promise(done => requestAnimationFrame(done));
  }
  return performance.now() - begun;
}"""


def essay(cells: int, words: int, seed: int = 1) -> str:
    """An essay: each cell a heading, a paragraph that cites, and every second one a note."""
    dice = random.Random(seed)
    parts = [f"---\ntitle: Long\n{HEADER}---"]
    for number in range(cells):
        prose = " ".join(dice.choices(WORDS, k=words))
        first, second = dice.randrange(400), dice.randrange(400)
        note = f"^[A note, see @filler{second}.]" if number % 2 else ""
        cited = f"{prose.capitalize()} [@filler{first}, p. {number}].{note}"
        parts.append(f"## Part {number}\n\n{cited}")
    return "\n\n\n".join(parts) + "\n"


@contextmanager
def browsing(lab: Lab) -> Iterator[Writer]:
    """A page of a JupyterLab in Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page: Any = browser.new_page(viewport={"width": 1500, "height": 900})
        page.goto(lab.front)
        page.wait_for_selector(".jp-Launcher", timeout=60_000)
        page.wait_for_timeout(4000)
        yield Writer(page=page, root=lab.root, url=lab.url)
        browser.close()


def median(measure: Callable[[int], float], rounds: int) -> float:
    """The median of some measurements in ms, the first of them left out."""
    return statistics.median([measure(number) for number in range(rounds + 1)][1:])


def opening(writer: Writer, rounds: int, *, busy: bool) -> tuple[float, float]:
    """From the key to the list: ours in a Markdown cell, JupyterLab's in a code cell."""
    if busy:
        writer.page.evaluate(BUSY)

    def ours(_: int) -> float:
        writer.page.evaluate(WATCH, ".octavo-completions li")
        writer.page.keyboard.type("[@")
        found: float = writer.page.evaluate("window.opened")
        writer.press("Escape", "Backspace", "Backspace")
        writer.page.wait_for_timeout(200)
        return found

    def theirs(_: int) -> float:
        writer.page.evaluate(WATCH, ".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item")
        writer.press("Tab")
        found: float = writer.page.evaluate("window.opened")
        writer.press("Escape")
        writer.page.wait_for_timeout(200)
        return found

    writer.cell(1)
    writer.press("Enter")
    mine = median(ours, rounds)
    writer.page.locator(".jp-CodeCell:visible").first.click()
    writer.press("Enter", "Control+End")
    writer.page.keyboard.type("\npri")
    return mine, median(theirs, rounds)


def cells(writer: Writer, rounds: int) -> dict[str, float]:
    """From the edit to the cells as the page will show them."""
    scroll = "window.jupyterapp.shell.currentWidget.content.scrollToItem(5, 'start')"
    writer.page.evaluate(f"void {scroll}")
    writer.page.wait_for_timeout(1500)

    def edited(text: str, watched: int) -> Callable[[int], float]:
        def measure(number: int) -> float:
            found: float = writer.page.evaluate(KNOWN, [5, text.format(number), watched])
            writer.page.wait_for_timeout(400)
            return found

        return measure

    return {
        "words typed": median(edited(" word{}", -1), rounds),
        "a note typed, the next cell renumbered": median(edited(" A^[note {}].", 6), rounds),
        "a source cited anew": median(edited(" And @filler50{}.", -1), rounds),
    }


def preview(writer: Writer, rounds: int) -> float:
    """From the edit to the word in the preview."""
    writer.run("octavo:preview")
    writer.page.wait_for_timeout(2500)

    def measure(number: int) -> float:
        found: float = writer.page.evaluate(SEEN, f"fresh{number}word")
        writer.page.wait_for_timeout(400)
        return found

    return median(measure, rounds)


def pandoc(path: Path, root: Path, rounds: int) -> float:
    """pandoc --citeproc on the same text, as a preview of its own would run it."""
    command = [
        pandoc_path(), str(path), "-f", "markdown", "-t", "html5", "-s", "--citeproc",
        "--mathml", *(f"--bibliography={p}" for p in sorted(root.glob("bibliography/*.bib"))),
    ]  # fmt: skip

    def measure(_: int) -> float:
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return (time.perf_counter() - begun) * 1000

    return median(measure, rounds)


def report(what: str, milliseconds: float, peer: str = "", other: float = 0.0) -> None:
    """Print a row, with how much quicker than the peer it is."""
    beside = f"{peer} {other:8.0f}   {other / milliseconds:6.1f}x" if peer else ""
    print(f"{what:58} {milliseconds:8.0f}   {beside}", flush=True)


def main() -> None:
    """Print the table; every figure is a median in ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="octavo-bench-"))
    try:
        root = make_workspace(folder / "workspace", SOURCES)
        (folder / "home").mkdir()
        with running(root, folder / "home") as lab:
            for part in (measure_preview, measure_cells, measure_lists):
                with browsing(lab) as writer:
                    part(writer, given.rounds)
    finally:
        shutil.rmtree(folder)


def measure_preview(writer: Writer, rounds: int) -> None:
    """The preview of a long essay."""
    path = put(writer.root, "essays/long.md", essay(60, 85), paired=False)
    words = len(path.read_text(encoding="utf-8").split())
    other = pandoc(path, writer.root, min(rounds, 3))
    writer.open("essays/long.md", "Editor")
    shown = preview(writer, rounds)
    report(f"preview of {words} words shows a word", shown, "pandoc --citeproc", other)


def measure_cells(writer: Writer, rounds: int) -> None:
    """The cells of an essay of sixty."""
    path = put(writer.root, "essays/sixty.md", essay(60, 45))
    other = pandoc(path, writer.root, min(rounds, 3))
    writer.open("essays/sixty.ipynb", "Notebook")
    for what, found in cells(writer, rounds).items():
        report(f"60 cells: {what}", found, "pandoc --citeproc", other)


def measure_lists(writer: Writer, rounds: int) -> None:
    """The list of sources, and JupyterLab's own of names."""
    writer.open("essays/reading.ipynb", "Notebook")
    for busy in (False, True):
        mine, theirs = opening(writer, rounds, busy=busy)
        state = "busy" if busy else "idle"
        report(f"list among {SOURCES} sources, kernel {state}", mine, "completer", theirs)


if __name__ == "__main__":
    main()
