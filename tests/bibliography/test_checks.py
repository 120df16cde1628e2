"""What refs check finds, and what refs fix writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from octavo.bibliography import checks, fixes
from octavo.bibliography.library import Library
from octavo.bibliography.records import CitedPlace

CASES = [
    line
    for line in Path(__file__).with_name("checks.txt").read_text("utf-8").splitlines()
    if "=>" in line and not line.startswith("#")
]


def library(tmp_path: Path, text: str) -> Library:
    path = tmp_path / "refs.bib"
    path.write_bytes(text.encode("utf-8"))
    return Library.open([path]).value


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fields(tmp_path: Path, case: str, newline: str) -> None:
    given, said = (part.strip() for part in case.split("=>"))
    (tmp_path / "here.pdf").touch()
    text = f"@book{{k, author = {{A}}, title = {{T}}, date = {{2001}},\n  {given},\n}}\n"
    text = text.replace("\n", newline)
    findings = checks.check(library(tmp_path, text))
    expected = re.fullmatch(r"(\S+) (\d+)(?: -> (.*))?", said) if said else None
    if expected is None:
        assert findings == ()
        return
    code, line, repaired = expected.groups()
    (finding,) = findings
    span = finding.diagnostic.span
    assert (finding.diagnostic.code, span and str(span.line)) == (code, line)
    plan = fixes.plan([finding.repair] if finding.repair else [])
    for fix in plan:
        fix.write()
    after = (tmp_path / "refs.bib").read_bytes().decode("utf-8")
    assert after == (text.replace(given, repaired) if repaired else text)
    assert bool(plan) == bool(repaired)


@pytest.mark.parametrize(
    ("entry", "lacking"),
    [
        ("@article{k, title={T}, date={2001}}", "author and journaltitle"),
        ("@phdthesis{k, author={A}, title={T}, school={S}, year=2001}", ""),
        ("@online{k, title={T}}", "url"),
        ("@inbook{k, author={A}, title={T}, crossref={p}}\n@book{p, editor={E}, title={P}, year=1}",
         ""),
        ("@unheardof{k}", ""),
    ],
)  # fmt: skip
def test_missing_fields(tmp_path: Path, entry: str, lacking: str) -> None:
    messages = [f.diagnostic.message for f in checks.check(library(tmp_path, entry))]
    assert [m.partition(" needs ")[2] for m in messages] == ([lacking] if lacking else [])


def test_duplicate_works(tmp_path: Path) -> None:
    text = """
@book{a, author={Doe, J.}, title={A {Long} Enough Title}, date={2001}}
@book{b, author={J. Doe}, title={A long enough title.}, year=2001}
@book{c, author={Roe}, title={A long enough title}, date={2001}, doi={10.1000/X}}
@book{d, author={Poe}, title={Another}, date={2002}, doi={https://doi.org/10.1000/x}}
"""
    found = [
        (f.diagnostic.span.line, f.diagnostic.message.split(" (")[0])
        for f in checks.check(library(tmp_path, text))
        if f.diagnostic.code == "duplicate-work" and f.diagnostic.span
    ]
    assert found == [
        (3, "b: the same author, title and year as a"),
        (5, "d: the same DOI as c"),
    ]


def test_use(tmp_path: Path) -> None:
    refs = library(tmp_path, "@book{a}\n@book{b}\n@book{c}\n")
    assert checks.check_use(refs, {}) == ()
    essay = tmp_path / "essay.md"
    refs.record_citations(
        essay, [CitedPlace(key="a", essay=essay, line=1), CitedPlace(key="b", essay=essay, line=2)]
    )
    found = [(d.code, d.message[0]) for d in checks.check_use(refs, {"a": tmp_path / "a.md"})]
    assert found == [("missing-note", "b"), ("uncited-entry", "c")]


def test_fix_does_not_overwrite_what_changed_meanwhile(tmp_path: Path) -> None:
    refs = library(tmp_path, "@book{a, author={A}, title={T}, date={2001-00-00}}")
    (finding,) = checks.check(refs)
    assert finding.repair is not None
    (fix,) = fixes.plan([finding.repair])
    (tmp_path / "refs.bib").write_text("edited")
    with pytest.raises(OSError, match="changed"):
        fix.write()
    assert (tmp_path / "refs.bib").read_text() == "edited"
