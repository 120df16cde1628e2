"""Citekeys, entries appended to files, and the lock."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.bibliography import citekeys, lock, writing
from octavo.bibliography.library import Library
from octavo.bibliography.sources.records import Fetched, Update

ITEM: dict[str, Any] = {
    "type": "article-journal",
    "title": "The <i>Garden</i> of Forking Paths: 5% & more",
    "author": [{"family": "Müller-Øre", "given": "Jörg"}, {"literal": "ACME Corp"}],
    "container-title": "Journal of the Gardens",
    "issued": {"date-parts": [[2019, 5, 3]]},
    "DOI": "10.1000/a_b",
}


@pytest.mark.parametrize(
    ("pattern", "taken", "key"),
    [
        ("{author}{year}{word}", (), "mullerore2019garden"),
        ("{author}{year}{word}", ("mullerore2019garden",), "mullerore2019gardena"),
        ("{authors}-{year}", (), "mullerore" + "acmecorp-2019"),
        ("{author}:{title}", (), "mullerore:gardenforkingpaths"),
        ("{container}_{type}", (), "jg_articlejournal"),
        ("{ }", (), None),
        ("{nothing}", (), None),
        ("{0}", (), None),
        ("{author.x}", (), None),
        ("{", (), None),
    ],
)
def test_citekey(pattern: str, taken: tuple[str, ...], key: str | None) -> None:
    if key is None:
        with pytest.raises(citekeys.PatternError, match="made of"):
            citekeys.make(ITEM, taken, pattern)
    else:
        assert citekeys.make(ITEM, taken, pattern) == key


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({}, "reference"),
        ({"title": "The", "publisher": "Big House"}, "bigthe"),
        (
            {"author": [{"family": "王"}], "title": "中国 园林", "issued": {"raw": "2001"}},
            "王2001中国",
        ),
        ({"editor": [{"family": "O'Neill"}], "title": "Who?"}, "oneillwho"),
    ],
)
def test_citekey_of_odd_items(item: dict[str, Any], key: str) -> None:
    assert citekeys.make(item, ()) == key


@given(st.dictionaries(st.sampled_from(["title", "publisher"]), st.text()), st.sets(st.text()))
def test_citekey_is_new_and_citable(item: dict[str, Any], taken: set[str]) -> None:
    key = citekeys.make(item, taken)
    assert key not in taken
    assert key
    assert not set(key) & set(" {},\"'@;[]\\")


@pytest.mark.parametrize(
    ("before", "gap"),
    [
        (b"", ""),
        (b"@book{a}\n", "\n"),
        (b"@book{a}", "\n\n"),
        (b"\xef\xbb\xbf@book{a}\r\n", "\r\n"),
        (b"% Latin-1: \xe9\n", "\n"),
    ],
)
def test_append_leaves_every_other_byte(tmp_path: Path, before: bytes, gap: str) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(before)
    text = writing.append(path, {**ITEM, "id": "new2019"})
    after = path.read_bytes()
    assert after.startswith(before + gap.encode() + b"@article{new2019,")
    assert (b"\r\n" in before) == (after.count(b"\n") == after.count(b"\r\n"))
    assert text.startswith("@article{new2019,")
    item = Library.open([path]).value.get("new2019")
    assert item == {**ITEM, "id": "new2019"}


def test_append_to_csl_json(tmp_path: Path) -> None:
    path = tmp_path / "refs.json"
    for before in ("", "[]", '[\n  {"id": "a"}\n]\n'):
        path.write_text(before)
        writing.append(path, {**ITEM, "id": "new"})
        ids = [item["id"] for item in json.loads(path.read_text())]
        assert ids == (["a", "new"] if "a" in before else ["new"])
    path.write_text("{}")
    with pytest.raises(ValueError, match="not a list"):
        writing.append(path, {**ITEM, "id": "new"})
    assert path.read_text() == "{}"


NAME = st.text(st.characters(categories=["Lu", "Ll"]), min_size=2, max_size=8)


@settings(max_examples=25, deadline=None)
@given(NAME, NAME, st.integers(1000, 2100), st.text("abc $%&#_{}~^<>", min_size=1, max_size=12))
def test_an_appended_item_comes_back(family: str, given_: str, year: int, note: str) -> None:
    item = {
        "id": "k", "type": "book", "title": "Title", "note": f"x{note}x",
        "author": [{"family": family, "given": given_}], "issued": {"date-parts": [[year]]},
    }  # fmt: skip
    entry = writing.as_entry(item)
    assert entry.startswith("@book{k,")
    assert f"{year}" in entry


TODAY = datetime.date(2026, 11, 23)


def fetched(**changes: Any) -> Fetched:
    return Fetched(identifier="doi:10.1000/a_b", source="https://x", item={**ITEM, **changes})


def test_lock_is_deterministic_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "refs.lock"
    one = lock.locked(fetched(), TODAY, "key2019")
    two = lock.locked(Fetched(identifier="arxiv:1", source="y", item={"title": "B"}), TODAY)
    assert lock.write(path, lock.Lock().with_reference(one).with_reference(two))
    text = path.read_text(encoding="utf-8")
    assert not lock.write(path, lock.Lock().with_reference(two).with_reference(one))
    assert lock.read(path).value.references == {"doi:10.1000/a_b": one, "arxiv:1": two}
    assert text.index("arxiv:1") < text.index("doi:10.1000")
    assert "Müller" in text


def test_identifier_resolves_from_the_lock() -> None:
    kept = lock.Lock().with_reference(lock.locked(fetched(), TODAY))
    for written in ("doi:10.1000/A_B", "https://doi.org/10.1000/a_b"):
        assert lock.resolve_identifier(kept, written) == {**ITEM, "id": written}
    assert lock.resolve_identifier(kept, "doi:10.1000/other") is None
    assert lock.resolve_identifier(kept, "smith2019") is None
    assert not lock.is_identifier("smith2019")


@pytest.mark.parametrize("text", ["{", "[]", '{"references": {"doi:1": {}}}', '{"references": 1}'])
def test_broken_lock_is_a_diagnostic(tmp_path: Path, text: str) -> None:
    path = tmp_path / "refs.lock"
    path.write_text(text)
    assert [d.code for d in lock.read(path).diagnostics] == ["broken-lock"]


def test_refresh_shows_what_changed_field_by_field() -> None:
    old = lock.locked(fetched(accessed={"date-parts": [[2020]]}), TODAY, "k")
    later = datetime.date(2027, 1, 1)
    assert lock.refreshed(old, fetched(accessed={"date-parts": [[2027]]}), later) is old
    new = lock.refreshed(old, fetched(volume="4", DOI=None), later)
    assert (new.retrieved, new.citekey) == ("2027-01-01", "k")
    found = [(c.variable, c.before, c.after) for c in lock.changes(old.item, new.item)]
    assert found == [("DOI", "10.1000/a_b", None), ("volume", None, "4")]


def test_retracted_works_are_found_by_citekey_and_identifier() -> None:
    notice = Update(type="retraction", doi="10.1/n", date="2021-03-04")
    entry = Fetched(identifier="doi:10.1000/a_b", source="x", item=ITEM, updates=(notice,))
    kept = lock.Lock().with_reference(lock.locked(entry, TODAY, "k"))
    keys = ["k", "other", "doi:10.1000/a_b"]
    assert lock.retractions(kept, keys) == {"k": notice, "doi:10.1000/a_b": notice}
