"""The law of the parser that follows typing: it gives what parsing the whole text gives."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.essays.weave import parse
from octavo.lab import parsing

PARTS = (
    "word", "another", "*emphasis*", "**strong", "`code`", "``", "$x^2$", "$", "[@key, p. 3]",
    "@key", "^[a note]", "^[a note [@key] in it]", "[^1]", "[link](https://example.org)", "[bare]",
    "[Part]", '"quoted"', "it's", "--", "...", "H~2~O", "x^2^", "<b>raw</b>", "<!--", "-->", "\\",
    "# Part", "## Part {#own}", "- item", "1. item", "(a) item", "> quoted", ": defined", "| line",
    "| a | b |", "|---|---|", "---", "===", "::: note", ":::", "```", "~~~", "    code", "\t",
    "[^1]: The note.", "[bare]: https://example.org", "$$", "\\begin{x}", "{.class}", "a. b", "+",
    "Table: caption", "\\newcommand{\\R}{x}", "\\R", "[^a@b]", "[^a@b]: Note.", "{", "}", "Part",
    "@fig-x", "![alt](p.png)", "[[page]]", "![[page]]", "{=html}", "`{python} n`", "*", "_", "~",
)  # fmt: skip
LINE = st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map(" ".join)
PROSE = st.lists(
    st.sampled_from(("word", "it's", "*said*", "[@key, p. 3]", "^[a note]", "$x$", '"so"')),
    min_size=1, max_size=6,
).map(" ".join)  # fmt: skip
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
BETWEEN = st.sampled_from(("\n\n", "\n\n", "\n\n\n", "\n\n  ", "\n \n\t", "\n\n\n    "))
TYPED = st.tuples(st.integers(0, 400), st.text(" \n\t:@[]{}<>-*`$\\^~|aA1", max_size=2))
TEXT = st.lists(
    st.tuples(st.one_of(PARAGRAPH, PROSE, st.just("word")), BETWEEN), min_size=1, max_size=6
)


def _same(tree: Any) -> str:
    return re.sub(r'"citationNoteNum": \d+', "", json.dumps(tree["blocks"]))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(TEXT, st.integers(0, 5), st.lists(st.one_of(PROSE, LINE), min_size=1, max_size=3))
def test_edits_of_a_paragraph_are_parsed_as_the_whole(
    chunks: list[tuple[str, str]], place: int, edits: list[str]
) -> None:
    """Whatever stands around it, and whatever it becomes."""
    parser = parsing.Parser()
    parser.parse("".join(map("".join, chunks)))
    for edit in edits:
        chunks[place % len(chunks)] = (edit, chunks[place % len(chunks)][1])
        text = "".join(map("".join, chunks))
        assert _same(parser.parse(text)) == _same(parse(text))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(TEXT, st.lists(TYPED, min_size=1, max_size=4))
def test_single_keys_are_parsed_as_the_whole(
    chunks: list[tuple[str, str]], keys: list[tuple[int, str]]
) -> None:
    """One character more or less, anywhere."""
    text = "".join(map("".join, chunks))
    parser = parsing.Parser()
    parser.parse(text)
    for place, typed in keys:
        at = place % (len(text) + 1)
        text = text[:at] + typed + text[at + (0 if typed else 1) :]
        assert _same(parser.parse(text)) == _same(parse(text))


CASES = (
    ("t\n\nT", "t\n\n\tT"),
    ("- item\n\nB", "- item\n\n  B"),
    ("```\na\n\nb\n```", "```\na\n\n\nb\n```"),
    ("Some words.\n\n<!--\n\nSome words.\n\n-->", "Some words.\n\n<!--\n\nSome other.\n\n-->"),
    ("Two\nlines\n\n: def", "Two lines\n\n: def"),
    ("| a |\n|---|\n| 1 |\n\nTabl: cap", "| a |\n|---|\n| 1 |\n\nTable: cap"),
    ("\\newcommand{\\R}{x}\n\nLet x.", "\\newcommand{\\R}{x}\n\nLet $x\\R$."),
    ("Text a\n\nb} end", "Text \\foo{a\n\nb} end"),
    ("<!--\n\nB\n\nC", "<!--\n\nB --> x\n\nC"),
    ("See this.\n\n[^a@b]: N.", "See this[^a@b].\n\n[^a@b]: N."),
    ("# Mail a@b.c\n\nSee.", "# Mail a@b.c\n\nSee [Mail a@b.c]."),
)


@pytest.mark.parametrize(("before", "after"), CASES)
def test_what_once_was_parsed_otherwise(before: str, after: str) -> None:
    """Found by a reader and many random edits."""
    parser = parsing.Parser()
    parser.parse(before)
    assert _same(parser.parse(after)) == _same(parse(after))


def test_one_paragraph_is_parsed_where_one_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law holds of a parser that always parses all, too: this one doesn't."""
    parsed: list[str] = []

    def noting(text: str) -> Any:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(parsing, "parse", noting)
    parsing._alone.cache_clear()
    parser = parsing.Parser()
    whole = "# A\n\nOne says [@key].\n\n- two\n\nThree."
    parser.parse(whole)
    tree = parser.parse(whole.replace("One says", "One says more"))
    assert parsed == [whole, "One says [@key].", "One says more [@key]."]
    assert _same(tree) == _same(parse(whole.replace("One says", "One says more")))
