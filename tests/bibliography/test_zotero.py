"""Pulling from a stand-in for Zotero 7's local API."""

from __future__ import annotations

import datetime
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavo.bibliography import notes
from octavo.bibliography.annotations import Annotation, merge, quotations
from octavo.bibliography.library import Library
from octavo.bibliography.pulling import Pulled, pull_into
from octavo.bibliography.sources import zotero
from octavo.bibliography.sources.http import FetchError, Patience, Web
from octavo.notebooks import pair

TODAY = datetime.date(2026, 11, 23)


def reference(key: str, title: str, *, extra: str = "", **csl: Any) -> dict[str, Any]:
    item = {
        "id": f"http://zotero.org/users/local/x/items/{key}", "type": "book", "title": title,
        "author": [{"family": "Doe", "given": "J."}], "issued": {"date-parts": [["2001"]]}, **csl,
    }  # fmt: skip
    return {
        "key": key,
        "data": {"key": key, "itemType": "book", "title": title, "extra": extra},
        "csljson": item,
    }


def mark(key: str, parent: str, order: str, **data: str) -> dict[str, Any]:
    given = {f"annotation{name.title()}": value for name, value in data.items()}
    given["annotationPageLabel"] = given.pop("annotationPage", "")
    given.setdefault("annotationType", "highlight")
    return {
        "key": key,
        "data": {
            "itemType": "annotation", "parentItem": parent, "annotationSortIndex": order, **given,
        },
    }  # fmt: skip


