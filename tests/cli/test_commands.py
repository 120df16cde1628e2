"""The commands as a writer meets them: help, beginnings, adopting, cleaning, serving."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tests import workspaces

from octavo.cli.app import COMMANDS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["init", "build", "check", "serve", "run", "adopt", "clean"])
def test_help_has_examples_and_exit_statuses(name: str) -> None:
    assert name in COMMANDS
    said = workspaces.octavo(name, "--help", cwd=Path.cwd()).out
    assert f"octavo {name}" in said.partition("Examples")[2]
    assert "Exit status" in said


def test_shell_completion() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from octavo.cli import main; main(prog_name='octavo')"],
        env=workspaces.environment(_OCTAVO_COMPLETE="bash_source"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "_octavo_completion" in done.stdout


def test_new_essay_and_note(tmp_path: Path) -> None:
    workspaces.make(tmp_path, {})
    assert workspaces.octavo("new", "essay", "Über: das “Lesen”", cwd=tmp_path).status == 0
    text = tmp_path / "essays/uber-das-lesen.md"
    assert text.is_file()
    assert text.with_suffix(".ipynb").is_file()
    again = workspaces.octavo("new", "essay", "Über: das “Lesen”", cwd=tmp_path)
    assert (again.status, "another title" in again.err) == (1, True)
    assert workspaces.octavo("new", "note", "@knuth1984", cwd=tmp_path).status == 0
    assert "Literate programming" in (tmp_path / "notebooks/reading/knuth1984.md").read_text()
    assert workspaces.octavo("new", "note", "nobody", cwd=tmp_path).status == 1
    checked = workspaces.octavo("check", "--json", cwd=tmp_path)
    assert checked.json()["diagnostics"] == []
    assert workspaces.octavo("build", "--drafts", cwd=tmp_path).status == 0


def test_adopting_shows_the_change_and_asks(tmp_path: Path) -> None:
    made = workspaces.make(tmp_path / "space", {"essays/old.md": "# Old\r\n\r\n::: x\r\n:::\r\n"})
    old = made.essays / "old.md"
    asked = workspaces.octavo("adopt", old, cwd=made.root)
    assert asked.status == 1
    assert "+      format_name: markdown" in asked.out
    assert old.read_bytes() == b"# Old\r\n\r\n::: x\r\n:::\r\n", "nothing without a yes"
    assert workspaces.octavo("adopt", old, "--yes", cwd=made.root).status == 0
    assert old.read_bytes().endswith(b"---\r\n\r\n# Old\r\n\r\n::: x\r\n:::\r\n")
    outside = tmp_path / "draft.ipynb"
    outside.write_text(json.dumps({
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Draft"]}],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
    }))  # fmt: skip
    assert workspaces.octavo("adopt", outside, "-y", cwd=made.root).status == 0
    assert (made.essays / "draft.md").read_text().endswith("# Draft\n")


@pytest.mark.parametrize("output", [".", "..", "essays", "/"])
def test_clean_refuses_what_is_no_output(output: str, tmp_path: Path) -> None:
    root = tmp_path / "space"
    workspaces.make(root, {"essays/a.md": workspaces.essay("Words.")}, f'output = "{output}"')
    before = workspaces.digests(tmp_path)
    assert workspaces.octavo("clean", cwd=root).status == 1
    assert workspaces.digests(tmp_path) == before


def test_usage_and_unknown_names(tmp_path: Path) -> None:
    nowhere = workspaces.octavo("build", cwd=tmp_path)
    assert (nowhere.status, "octavo init" in nowhere.err) == (1, True)
    workspaces.make(tmp_path, {"essays/citing.md": workspaces.essay("Words.")})
    wrong = workspaces.octavo("build", "citin", cwd=tmp_path)
    assert (wrong.status, "did you mean citing" in wrong.err) == (1, True)
    assert workspaces.octavo("build", "--to", "docs", cwd=tmp_path).status == 2
    assert workspaces.octavo("build", "essays/citing.md", cwd=tmp_path).status == 0
    assert workspaces.octavo("clean", "--all", cwd=tmp_path).status == 0
    assert not (tmp_path / ".octavo").exists()


def test_serving_rebuilds_and_tells_the_page(tmp_path: Path) -> None:
    made = workspaces.make(tmp_path, {"essays/a.md": workspaces.essay("Old words.")})
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "octavo", "serve"],
        cwd=tmp_path, env=workspaces.environment(), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = (re.search(r"Serving (http\S+)", line) for line in process.stdout)
        address = next(found[1] for found in lines if found)
        page = _get(f"{address}a/")
        assert "Old words." in page
        assert "EventSource" in page
        assert "EventSource" not in (made.output / "a/index.html").read_text(), "only when served"
        with urllib.request.urlopen(f"{address}_octavo/events", timeout=20) as events:
            time.sleep(1.5)  # the watching begins a moment after the serving
            (made.essays / "a.md").write_text(workspaces.essay("New words."))
            heard = next(line for line in events if line.startswith(b"data"))
        assert heard == b"data: changed\n"
        assert "New words." in _get(f"{address}a/")
    finally:
        process.terminate()
        status = process.wait(10)
    assert status in (130, 143), "watchfiles makes an interrupt of both signals"


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return str(answer.read().decode())
