"""A paper: same bytes, tagged, described, and no essay that can't be set."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.publishing import casefiles, samples, sites

from octavo.essays.records import Author, Document, FrontMatter, Media, PaperSettings
from octavo.pandoc import worker
from octavo.publishing.paper import typeset, write_paper, write_typst
from octavo.publishing.records import Masthead
from octavo.publishing.typst import string

needs_poppler = pytest.mark.skipif(
    casefiles.PDFTOTEXT is None or shutil.which("pdfinfo") is None,
    reason="pdftotext and pdfinfo (poppler-utils) are missing",
)


def paper(document: Document) -> bytes:
    outcome = write_paper(document, sites.HEAD, worker.shared())
    assert [str(d) for d in outcome.diagnostics] == []
    return outcome.value.pdf


def made_of(markdown: str, **front: object) -> Document:
    matter = FrontMatter(**{"title": "T", "date": datetime.date(2026, 1, 2), **front})  # type: ignore[arg-type]
    return Document(slug="t", front=matter, tree=worker.shared().read(markdown))


def test_the_same_document_gives_the_same_bytes() -> None:
    document = samples.document(page=False)
    before = copy.deepcopy(document.tree)
    assert paper(document) == paper(document)
    assert document.tree == before


@needs_poppler
def test_what_the_file_says_of_itself() -> None:
    pdf = paper(samples.document(page=False))
    command = ["pdfinfo", "-isodates", "-"]
    info = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    facts = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    facts = {key: value.strip() for key, value in facts.items()}
    assert facts["Title"] == "A note on margins"
    assert facts["Author"] == "Ada Example, Jun Sample"
    assert facts["Keywords"] == "typography, reading, history of the book"
    assert facts["CreationDate"] == facts["ModDate"] == "2026-03-02T00:00:00Z"
    assert facts["Tagged"] == "yes"
    assert b"pdfuaid" in pdf
    assert b"/Lang(en-GB)" in pdf.replace(b" ", b"")


@needs_poppler
def test_the_words_of_a_whole_paper() -> None:
    text = casefiles.text_of(paper(samples.document(page=False)))
    for phrase in (
        "What the edge of the page was for",
        "Institute for Marginal Studies",
        "2 March 2026 · revised 20 November 2026",
        "Keywords: typography, reading, history of the book",
        "1 How far a note is",
        "1.1 Measured on ourselves",
        "the rest of Section 1 explains them",
        "Table 2. Notes in the margin",
        "Rayner, Keith. 1998.",
        "CC BY 4.0",
    ):
        assert phrase.casefold() in text.casefold(), phrase


@pytest.mark.parametrize(
    "settings_",
    [
        PaperSettings(size="us-letter", columns=2, contents=True),
        PaperSettings(size="a5", numbered=False, font_size="9pt"),
    ],
)
def test_paper_settings(settings_: PaperSettings) -> None:
    document = samples.document(page=False)
    front = dataclasses.replace(document.front, paper=settings_)
    assert paper(dataclasses.replace(document, front=front)).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "@nobody said [@nothing, p. 3]",
        "[nowhere](#missing)",
        "[relative](../other/index.html)",
        "![remote](https://example.org/a.png)",
        "![lost](lost.png)",
        "[a]{#twice} [b]{#twice} [c](#twice)",
        "# One\n\n#### Four\n\n## Two",
        "`#let` `` ` `` and $\\unknown{x}_y$ and $$\\begin{cases}1\\\\2\\end{cases}$$",
        "Term\n: [x](#y) ^[note with a [link](#z)]",
        "<b>raw</b> <table><tr><td>1</td></tr></table>",
        "```{=latex}\n\\foo\n```",
        "| a |\n|---|\n| ^[in a cell] |",
        "- \n\n1. \n",
        "> # Heading in a quotation",
        "``` python\n\"\"\"```\n```",
        "[x]{.smallcaps .mark #id} ~~*[y]{.underline}*~~",
        "::: {#fig-a}\n![](a.png)\n\n![](b.png)\n\nCaption\n:::",
        "[![alt](x.png)](https://example.org)",
        "Line\\\nbreak\u00a0here\u200b",
        "العربية 中文 हिन्दी 👍",
    ],
)  # fmt: skip
def test_whatever_is_written_can_be_set(markdown: str) -> None:
    outcome = write_paper(made_of(markdown), Masthead(), worker.shared())
    assert [str(d) for d in outcome.diagnostics if d.severity == "error"] == []
    assert outcome.value.pdf.startswith(b"%PDF-")


def test_a_paper_that_cannot_be_set_is_a_diagnostic() -> None:
    outcome = write_paper(made_of("```{=typst}\n#nonsense()\n```"), Masthead(), worker.shared())
    assert outcome.value.pdf == b""
    assert [d.code for d in outcome.diagnostics] == ["paper-failed"]
    assert "nonsense" in outcome.diagnostics[0].message


def test_a_paper_that_cannot_be_accessible_is_set_all_the_same() -> None:
    document = made_of('```{=typst}\n#image("a.png")\n```')
    data = next(iter(_pictures().values()))
    document = dataclasses.replace(document, media=(Media(name="a.png", data=data),))
    outcome = write_paper(document, Masthead(), worker.shared())
    assert outcome.value.pdf.startswith(b"%PDF-")
    assert [(d.code, d.severity) for d in outcome.diagnostics] == [
        ("paper-not-accessible", "warning")
    ]


def test_a_letter_that_no_font_has_is_named() -> None:
    outcome = write_paper(made_of("A letter of nobody: \U0010fffd."), Masthead(), worker.shared())
    assert outcome.value.pdf.startswith(b"%PDF-")
    assert [(d.code, d.severity) for d in outcome.diagnostics] == [("missing-glyph", "warning")]
    assert "10fffd" in outcome.diagnostics[0].message


@needs_poppler
def test_references_and_figures_are_linked() -> None:
    pdf = paper(samples.document(page=False))
    destinations = pdf.count(b"/Dest") + pdf.count(b"/GoTo")
    assert destinations >= len(samples.document().cited)
    assert pdf.count(b"/URI(https://doi.org/10.1093/comjnl/27.2.97)") >= 1


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_pictures_drawn_by_a_cell(kind: str) -> None:
    name = f"cell-1-0.{kind}"
    document = made_of(f'![Caption]({name}){{#fig-a alt="A dot." width="40"}}')
    with_picture = dataclasses.replace(document, media=(Media(name=name, data=_pictures()[kind]),))
    call = f'image("{name}", alt: "A dot.", width: 30pt)'
    assert call in write_typst(with_picture, sites.HEAD, worker.shared())
    assert call not in write_typst(document, sites.HEAD, worker.shared())
    assert paper(with_picture)


def test_media_stays_in_its_folder() -> None:
    media = (Media(name="../escaped.png", data=b"x"),)
    pdf, faults = typeset("#set document(title: [T])\nText", media, datetime.date(2026, 1, 1))
    assert (pdf[:5], faults) == (b"%PDF-", ())


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_any_words_can_stand_in_the_title_block(text: str) -> None:
    front = FrontMatter(
        title=text or "T", subtitle=text, summary=text, tags=(text,), license=text,
        authors=(Author(name=text or "A", affiliation=text),), date=datetime.date(2026, 1, 2),
    )  # fmt: skip
    source = write_typst(
        Document(slug="t", front=front, tree=worker.shared().read("x")), Masthead(), worker.shared()
    )
    pdf, faults = typeset(source, (), datetime.date(2026, 1, 2))
    assert [str(d) for d in faults if d.severity == "error"] == []
    assert pdf


def test_a_string_literal() -> None:
    assert string('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'


def _pictures() -> dict[str, bytes]:
    import base64  # noqa: PLC0415

    dot = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
        "AABJRU5ErkJggg=="
    )
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
    return {"png": base64.b64decode(dot), "svg": svg.encode()}
