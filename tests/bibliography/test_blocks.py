"""A .bib file in chunks is the .bib file."""

from __future__ import annotations

import string
from typing import Any

from bibtexparser.splitter import Splitter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from octavo.bibliography.blocks import parse_chunk, split_chunks, universal_newlines
from octavo.bibliography.conversion import convert_jobs
from octavo.bibliography.library import Library

PIECES = st.sampled_from(
    ["@book{", "@article(", "@string{", "@comment{", "@preamble{", "@", "{", "}", "(", ")", '"',
     ",", "=", "\n", "\n\n", " ", "\t", "\\", "%", "#", "key", "title", "{a}", '"b"', "1999",
     "@book{k,\n title = {T},\n}\n", "é", "中", "\u2003", "\x0c", "\x00"]
)  # fmt: skip
HOSTILE = st.lists(PIECES, max_size=40).map("".join)


def whole(text: str) -> list[tuple[str, int, list[tuple[str, str]]]]:
    """The entries that bibtexparser finds in a whole text, broken ones left out."""
    found = []
    for block in Splitter(text).split().blocks:
        inner: Any = getattr(block, "ignore_error_block", None) or block
        if hasattr(inner, "entry_type") and inner.key:
            fields = [(f.key.lower(), f.value) for f in inner.fields]
            found.append((inner.key, inner.start_line, fields))
    return found


# bibtexparser takes \\\\{ for an escaped brace, doesn't count a line that ends in a backslash, and
# reads what % comments out; there we part from it.
APART = ("\\\\", "\\\n", "%")


@given(HOSTILE.filter(lambda text: not any(part in text for part in APART)))
@example("@book{a, title={x}\n @book{b, title={y}}")
@example("@book{a, title={x @ {y}}}\n@book{b}")
def test_parsing_by_chunk_is_parsing_the_whole(text: str) -> None:
    ours = []
    for chunk in split_chunks(text.encode("utf-8")):
        parsed = parse_chunk(chunk.data)
        broken = {fault.line for fault in parsed.faults if fault.code == "broken-entry"}
        for entry in parsed.entries:
            if broken and not _parsed_whole(entry.key, entry.line, chunk.data):
                continue
            ours.append((entry.key, chunk.line - 1 + entry.line, entry.fields))
    assert ours == [(key, line, dict(fields)) for key, line, fields in whole(text)]


def _parsed_whole(key: str, line: int, data: bytes) -> bool:
    return any((key, line) == (k, at) for k, at, _ in whole(data.decode("utf-8")))


@given(HOSTILE)
def test_chunks_are_the_file_byte_for_byte(text: str) -> None:
    data = universal_newlines(text.encode("utf-8"))
    chunks = list(split_chunks(data))
    assert b"".join(chunk.data for chunk in chunks) == data
    position = 0
    for chunk in chunks:
        assert chunk.line == data.count(b"\n", 0, position) + 1
        position += len(chunk.data)


@given(st.binary(max_size=200) | HOSTILE.map(str.encode))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    for chunk in split_chunks(universal_newlines(data)):
        parsed = parse_chunk(chunk.data)
        assert all(entry.key for entry in parsed.entries)


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=3).map("\n".join))
def test_every_entry_gives_an_item_or_a_reason(tmp_path_factory: Any, text: str) -> None:
    path = tmp_path_factory.mktemp("hostile") / "refs.bib"
    path.write_text(text, encoding="utf-8")
    library = Library.open([path]).value
    for key in library.entries():
        answer = library.resolve([key])
        assert (key in answer.value) != bool(answer.diagnostics)
    library.close()


WORD = st.text(string.ascii_letters + "àéîõüß ", min_size=1, max_size=12)
FIELD = st.tuples(st.sampled_from(["title", "author", "note", "date"]), WORD)


@given(st.lists(st.tuples(st.integers(0, 99), st.lists(FIELD, max_size=4)), max_size=6))
def test_what_is_written_is_read(entries: list[tuple[int, list[tuple[str, str]]]]) -> None:
    text = "".join(
        f"@misc{{k{key},\n" + "".join(f"  {n} = {{{v}}},\n" for n, v in fields) + "}\n\n"
        for key, fields in entries
    )
    read = [
        entry
        for chunk in split_chunks(text.encode("utf-8"))
        for entry in parse_chunk(chunk.data).entries
    ]
    assert [(e.key, e.fields) for e in read] == [
        (f"k{key}", {n: f"{{{v}}}" for n, v in fields}) for key, fields in entries
    ]


def test_no_jobs_make_no_items() -> None:
    assert convert_jobs([]) == []
