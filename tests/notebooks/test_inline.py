"""Inline values: what is computed, and what only quotes the syntax."""

from __future__ import annotations

import pytest

from octavo.notebooks import inline

CASES = [
    ("there are `{python} n` of them", "there are 1 of them"),
    ("`{python} a`, `{python} b`", "1, 2"),
    ("`` `{python} n` ``", "`` `{python} n` ``"),
    ("```` ```{.sh} ```` and `{python} n`", "```` ```{.sh} ```` and 1"),
    ("````{.markdown}\n`{python} n`\n````\n`{python} n`", "````{.markdown}\n`{python} n`\n````\n1"),
    ("~~~\n`{python} n`\n~~~~\n\n`{python} n`", "~~~\n`{python} n`\n~~~~\n\n1"),
    ("```\n`{python} n`\n", "```\n`{python} n`\n"),
    ("a `{python}\nn` b `{python} n +\nm`", "a 1 b 2"),
    ("`{python} n\n\n`", "`{python} n\n\n`"),
    ("`code`, `{.python}` and `{python}n`", "`code`, `{.python}` and `{python}n`"),
]


def test_a_wrapped_expression_is_one_line() -> None:
    assert inline.expressions("`{python} n +\nm`") == ("n + m",)


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_expressions_are_replaced_and_quotations_are_not(source: str, expected: str) -> None:
    values = tuple(str(n) for n, _ in enumerate(inline.expressions(source), start=1))
    assert inline.substitute(source, values) == expected
