"""A library takes .bib files as they are, and says where what is wrong stands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from octavo.bibliography.library import Library
from octavo.bibliography.records import CitedPlace
from octavo.records import Outcome

Open = Callable[..., Outcome[Library]]

REFS = r"""% exported by hand
@string{jacm = "Journal of the {ACM}"}

@article{knuth1999,
  author = "Knuth, D. and M{\"u}ller, J.",
  title = {{NASA} and the Moon: A Study},
  journal = jacm, year = 1999, month = jan,
}

@inproceedings{child, author = {Doe, Jane}, title = {A Part}, crossref = {whole}}
@proceedings{whole, title = {The Whole}, editor = {Roe, Rick}, year = 2001}
"""


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def open_(text: str, name: str = "refs.bib") -> Outcome[Library]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Library.open([tmp_path / name], tmp_path / "cache" / "index.sqlite")

    return open_


def test_entry_becomes_item_with_macro_name_date_and_case(opened: Open) -> None:
    item = opened(REFS).value.get("knuth1999")
    assert item == {
        "id": "knuth1999",
        "type": "article-journal",
        "author": [{"family": "Knuth", "given": "D."}, {"family": "Müller", "given": "J."}],
        "title": "NASA and the moon: A study",
        "title-short": "NASA and the moon",
        "container-title": "Journal of the ACM",
        "issued": {"date-parts": [[1999, 1]]},
    }


def test_crossref_inherits_from_an_entry_that_was_not_asked_for(opened: Open) -> None:
    item = opened(REFS).value.get("child")
    assert item is not None
    assert item["container-title"] == "The whole"
    assert item["editor"] == [{"family": "Roe", "given": "Rick"}]


def test_entry_knows_its_file_and_line(opened: Open, tmp_path: Path) -> None:
    entry = opened(REFS).value.entry("child")
    assert entry is not None
    assert str(entry.span) == f"{tmp_path / 'refs.bib'}:10"
    assert entry.raw.startswith("@inproceedings{child,")


def test_unknown_key_names_the_nearest(opened: Open) -> None:
    answer = opened(REFS).value.resolve(["knuth1999", "knuht1999", "zzz"])
    assert list(answer.value) == ["knuth1999"]
    assert [(d.code, d.hint) for d in answer.diagnostics] == [
        ("unknown-citekey", "Did you mean knuth1999?"),
        ("unknown-citekey", "Add it: octavo refs add."),
    ]


def test_duplicate_citekey_is_reported_at_the_second(opened: Open) -> None:
    outcome = opened("@book{a, title={One}}\n@book{b, title={Two}}\n@book{a, title={Three}}\n")
    (fault,) = outcome.diagnostics
    assert (fault.code, fault.span and fault.span.line) == ("duplicate-citekey", 3)
    item = outcome.value.get("a")
    assert item is not None
    assert item["title"] == "One"


def test_broken_entry_costs_one_field_and_no_neighbour(opened: Open) -> None:
    text = (
        "@book{a, title={A}}\n@book{b,\n  title = {B},\n  publisher = {{X},\n  year = 2000\n}\n"
        "@book{c, title={C}}\n"
    )
    outcome = opened(text)
    (fault,) = outcome.diagnostics
    assert (fault.code, fault.span and fault.span.line) == ("broken-entry", 4)
    assert "publisher" in fault.message
    assert set(outcome.value.items(["a", "b", "c"])) == {"a", "b", "c"}
    item = outcome.value.get("b")
    assert item is not None
    assert item["issued"] == {"date-parts": [[2000]]}


def test_what_pandoc_refuses_does_not_spoil_the_batch(opened: Open) -> None:
    outcome = opened("@book(a, title={A})\n@book{b c, title={B}}\n@book{c, title={C}}\n")
    items = outcome.value.items(["a", "b c", "c"])
    assert {key: item["title"] for key, item in items.items()} == {"a": "A", "b c": "B", "c": "C"}


def test_changed_file_is_noticed(opened: Open) -> None:
    library = opened(REFS).value
    assert library.get("new") is None
    opened(f"@book{{new, title={{New}}}}\n{REFS}")
    assert library.refresh() == ()
    assert library.get("new") is not None
    entry = library.entry("knuth1999")
    assert entry is not None
    assert entry.span.line == 5


def test_missing_file_is_a_diagnostic(tmp_path: Path) -> None:
    outcome = Library.open([tmp_path / "none.bib"])
    assert [d.code for d in outcome.diagnostics] == ["unreadable-bibliography"]
    assert outcome.value.keys() == ()


SEARCHED = r"""
@book{smithson2001, author={Smithson, Ann}, title={Garden Paths}, year=2001}
@article{doe2019, author={Doe, Jo and Smith, Al}, title={The Garden}, year=2019}
@article{smith2019, author={Smith, Zo{\"e}}, title={A garden in Krak\'ow}, date={2019-05}}
@article{wang2020, author={王, 小明}, title={中国园林史}, year=2020}
@article{o2020, author={\O{}rsted, H}, title={Stra{\ss}e}, year=2020}
"""


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("@smi 2019 garden", ["smith2019", "doe2019"]),
        ("SMITH", ["smith2019", "smithson2001", "doe2019"]),
        ("zoe krakow", ["smith2019"]),
        ("Zoë Kraków", ["smith2019"]),
        ("园林", ["wang2020"]),
        ("orsted strasse", ["o2020"]),
        ("doe2019", ["doe2019"]),
        ('"garden* (:^', ["doe2019", "smith2019", "smithson2001"]),
        ("", []),
        ("@", []),
        ("nosuchword", []),
    ],
)
def test_search(opened: Open, query: str, keys: list[str]) -> None:
    hits = [hit.key for hit in opened(SEARCHED).value.search(query)]
    assert sorted(hits) == sorted(keys)
    assert hits[:1] == keys[:1] or query.startswith('"')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("refs.json", '[\n {"id": "a", "title": "A"},\n {"id": 7, "title": "B"}\n]'),
        ("refs.yaml", "references:\n- id: a\n  title: A\n- id: 7\n  title: B\n"),
    ],
)
def test_csl_files(opened: Open, name: str, text: str) -> None:
    library = opened(text, name).value
    assert library.keys() == ("a", "7")
    item = library.get("7")
    assert item is not None
    assert item["title"] == "B"
    entry = library.entry("7")
    assert entry is not None
    assert entry.span.line == (3 if name == "refs.json" else 4)


def test_broken_json_item_costs_that_item(opened: Open) -> None:
    outcome = opened('[{"id": "a"},\n{"id": "b", "title": },\n{"id": "c"}]', "refs.json")
    assert outcome.value.keys() == ("a", "c")
    assert [(d.code, d.span and d.span.line) for d in outcome.diagnostics] == [("broken-entry", 2)]


def test_citations_of_an_essay_replace_those_before(opened: Open, tmp_path: Path) -> None:
    library = opened(REFS).value
    essay = tmp_path / "essay.md"
    first = CitedPlace(key="child", essay=essay, line=3, sentence="As Doe says.", locator="12")
    library.record_citations(essay, [first, CitedPlace(key="whole", essay=essay, line=4)])
    assert library.cited("child") == (first,)
    library.record_citations(essay, [first])
    assert library.cited() == (first,)


def test_hidden_copies_of_a_note_are_no_notes(opened: Open, tmp_path: Path) -> None:
    """JupyterLab puts its checkpoints beside what it saves."""
    notes = tmp_path / "notes"
    (notes / ".ipynb_checkpoints").mkdir(parents=True)
    text = "---\nsource: smith2019\n---\n\nA note.\n"
    for name in ("smith2019.md", ".ipynb_checkpoints/smith2019-checkpoint.md"):
        (notes / name).write_text(text, encoding="utf-8")
    library = opened("@book{smith2019, title={T}}").value
    library.index_notes(notes)
    assert library.notes() == {"smith2019": notes / "smith2019.md"}


def test_one_changed_entry_is_one_entry_read_again(opened: Open) -> None:
    entries = [f"@book{{k{n}, title={{Title {n}}}}}\n" for n in range(50)]
    library = opened("".join(entries)).value
    before = {key: entry.number for key, entry in library.entries().items()}
    library.items(before)
    entries[20] = "@book{k20,\n title={Changed}}\n"
    opened("".join(entries))
    assert library.refresh() == ()
    after = library.entries()
    assert [key for key in after if after[key].number != before[key]] == ["k20"]
    assert (after["k19"].span.line, after["k21"].span.line) == (20, 23)
    assert [hit.key for hit in library.search("changed")] == ["k20"]
    assert len(library.search("title", limit=100)) == 49
    assert library.get("k20") == {"id": "k20", "type": "book", "title": "Changed"}


def test_a_changed_parent_or_macro_changes_the_item(opened: Open) -> None:
    library = opened(REFS).value
    items = library.items(["child", "knuth1999"])
    assert items["knuth1999"]["container-title"] == "Journal of the ACM"
    opened(REFS.replace("{ACM}", "{IEEE}").replace("The Whole", "The Sum"))
    assert library.refresh() == ()
    items = library.items(["child", "knuth1999"])
    assert items["knuth1999"]["container-title"] == "Journal of the IEEE"
    assert items["child"]["container-title"] == "The sum"
    assert [hit.key for hit in library.search("ieee")] == ["knuth1999"]


def test_a_damaged_or_foreign_index_is_made_again(opened: Open, tmp_path: Path) -> None:
    opened(REFS).value.close()
    cache = tmp_path / "cache" / "index.sqlite"
    cache.write_bytes(b"no database" * 1000)
    assert opened(REFS).value.get("child") is not None


def test_two_libraries_share_an_index_and_keep_to_their_files(tmp_path: Path) -> None:
    cache = tmp_path / "index.sqlite"
    for name in ("a", "b"):
        (tmp_path / f"{name}.bib").write_text(f"@book{{{name}, title={{Common}}}}\n@book{{x}}\n")
    a = Library.open([tmp_path / "a.bib"], cache).value
    b = Library.open([tmp_path / "b.bib"], cache)
    assert b.diagnostics == ()
    assert ([h.key for h in a.search("common")], a.keys()) == (["a"], ("a", "x"))
    assert ([h.key for h in b.value.search("common")], b.value.keys()) == (["b"], ("b", "x"))
    both = Library.open([tmp_path / "b.bib", tmp_path / "a.bib"], cache)
    assert [d.code for d in both.diagnostics] == ["duplicate-citekey"]
    entry = both.value.entry("x")
    assert entry is not None
    assert entry.span.path.name == "b.bib"


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ("@book{é, title={Ü}}".encode("utf-16"), []),
        ("\ufeff@book{é, title={Ü}}".encode(), []),
        ("@comment{x}\r@book{é, title={Ü}}\r".encode(), []),
        ("\r\n\r\n@book{é,\r\n title={Ü}}\r\n".encode(), []),
        ("@book{é, title={Ü}}".encode("cp1252"), ["encoding-fault"]),
    ],
)
def test_encodings_and_line_ends(tmp_path: Path, data: bytes, codes: list[str]) -> None:
    (tmp_path / "refs.bib").write_bytes(data)
    outcome = Library.open([tmp_path / "refs.bib"])
    assert [d.code for d in outcome.diagnostics] == codes
    assert outcome.value.get("é") == {"id": "é", "type": "book", "title": "Ü"}


def test_an_index_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(REFS, encoding="utf-8")
    (tmp_path / "file").write_text("no folder")
    library = Library.open([tmp_path / "refs.bib"], tmp_path / "file" / "index.sqlite").value
    assert library.get("child") is not None


def _open_in_a_process(paths: tuple[Path, Path]) -> int:
    library = Library.open([paths[0]], paths[1]).value
    return len(library.items(library.keys()[:20])) + len(library)


@pytest.mark.slow
def test_processes_share_an_index(tmp_path: Path) -> None:
    entries = "".join(f"@book{{k{n}, title={{Title {n}}}}}\n" for n in range(3000))
    (tmp_path / "refs.bib").write_text(entries)
    work = [(tmp_path / "refs.bib", tmp_path / "index.sqlite")] * 4
    with ProcessPoolExecutor(4, get_context("spawn")) as pool:
        assert list(pool.map(_open_in_a_process, work)) == [3020] * 4


def test_parents_and_macros_come_from_other_files_too(tmp_path: Path) -> None:
    texts = {
        "a": "@inbook{child, title={Part}, publisher=pub, crossref={whole}}\n"
        "@book{loop, crossref={loop2}, title={L}}\n@book{loop2, crossref={loop}, year=1}\n",
        "b": '@string{house = "House"}\n@string{pub = "The " # house}\n'
        "@xdata{place, location={Town}}\n@book{whole, title={Whole}, year=2001, xdata={place}}\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.bib").write_text(text)
    library = Library.open([tmp_path / "a.bib", tmp_path / "b.bib"]).value
    assert library.get("child") == {
        "id": "child", "type": "chapter", "title": "Part", "container-title": "Whole",
        "publisher": "The House", "publisher-place": "Town", "issued": {"date-parts": [[2001]]},
    }  # fmt: skip
    assert set(library.items(["loop", "loop2"])) == {"loop", "loop2"}


def test_a_file_that_is_gone_is_forgotten(opened: Open, tmp_path: Path) -> None:
    library = opened(REFS).value
    (tmp_path / "refs.bib").unlink()
    assert [d.code for d in library.refresh()] == ["unreadable-bibliography"]
    assert (library.keys(), library.search("whole")) == ((), [])
    opened(REFS)
    assert library.refresh() == ()
    assert [hit.key for hit in library.search("whole")] == ["whole"]
