"""Plain-text cases: what an essay says, what the page's HTML is, what the paper's text is.

A file holds cases one after the other::

    === name of the case
    Markdown, without a header
    --- page
    the body's HTML, one element a line
    --- paper
    what ``pdftotext -layout`` reads, blank lines and margins left out

``python -m tests.publishing.casefiles`` writes what comes out now into every file, so that a
wanted change can be read as a diff before it is committed.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.publishing import samples

from octavo.essays.records import Document
from octavo.pandoc import worker
from octavo.publishing.page import write_body, write_page
from octavo.publishing.paper import write_paper
from octavo.publishing.records import Masthead, Surroundings

FOLDER = Path(__file__).with_name("cases")
HEADER = "---\ntitle: Case\nlang: en-GB\ndate: 2026-01-02\n---\n\n"
PDFTOTEXT = shutil.which("pdftotext")

_BLOCK = re.compile(
    r"\s*(</?(?:p|h\d|ul|ol|li|dl|dt|dd|div|section|figure|figcaption|blockquote|table|thead"
    r"|tbody|tr|details|hr)\b[^>]*>)\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One construct of the dialect."""

    name: str
    source: str
    page: str
    paper: str


def read(path: Path) -> list[Case]:
    """The cases of a file."""
    cases = []
    for text in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        head, _, paper = text.partition("\n--- paper\n")
        head, _, page = head.partition("\n--- page\n")
        name, _, source = head.partition("\n")
        case = Case(name=name, source=source.strip("\n"), page=page.strip(), paper=paper.strip())
        cases.append(case)
    return cases


def write(cases: Iterable[Case]) -> str:
    """The text of a file of cases."""
    return "".join(
        f"\n=== {c.name}\n{c.source}\n--- page\n{c.page}\n--- paper\n{c.paper}\n" for c in cases
    )


def page_of(source: str) -> str:
    """The HTML of an essay's body, with an element a line."""
    body = write_body(_document(source, page=True), worker.shared())
    html = f"{body.text}{body.notes}{body.references}"
    pieces = re.split(r"(<pre.*?</pre>)", html, flags=re.DOTALL)
    for number in range(0, len(pieces), 2):
        pieces[number] = _BLOCK.sub(r"\n\1\n", pieces[number])
    return re.sub(r"\n\s*\n*", "\n", "\n".join(pieces)).strip()


def whole_page_of(source: str) -> str:
    """The whole page of an essay."""
    return write_page(_document(source, page=True), Surroundings(), worker.shared()).html


def paper_of(source: str) -> str:
    """The text of an essay's paper, below the title."""
    outcome = write_paper(_document(source, page=False), Masthead(), worker.shared())
    assert outcome.diagnostics == ()
    text = text_of(outcome.value.pdf).partition("2 January 2026")[2].strip()
    return re.sub(r"\n1\Z", "", text)  # the number of the page


def text_of(pdf: bytes) -> str:
    """What pdftotext reads in a PDF."""
    assert PDFTOTEXT
    command = [PDFTOTEXT, "-layout", "-enc", "UTF-8", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    lines = [" ".join(line.split()) for line in text.replace("\f", "\n").splitlines()]
    return "\n".join(line for line in lines if line)


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="octavo-cases-"))
    shutil.copy(samples.ESSAYS / "distance.svg", folder)
    return folder


def _document(source: str, *, page: bool) -> Document:
    return samples.weave_text(HEADER + source, _folder(), page=page)


def main() -> None:
    """Write what comes out now into every file of cases."""
    for path in sorted(FOLDER.glob("*.txt")):
        cases = [
            Case(name=c.name, source=c.source, page=page_of(c.source), paper=paper_of(c.source))
            for c in read(path)
        ]
        path.write_text(write(cases), encoding="utf-8")


if __name__ == "__main__":
    main()
