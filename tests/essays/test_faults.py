"""Every diagnostic of an essay: where, how bad, which, and what to do next; all in one run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests import workspaces
from tests.essays import cases

CASES = cases.read(Path(__file__).with_name("faults"))
BROKEN_BIB = """@book{tufte1990, author={Tufte, Edward}, title={Once}, year=1990}
@book{tufte1990, author={Tufte, Edward}, title={Twice}, year=1990}
@book{broken, title={No end
"""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[workspaces.Ran, Path]:
    """All faulty essays as one workspace, checked once by the command."""
    files = {f"essays/{slug}.md": case.text("essay") for slug, case in CASES.items()}
    files["bibliography/more.bib"] = BROKEN_BIB
    files["essays/dot.svg"] = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    root = tmp_path_factory.mktemp("faults")
    workspaces.make(root, files)
    return workspaces.octavo("check", "--json", cwd=root), root


def _said(checked: tuple[workspaces.Ran, Path], name: str) -> list[dict[str, Any]]:
    found = checked[0].json()["diagnostics"]
    return [d for d in found if d["path"] == str(checked[1] / name)]


@pytest.mark.slow
@pytest.mark.parametrize("slug", CASES)
def test_faults(slug: str, checked: tuple[workspaces.Ran, Path]) -> None:
    said = [
        f"{d['line']}:{d['column']} {d['severity']} {d['code']} | {d['message']} | {d['hint']}"
        for d in _said(checked, f"essays/{slug}.md")
    ]
    assert said == list(CASES[slug].lines("faults"))


@pytest.mark.slow
def test_all_faults_in_one_run(checked: tuple[workspaces.Ran, Path]) -> None:
    ran = checked[0]
    data = ran.json()
    assert ran.status == 1
    assert data["ok"] is False
    assert {"code", "severity", "message", "hint", "path", "line", "column"} == set(
        data["diagnostics"][0]
    )
    assert {d["code"] for d in data["diagnostics"]} >= {
        "unknown-citekey", "duplicate-citekey", "broken-entry", "missing-image", "image-without-alt", "dead-link",
        "unknown-front-matter", "bad-date", "unresolved-cross-reference",
        "footnote-without-text", "unused-footnote", "unprotected-text",
    }  # fmt: skip


@pytest.mark.slow
def test_bibliography_faults(checked: tuple[workspaces.Ran, Path]) -> None:
    said = [(d["line"], d["code"]) for d in _said(checked, "bibliography/more.bib")]
    assert said == [(2, "duplicate-citekey"), (3, "broken-entry")]


@pytest.mark.slow
def test_every_fault_says_what_to_do(checked: tuple[workspaces.Ran, Path]) -> None:
    for fault in checked[0].json()["diagnostics"]:
        assert fault["hint"], fault
        assert re.fullmatch(r"[a-z][a-z0-9-]+", fault["code"]), fault
