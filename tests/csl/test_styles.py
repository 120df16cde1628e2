"""Styles by name, file and search; what is missing or broken is a diagnostic."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.bibliography import styles
from octavo.bibliography.csl.locale import fallback_chain

STYLE = '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">{}</style>'
LAYOUT = "<citation><layout>{}</layout></citation>"
DEPENDENT = STYLE.format(
    '<info><link href="http://www.zotero.org/styles/{}" rel="independent-parent"/></info>'
)

FAULTS = [
    ("<style", "broken-style", "not well-formed"),
    ("<html/>", "broken-style", "not cs:style"),
    (STYLE.format(""), "broken-style", "no cs:citation"),
    (STYLE.format("<citation/>"), "broken-style", "no cs:layout"),
    (STYLE.format(LAYOUT.format('<text macro="x"/>')), "broken-style", "'x'"),
    (
        STYLE.format(
            '<macro name="a"><text macro="a"/></macro>' + LAYOUT.format('<text macro="a"/>')
        ),
        "broken-style",
        "calls itself",
    ),
    (STYLE.format(LAYOUT.format("<number/>")), "broken-style", "lacks its attribute"),
    (DEPENDENT.format("no-such-parent"), "missing-parent-style", "no-such-parent"),
]


@pytest.mark.parametrize(("text", "code", "words"), FAULTS)
def test_faults(tmp_path: Path, text: str, code: str, words: str) -> None:
    path = tmp_path / "mine.csl"
    path.write_text(text, encoding="utf-8")
    found = styles.find_style(str(path))
    assert found.value is None
    assert not found.ok
    assert found.diagnostics[0].code == code
    assert words in found.diagnostics[0].message
    assert found.diagnostics[0].span is not None


def test_unknown_name_has_hints() -> None:
    found = styles.find_style("chicago-autor-date")
    assert found.diagnostics[0].code == "unknown-style"
    assert "chicago-author-date" in found.diagnostics[0].hint


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("apa", "APA Style"),
        ("apa.csl", "APA Style"),
        ("http://www.zotero.org/styles/ieee", "IEEE"),
        ("2d-materials", "Institute of Physics"),
    ],
)
def test_by_name(name: str, title: str) -> None:
    found = styles.find_style(name)
    assert found.value is not None
    assert title in found.value.title


def test_own_folder_first(tmp_path: Path) -> None:
    info = "<info><title>Mine</title></info>"
    (tmp_path / "apa.csl").write_text(STYLE.format(info + LAYOUT.format('<text value="x"/>')))
    (tmp_path / "child.csl").write_text(DEPENDENT.format("apa"))
    for name in ("apa", "child"):
        found = styles.find_style(name, [tmp_path])
        assert found.value is not None
        assert found.value.title == "Mine"


def test_search() -> None:
    names = [info.name for info in styles.search_styles("chicago author date")]
    assert names[0].startswith("chicago-author-date")
    assert styles.search_styles("") == []
    assert styles.search_styles("zzzz yyyy") == []
    assert styles.search_styles("nature digest")[0].parent == "nature"


@pytest.mark.parametrize(
    ("lang", "chain"),
    [
        ("", ["en-US"]),
        ("en-US", ["en-US", "en"]),
        ("de-AT", ["en-US", "de", "de-DE", "de-AT"]),
        ("pt-BR", ["en-US", "pt", "pt-PT", "pt-BR"]),
    ],
)
def test_fallback(lang: str, chain: list[str]) -> None:
    assert fallback_chain(lang) == chain


@pytest.mark.parametrize(
    ("lang", "term"),
    [("de-AT", "und"), ("fr", "et"), ("xx-YY", "and"), ("", "and"), ("../../etc", "and")],
)
def test_locales(lang: str, term: str) -> None:
    assert styles.load_locale(lang).term("and") == term
