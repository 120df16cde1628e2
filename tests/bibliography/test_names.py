r"""TeX's special characters in names, which pandoc takes for particles."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.bibliography.library import Library
from octavo.bibliography.names import special_characters
from octavo.bibliography.searchtext import plain

Name = dict[str, str]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (r"{\'E}mile Zola", [{"family": "Zola", "given": "Émile"}]),
        (r"{\O}ystein Ore", [{"family": "Ore", "given": "Øystein"}]),
        (r"{\c C}elik, {\"O}zg{\"u}r", [{"family": "Çelik", "given": "Özgür"}]),
        (r"K\i{}l\i{\c c}, {\c C}etin", [{"family": "Kılıç", "given": "Çetin"}]),
        (r"{\AA}ke Persson", [{"family": "Persson", "given": "Åke"}]),
        (
            r"Ludwig van Beethoven",
            [{"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"}],
        ),
        (r"{ACME {\'E}tudes and Co}", [{"literal": "ACME Études and Co"}]),
        (r"Gol'shte{\u \i}n, E.", [{"family": "Gol’shteĭn", "given": "E."}]),
    ],
)
@pytest.mark.parametrize("field", ["author", "editor"])
def test_names(tmp_path: Path, written: str, names: list[Name], field: str) -> None:
    path = tmp_path / "refs.bib"
    path.write_text(f"@book{{k, {field} = {{{written}}}, title = {{T {{\\'E}}}}}}", "utf-8")
    item = Library.open([path]).value.get("k")
    assert item is not None
    assert (item[field], item["title"]) == (names, "T É")


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        (r"{\"{o}}{\v{c}}{\ss}{\'{\i}}", "öčßí"),
        (r"Do{\"e}}", "Doë}"),
        (r"{\relax Ch}arles {\emph x}", r"{\relax Ch}arles {\emph x}"),
        (r"\\{\'e", r"\\{\'e"),
    ],
)
def test_only_special_characters_change(written: str, letters: str) -> None:
    assert special_characters(written) == letters


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"{\"O}zg{\"u}r's {{GUI}}", "Özgür's GUI"),
        (r"Stra{\ss}e \& Caf\'e", "Straße & Café"),
        (r"50\% of \emph{it}~now", "50% of it now"),
        ("two\n   lines", "two lines"),
    ],
)
def test_plain(written: str, shown: str) -> None:
    assert plain(written) == shown
