"""Every construct of the dialect, on the page and in the paper: ``cases/*.txt``."""

from __future__ import annotations

import pytest
from tests.publishing import casefiles
from tests.publishing.casefiles import Case

CASES = [
    pytest.param(case, id=f"{path.stem}: {case.name}")
    for path in sorted(casefiles.FOLDER.glob("*.txt"))
    for case in casefiles.read(path)
]


@pytest.mark.parametrize("case", CASES)
def test_page(case: Case) -> None:
    assert casefiles.page_of(case.source) == case.page


@pytest.mark.skipif(casefiles.PDFTOTEXT is None, reason="pdftotext (poppler-utils) is missing")
@pytest.mark.parametrize("case", CASES)
def test_paper(case: Case) -> None:
    assert casefiles.paper_of(case.source) == case.paper


def test_a_file_of_cases_is_written_as_it_is_read() -> None:
    for path in casefiles.FOLDER.glob("*.txt"):
        assert casefiles.write(casefiles.read(path)) == path.read_text(encoding="utf-8")
