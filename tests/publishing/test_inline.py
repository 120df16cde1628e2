"""Titles and summaries are Markdown, of one line, without links."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from octavo.publishing import inline


@pytest.mark.parametrize(
    ("text", "shown", "bare"),
    [
        ("Plain words, 1984: yes", "Plain words, 1984: yes", "Plain words, 1984: yes"),
        ("On *Emile*", "On <em>Emile</em>", "On Emile"),
        ('It\'s "so"', "It’s “so”", "It’s “so”"),
        ("Wait...", "Wait…", "Wait…"),
        ("`a_b` & c", "<code>a_b</code> &amp; c", "a_b & c"),
        ("snake_case stays", "snake_case stays", "snake_case stays"),
        ("In praise of <indexes>", "In praise of &lt;indexes&gt;", "In praise of <indexes>"),
        ("[A link](https://example.org)", "A link", "A link"),
        ("# 1. not a heading", "# 1. not a heading", "# 1. not a heading"),
        ("1. not a list", "1. not a list", "1. not a list"),
        ("two\nlines", "two\nlines", "two\nlines"),
        ("C#", "C#", "C#"),
        ("Ångström", "Ångström", "Ångström"),
        ("", "", ""),
    ],
)
def test_a_short_text(text: str, shown: str, bare: str) -> None:
    assert inline.rich(text) == shown
    assert inline.plain(text) == bare


def test_a_formula_in_a_title_is_read_once() -> None:
    assert "<math" in inline.rich("On $x^2$")
    assert inline.plain("On $x^2$").split() == ["On", "x2"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), max_size=4))
@example(["*a*", "#", "# #", "b_"])
@example(["", " ", "*"])
def test_no_text_changes_another(texts: list[str]) -> None:
    inline._memory.clear()
    inline.prepare(texts)
    together = [str(inline.rich(text)) for text in texts]
    inline._memory.clear()
    assert together == [str(inline.rich(text)) for text in texts]
    assert not any(re.search(r"<(?:a|img|script|p|h1)\b", shown) for shown in together)
