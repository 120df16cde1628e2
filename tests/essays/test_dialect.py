"""The dialect of DESIGN §4, each construct through the real pipeline into page and paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.publishing.build import Report, build
from octavo.workspace import Workspace
from tests import workspaces
from tests.essays import cases

CASES = cases.read(Path(__file__).with_name("dialect"))
DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    '<circle cx="10" cy="10" r="8"/></svg>'
)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Report]:
    """All cases as one workspace, built once as pages and papers."""
    files = {
        f"essays/{slug}.md": workspaces.essay(case.text("essay"), case.text("header"), title=slug)
        for slug, case in CASES.items()
    }
    files |= {
        "essays/dot.svg": DOT,
        "essays/other-page.md": workspaces.essay(
            "## A section\n\nWords.\n", "aliases: [An Alias]\n", title="The Other Page"
        ),
    }
    workspace = workspaces.make(tmp_path_factory.mktemp("dialect"), files)
    return workspace, build(workspace, wanted="all")


@pytest.mark.slow
@pytest.mark.parametrize("slug", CASES)
def test_page(slug: str, built: tuple[Workspace, Report]) -> None:
    workspace, _ = built
    page = workspaces.page(workspace, slug)
    assert _wrong(CASES[slug], "html", page) == []
    assert _wrong(CASES[slug], "words", workspaces.words(page)) == []


@pytest.mark.slow
@pytest.mark.parametrize("slug", [s for s, c in CASES.items() if "pdf" in "".join(c.sections)])
def test_paper(slug: str, built: tuple[Workspace, Report]) -> None:
    workspace, _ = built
    data = (workspace.output / slug / f"{slug}.pdf").read_bytes()
    assert _wrong(CASES[slug], "pdf", workspaces.pdf_words(data)) == []


def _wrong(case: cases.Case, section: str, text: str) -> list[str]:
    """The lines of a section that aren't in the text, those that shouldn't be; and the text."""
    lost = [x for x in case.lines(section) if workspaces.spaced(x) not in text]
    extra = [x for x in case.lines(f"{section}-not") if workspaces.spaced(x) in text]
    return [*lost, *extra, text] if lost or extra else []


@pytest.mark.slow
@pytest.mark.parametrize("slug", CASES)
def test_faults(slug: str, built: tuple[Workspace, Report]) -> None:
    _, report = built
    said = [
        f"{d.span.line}:{d.span.column} {d.severity} {d.code}"
        for d in report.diagnostics
        if d.span and d.span.path.stem == slug
    ]
    assert said == list(CASES[slug].lines("faults"))
