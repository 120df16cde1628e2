"""Parameters that an essay doesn't have are said before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.notebooks import parameters
from octavo.notebooks.pair import cells_of
from octavo.notebooks.records import Plan

TEXT = '---\ntitle: T\n---\n\n```python tags=["parameters"]\nmeasure = 66\nyears: int = 3\n```\n'


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("measure", None),
        ("years", None),
        ("mesure", "did you mean 'measure'?"),
        ("zzz", "it has measure, years"),
    ],
)
def test_check(given: str, hint: str | None) -> None:
    plan = Plan(cells=cells_of(TEXT), folder=Path(), parameters=((given, 1),))
    assert [d.hint for d in parameters.check(plan, Path("a.md"))] == ([hint] if hint else [])


def test_an_essay_without_a_parameters_cell_says_how_to_make_one() -> None:
    plan = Plan(cells=cells_of("```python\nx = 1\n```\n"), folder=Path(), parameters=(("x", 2),))
    assert "tag the cell" in parameters.check(plan, Path("a.md"))[0].hint
