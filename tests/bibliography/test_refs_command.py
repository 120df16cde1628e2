"""octavo refs, as a writer types it, in a small workspace."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from octavo.bibliography import adding, lock
from octavo.bibliography.library import Library
from octavo.bibliography.records import CitedPlace
from octavo.bibliography.sources.http import Web
from octavo.cli import main

REFS = """\
@book{smith2019, author = {Smith, Zoë}, title = {Garden Paths}, publisher = {P}, date = {2019},
  doi = {https://doi.org/10.1000/abc}}
@article{doe2001, author = {Doe, Jane and Roe, Rick}, title = {On {Walls}}, date = {2001}}
"""
NOTE = """\
---
source: smith2019
status: read
---

> Every path divides. [@smith2019, p. 12]

A thought about *labyrinths*.
"""


class Workspace:
    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "bibliography").mkdir()
        (root / "notebooks" / "reading").mkdir(parents=True)
        (root / "pyproject.toml").write_text("[tool.octavo]\n")
        self.refs = root / "bibliography" / "references.bib"
        self.refs.write_text(REFS, encoding="utf-8")
        (root / "notebooks" / "reading" / "smith2019.md").write_text(NOTE, encoding="utf-8")
        self.essay = root / "essays" / "walls.md"
        self.lock = root / "bibliography" / "refs.lock"

    def library(self) -> Library:
        return Library.open([self.refs], self.root / ".octavo" / "library.sqlite").value

    def cite(self, key: str) -> None:
        place = CitedPlace(
            key=key, essay=self.essay, line=7, section="Stones", sentence="So she says.",
            locator="12",
        )  # fmt: skip
        self.library().record_citations(self.essay, [place])

    def refs_(self, *words: str) -> Result:
        group, *rest = words
        sub = [rest.pop(0)] if group == "pull" else []
        return CliRunner().invoke(main, ["refs", group, *sub, "-C", str(self.root), *rest])

    def json(self, *words: str) -> Any:
        return json.loads(self.refs_(*words, "--json").stdout)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_search_finds_entries_and_reading_notes(workspace: Workspace) -> None:
    assert workspace.refs_("search", "@smi", "garden").stdout == (
        "smith2019  Smith, 2019: Garden Paths\n"
    )
    assert [hit["key"] for hit in workspace.json("search", "labyrinth")] == ["smith2019"]
    note = workspace.root / "notebooks" / "reading" / "smith2019.md"
    note.write_text(NOTE.replace("labyrinths", "mazes"))
    assert workspace.json("search", "labyrinth") == []
    assert [hit["key"] for hit in workspace.json("search", "maze")] == ["smith2019"]
    note.unlink()
    assert workspace.json("search", "maze") == []


def test_list(workspace: Workspace) -> None:
    assert [hit["key"] for hit in workspace.json("list")] == ["smith2019", "doe2001"]
    workspace.cite("doe2001")
    assert workspace.refs_("list", "--cited").stdout == "doe2001  Doe and Roe, 2001: On Walls\n"


def test_show(workspace: Workspace) -> None:
    workspace.cite("smith2019")
    shown = workspace.json("show", "@smith2019")
    assert shown["line"] == 1
    assert shown["item"]["author"] == [{"family": "Smith", "given": "Zoë"}]
    assert shown["reference"].startswith("Smith, Zoë. 2019. Garden Paths.")
    assert shown["note"]["status"] == "read"
    assert shown["quotations"] == [
        {"text": "Every path divides. [@smith2019, p. 12]", "colour": ""}
    ]
    assert shown["cited"] == [
        {
            "essay": str(workspace.essay), "line": 7, "section": "Stones",
            "sentence": "So she says.", "locator": "12", "label": "page",
        }
    ]  # fmt: skip
    text = workspace.refs_("show", "smith2019").stdout
    for part in ("Smith, Zoë. 2019.", "@book{smith2019,", "Every path divides", "walls.md:7"):
        assert part in text
    unknown = workspace.refs_("show", "smth2019")
    assert unknown.exit_code == 1
    assert "Did you mean smith2019?" in unknown.output


def test_check_and_fix(workspace: Workspace) -> None:
    workspace.cite("doe2001")
    found = [(d["code"], d["line"]) for d in workspace.json("check")["diagnostics"]]
    assert sorted(found) == [
        ("malformed-doi", 2), ("missing-field", 3), ("missing-note", 3), ("uncited-entry", 1),
    ]  # fmt: skip
    assert "-  doi = {https://doi.org/10.1000/abc}}" in workspace.refs_("fix").stdout
    assert workspace.refs.read_text("utf-8") == REFS
    assert "written" in workspace.refs_("fix", "--write").stdout
    assert workspace.refs.read_text("utf-8") == REFS.replace("https://doi.org/", "")
    assert workspace.refs_("fix", "--write").stdout == "Nothing to put right.\n"


def test_format_and_styles(workspace: Workspace) -> None:
    printed = workspace.refs_("format", "doe2001", "--style", "apa", "--html").stdout
    assert printed == "<div>Doe, J., &amp; Roe, R. (2001). <i>On Walls</i>.</div>\n"
    assert "no citation style" in workspace.refs_("format", "doe2001", "--style", "nope").output
    assert "apa" in [style["name"] for style in workspace.json("styles", "apa")]


PAGE = b"""<title>x</title><meta name="citation_title" content="A Page"><meta
name="citation_author" content="Poe, Edgar"><meta name="citation_date" content="1841">"""


def test_add_a_page_appends_locks_and_leaves_the_rest(workspace: Workspace, stand_in: Any) -> None:
    stand_in.routes["/page"] = lambda _: (200, {"Content-Type": "text/html"}, PAGE)
    url = f"{stand_in.url}/page"
    assert workspace.json("add", url, "--dry-run")[0]["key"] == "poe1841page"
    assert workspace.refs.read_text("utf-8") == REFS
    added = workspace.refs_("add", url)
    assert added.exit_code == 0, added.output
    assert workspace.refs.read_text("utf-8").startswith(REFS + "\n@")
    assert workspace.json("search", "poe")[0]["title"] == "A Page"
    entry = lock.read(workspace.lock).value.references[url]
    assert (entry.citekey, entry.item["title"]) == ("poe1841page", "A Page")
    page = PAGE.replace(b"A Page", b"Another Page")
    stand_in.routes["/page"] = lambda _: (200, {"Content-Type": "text/html"}, page)
    shown = workspace.refs_("update").stdout
    assert "- A Page" in shown
    assert "+ Another Page" in shown
    assert lock.read(workspace.lock).value.references[url] == entry
    workspace.refs_("update", "--write")
    assert lock.read(workspace.lock).value.references[url].item["title"] == "Another Page"
    assert "nothing changed" in workspace.refs_("update").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("doi:10.1000/zzz", "--offline"), "[offline]"),
        (("nonsense",), "[unknown-identifier]"),
        (("doi:10.1000/abc", "--offline"), "as smith2019"),
        (("a.pdf", "b.pdf", "--key", "k"), "one identifier"),
    ],
)
def test_add_that_adds_nothing(workspace: Workspace, words: tuple[str, ...], said: str) -> None:
    result = workspace.refs_("add", *words)
    assert said in result.output
    assert workspace.refs.read_text("utf-8") == REFS
    assert not workspace.lock.exists()


def test_add_by_doi(workspace: Workspace, stand_in: Any) -> None:
    item = {"type": "book", "title": "New", "author": [{"family": "Low", "given": "A"}]}
    stand_in.json("/doi/10.1000/new", item, kind="application/vnd.citationstyles.csl+json")
    adder = adding.Adder(
        library=workspace.library(), path=workspace.refs, lock_path=workspace.lock,
        today=datetime.date(2026, 11, 23), services=stand_in.services(),
    )  # fmt: skip
    with Web() as web:
        taken = adder.add("10.1000/NEW", web, key="doe2001")
        assert [d.code for d in taken.diagnostics] == ["taken-citekey"]
        first = adder.add("10.1000/NEW", web)
        again = adder.add("https://doi.org/10.1000/new", web)
    assert first.value is not None
    assert (first.value.citekey, first.value.new) == ("lownew", True)
    assert again.value is not None
    assert (again.value.citekey, again.value.new) == ("lownew", False)
    assert workspace.refs.read_text("utf-8").count("@book{lownew,") == 1
    resolved = lock.resolve_identifier(lock.read(workspace.lock).value, "doi:10.1000/new")
    assert resolved == {**item, "DOI": "10.1000/new", "id": "doi:10.1000/new"}


def test_a_broken_lock_stops_before_anything_is_written(
    workspace: Workspace, stand_in: Any
) -> None:
    stand_in.routes["/page"] = lambda _: (200, {"Content-Type": "text/html"}, PAGE)
    workspace.lock.write_text("<<<<<<< HEAD")
    assert "[broken-lock]" in workspace.refs_("add", f"{stand_in.url}/page").output
    assert workspace.refs.read_text("utf-8") == REFS
    assert workspace.refs_("update").exit_code == 1


def test_retracted_work_is_reported_with_its_sentence(workspace: Workspace) -> None:
    workspace.cite("smith2019")
    notice = {"type": "retraction", "doi": "10.1000/n", "date": "2021-03-04"}
    entry = {
        "citekey": "smith2019", "source": "x", "retrieved": "2026-11-23", "item": {},
        "updates": [notice],
    }  # fmt: skip
    workspace.lock.write_text(json.dumps({"references": {"doi:10.1000/abc": entry}}))
    faults = [d for d in workspace.json("check")["diagnostics"] if d["code"] == "retracted-work"]
    assert [(d["line"], "So she says." in d["message"]) for d in faults] == [(7, True)]


def test_update_without_a_network_ends_early_and_writes_nothing(workspace: Workspace) -> None:
    entry = {"source": "x", "retrieved": "2026-11-23", "item": {"title": "T"}}
    kept = {"references": {f"doi:10.1000/{n}": entry for n in range(9)}}
    workspace.lock.write_text(json.dumps(kept))
    result = workspace.refs_("update", "--offline", "--write")
    assert (result.exit_code, result.output.count("[offline]")) == (1, 2)
    assert set(lock.read(workspace.lock).value.references) == set(kept["references"])


def test_identifiers_that_essays_cite_are_fetched_by_update(
    workspace: Workspace, stand_in: Any
) -> None:
    stand_in.routes["/page"] = lambda _: (200, {"Content-Type": "text/html"}, PAGE)
    url = f"{stand_in.url}/page"
    workspace.cite(url)
    assert "A Page" not in workspace.refs_("update").stdout
    assert not workspace.lock.exists()
    workspace.refs_("update", "--write")
    item = lock.resolve_identifier(lock.read(workspace.lock).value, url)
    assert item is not None
    assert (item["id"], item["title"]) == (url, "A Page")


def test_zotero_that_does_not_run(workspace: Workspace) -> None:
    result = workspace.refs_("pull", "zotero", "--api", "http://127.0.0.1:9/api")
    assert result.exit_code == 1
    assert "Zotero does not answer" in result.output


def test_pull_writes_files_once(workspace: Workspace, stand_in: Any) -> None:
    root = "/api/users/0"
    item = {"type": "book", "title": "Hedges", "issued": {"date-parts": [[1999]]}}
    top = {"key": "AAAA1111", "data": {"itemType": "book"}, "csljson": item}
    pdf = {"key": "PDF1", "data": {"parentItem": "AAAA1111"}}
    marked = {"parentItem": "PDF1", "annotationType": "highlight", "annotationText": "Clip."}
    stand_in.json(f"{root}/items/top", [top])
    stand_in.json(f"{root}/items?format=json&limit=500&start=0&itemType=attachment", [pdf])
    stand_in.json(
        f"{root}/items?format=json&limit=500&start=0&itemType=annotation",
        [{"key": "MARK0001", "data": marked}],
    )
    pulled = workspace.json("pull", "zotero", "--api", f"{stand_in.url}/api")
    assert pulled["items"] == {"AAAA1111": "1999hedges"}
    assert [Path(path).name for path in pulled["written"]] == ["zotero.bib", "1999hedges.md"]
    assert workspace.json("show", "1999hedges")["quotations"][0]["text"] == "Clip. [@1999hedges]"
    assert workspace.json("pull", "zotero", "--api", f"{stand_in.url}/api")["written"] == []
