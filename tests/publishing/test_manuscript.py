"""Manuscripts: every form says what the essay says, with its citations and references."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from tests.publishing.samples import weave_text

from octavo.pandoc import ast, worker
from octavo.publishing.manuscript import FORMS, write_manuscript
from octavo.publishing.records import Masthead

TEXT = """\
---
title: Trails
lang: en-US
---

# Paths {#sec-a}

As @bush1945 [p. 101] saw.[^1] See @eq-one.

[^1]: Cited in a note [@knuth1984].

$$ x^2 $$ {#eq-one}

::: {.callout-note title="Mind"}
This.
:::
"""
READERS = {"docx": "docx", "latex": "latex", "epub": "epub", "jats": "jats", "text": "markdown"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("manuscripts")
    return {
        form: write_manuscript(
            weave_text(TEXT, folder, page=False),
            form,
            Masthead(author="A. Writer"),
            worker.shared(),
        )
        for form in FORMS
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_manuscript_reads_back(form: str, written: dict[str, bytes]) -> None:
    said = " ".join(_words(form, written[form]).replace("\N{NO-BREAK SPACE}", " ").split())
    for words in ("(1945, 101) saw", "Knuth 1984", "As We May Think", "Mind", "(1)"):
        assert words in said


def _words(form: str, data: bytes) -> str:
    if form == "jats":  # pandoc reads its citations as citations, without words
        return re.sub(r"<[^>]+>", "", data.decode())
    tree = json.loads(worker.shared().convert(data, source=READERS[form], target="json"))
    notes = [ast.plain(e["c"]) for e in ast.walk(tree["blocks"], frozenset({"Note"}))]
    return " ".join([ast.plain(tree["blocks"]), *notes])


@pytest.mark.parametrize("form", [form for form, one in FORMS.items() if one.embeds])
def test_a_picture_from_elsewhere_is_a_link(form: str, tmp_path: Path) -> None:
    """Nothing is fetched to make a manuscript."""
    text = "---\ntitle: T\n---\n\n![A picture](https://example.org/a.png)\n"
    document = weave_text(text, tmp_path, page=False)
    data = write_manuscript(document, form, Masthead(), worker.shared())
    assert "A picture" in _words(form, data)
    assert b"includegraphics{http" not in data


def test_a_word_document_is_whole(written: dict[str, bytes]) -> None:
    names = zipfile.ZipFile(io.BytesIO(written["docx"])).namelist()
    assert {"word/document.xml", "word/footnotes.xml"} <= set(names)


def test_a_form_is_built_beside_the_page(tmp_path: Path) -> None:
    from octavo import build, open_workspace  # noqa: PLC0415

    (tmp_path / "essays").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.octavo]\n")
    (tmp_path / "essays" / "one.md").write_text("---\ntitle: One\n---\n\nText.\n")
    report = build(open_workspace(tmp_path).value, ["one"], wanted="latex")
    assert report.ok
    text = (tmp_path / "public" / "one" / "one.tex").read_text(encoding="utf-8")
    assert r"\title{One}" in text
    assert "Text." in text