class Zotero:
    """The parts of the local API that a pull asks for, with its paging."""

    def __init__(self) -> None:
        self.top = [
            reference("AAAA1111", "With a Key", extra="Citation Key: doeKey\nx"),
            reference("BBBB2222", "Without One", DOI="10.1000/b"),
            reference("CCCC3333", "Elsewhere", DOI="10.1000/C"),
        ]
        self.attachments = [
            {"key": "PDF1", "data": {"itemType": "attachment", "parentItem": "AAAA1111"}},
        ]
        self.marks = [
            mark("MARK0002", "PDF1", "2", text="Second *passage*.", page="13", color="#ff6666"),
            mark("MARK0001", "PDF1", "1", text="First passage.", page="xii", comment="My word."),
            mark("INK00001", "PDF1", "3", type="ink", text="ignored"),
        ]
        self.collections = [{"key": "COLL1111", "data": {"name": "Gardens"}}]
        self.url = ""

    def answer(self, path: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        root = "/api/users/0"
        if path == f"{root}/collections":
            return self.collections
        if path == f"{root}/collections/COLL1111/items/top":
            return self.top[:1]
        if path == f"{root}/items/top":
            return self.top
        assert path == f"{root}/items"
        return self.attachments if query["itemType"] == ["attachment"] else self.marks


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zotero]:
    service = Zotero()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            found = service.answer(parts.path, query)
            start, limit = int(query["start"][0]), int(query["limit"][0])
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Total-Results", str(len(found)))
            self.end_headers()
            self.wfile.write(json.dumps(found[start : start + limit]).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    monkeypatch.setattr(zotero, "_PAGE", 2)  # so that the stand-in's lists have pages
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    service.url = f"http://127.0.0.1:{server.server_port}/api"
    yield service
    server.shutdown()
    server.server_close()


class Workspace:
    def __init__(self, root: Path) -> None:
        self.refs, self.managed = root / "refs.bib", root / "zotero.bib"
        self.notes = root / "reading"
        self.refs.write_text("@book{elsewhere, title={Elsewhere}, doi={10.1000/c}}\n")

    def pull(self, program: Zotero, collection: str = "") -> Pulled:
        with Web(patience=Patience(timeout=5)) as web:
            found = zotero.pull(web, program.url, collection)
        paths = [path for path in (self.refs, self.managed) if path.exists()]
        library = Library.open(paths).value
        return pull_into(
            library, found, self.managed, self.notes,
            new_note=lambda key, item: notes.new_note(key, item, TODAY),
        )  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_pull(program: Zotero, workspace: Workspace) -> None:
    pulled = workspace.pull(program)
    assert pulled.citekeys == {
        "AAAA1111": "doeKey", "BBBB2222": "doe2001without", "CCCC3333": "elsewhere",
    }  # fmt: skip
    assert pulled.written == (workspace.managed, workspace.notes / "doeKey.md")
    library = Library.open([workspace.managed]).value
    assert set(library.keys()) == {"doeKey", "doe2001without"}
    item = library.get("doeKey")
    assert item is not None
    assert (item["title"], item.get("note")) == ("With a Key", None)
    note = (workspace.notes / "doeKey.md").read_text()
    assert quotations(note) == (
        ("First passage. [@doeKey, p. xii]", ""),
        (r"Second \*passage\*. [@doeKey, p. 13]", "#ff6666"),
    )
    assert "source: doeKey" in note
    assert "\nMy word.\n:::\n" in note
    assert note.index("## Quotations") < note.index("First passage") < note.index("## Questions")


def test_second_pull_changes_nothing(program: Zotero, workspace: Workspace) -> None:
    workspace.pull(program)
    files = {p: p.read_bytes() for p in workspace.refs.parent.rglob("*.*") if p.is_file()}
    again = workspace.pull(program)
    assert (again.written, again.diagnostics) == ((), ())
    assert {p: p.read_bytes() for p in files} == files


def test_changes_arrive_and_the_writers_words_stay(program: Zotero, workspace: Workspace) -> None:
    workspace.pull(program)
    path = workspace.notes / "doeKey.md"
    note = path.read_text()
    note = note.replace(
        "\nMy word.\n:::", "\nMy word.\n\nWhat I think in the div.\n:::\n\nAfter it."
    )
    note = note.replace("## What it says\n", "## What it says\n\nA summary of mine.\n")
    path.write_text(note)
    program.marks[1]["data"]["annotationComment"] = "My other word."
    program.marks.append(mark("MARK0003", "PDF1", "15", text="Between.", page="12"))
    program.top[0]["csljson"]["title"] = "With Another Title"
    workspace.pull(program)
    after = path.read_text()
    assert "My other word." in after
    assert "My word." not in after
    for kept in ("What I think in the div.", "After it.", "A summary of mine."):
        assert kept in after
    quoted = [words.split(" [")[0] for words, _ in quotations(after)]
    assert quoted == ["First passage.", "Between.", r"Second \*passage\*."]
    item = Library.open([workspace.managed]).value.get("doeKey")
    assert item is not None
    assert item["title"] == "With Another Title"


def test_an_edited_quotation_stays_edited(program: Zotero, workspace: Workspace) -> None:
    workspace.pull(program)
    path = workspace.notes / "doeKey.md"
    path.write_text(path.read_text().replace("First passage.", "First [the very] passage."))
    program.marks[1]["data"]["annotationText"] = "First passage, corrected."
    pulled = workspace.pull(program)
    assert [d.code for d in pulled.diagnostics] == ["edited-quotation"]
    assert "First [the very] passage." in path.read_text()


def test_collection(program: Zotero, workspace: Workspace) -> None:
    assert set(workspace.pull(program, "Gardens").citekeys) == {"AAAA1111"}
    with pytest.raises(FetchError, match="no collection Trees") as caught:
        workspace.pull(program, "Trees")
    assert caught.value.diagnostic.hint == "There are: Gardens."


def test_zotero_that_does_not_run_is_said() -> None:
    with (
        Web(patience=Patience(timeout=0.5, sleep=lambda _: None)) as web,
        pytest.raises(FetchError, match="Zotero does not answer"),
    ):
        zotero.pull(web, "http://127.0.0.1:9/api")


def test_odd_keys_pages_and_several_paragraphs() -> None:
    one = Annotation(key="K1", text="One\ntwo.\n\nThree $x$ @y.", page="A-7")
    text = merge("Mine.\n", "DBLP:x/y z", [one]).text
    assert text == (
        "Mine.\n\n## Quotations\n\n"
        f'::: {{.annotation #zotero-K1 digest="{re.search("digest=.(........)", text)[1]}"}}\n'  # type: ignore[index]
        "> One two.\n>\n> Three \\$x\\$ \\@y. [@{DBLP:x/y z}]\n:::\n"
    )
    assert merge(text, "DBLP:x/y z", [one]).text == text
    assert quotations("") == ()


TEXT = st.lists(st.sampled_from([*"ab .\n*_[]>#`@{}-", "\n\n", ":::", "1. "])).map("".join)
MARKS = st.lists(
    st.builds(
        Annotation,
        key=st.sampled_from(["K1", "K2", "K3"]),
        text=TEXT,
        comment=TEXT,
        page=st.sampled_from(["", "7", "xii", "A-1", "3-4"]),
        order=st.sampled_from(["1", "2", "3"]),
    ).filter(lambda one: bool(one.text.strip() or one.comment.strip())),
    max_size=3,
    unique_by=lambda one: one.key,
)
OWN = st.lists(st.sampled_from(["mine", "# Head", "## Quotations", "> quote", "- item", ""])).map(
    "\n".join
)


@given(OWN, MARKS, MARKS)
def test_pulling_again_changes_nothing_and_no_own_line_is_lost(
    own: str, first: list[Annotation], then: list[Annotation]
) -> None:
    once = merge(own, "k", first).text
    assert merge(once, "k", first).text == once
    assert merge(once, "k", first).edited == ()
    later = merge(once, "k", then)
    assert later.edited == ()
    assert merge(later.text, "k", then).text == later.text
    lines = iter(later.text.split("\n"))
    assert all(line in lines for line in own.split("\n") if line)


def test_a_note_with_quotations_survives_its_notebook(
    program: Zotero, workspace: Workspace
) -> None:
    workspace.pull(program)
    text = (workspace.notes / "doeKey.md").read_text(encoding="utf-8")
    assert 'colour="#ff6666"' in text
    assert pair.to_text(pair.to_notebook(text)) == text
