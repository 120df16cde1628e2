"""Interruptions, crashes, odd files and odd places: nothing half, nothing left running."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tests import workspaces

from octavo.pandoc.worker import PandocError, Worker
from octavo.publishing.build import build

pytestmark = pytest.mark.slow

SLEEPER = """Words.

```python
import pathlib, time
pathlib.Path("started-{0}").touch()
for _ in range(600 if pathlib.Path("slow").exists() else 0):
    time.sleep(0.1)
print("done")
```
"""


def _files(sleepers: int, plain: int) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {
        f"essays/sleeper-{n}.md": workspaces.essay(SLEEPER.format(n)) for n in range(sleepers)
    }
    text = "Words [@knuth1984, p. {0}] and [[plain-0]].[^n]\n\n[^n]: A note {0}.\n" * 1
    for n in range(plain):
        files[f"essays/plain-{n}.md"] = workspaces.essay(text.format(n), title=f"Plain {n}")
    return files


def _wait(wanted: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if wanted():
            return True
        time.sleep(0.05)
    return wanted()


def _let_ctrl_c() -> None:
    """A shell that runs the tests in the background has its children ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class _Building:
    """A build in a process of its own, and every process that it started."""

    def __init__(self, root: Path, *arguments: str) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "octavo", "build", *arguments],
            cwd=root, env=workspaces.environment(), start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=_let_ctrl_c,  # noqa: PLW1509 - it takes no lock
        )  # fmt: skip
        self.family: dict[int, psutil.Process] = {}

    def wait_for(self, wanted: Callable[[], bool]) -> None:
        def looked() -> bool:
            assert self.process.poll() is None, self.process.communicate()
            for child in psutil.Process(self.process.pid).children(recursive=True):
                self.family[child.pid] = child
            return wanted()

        assert _wait(looked)
        looked()

    def left_over(self) -> list[str]:
        alive = [p for p in self.family.values() if p.is_running()]
        return [p.name() for p in alive if p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def started() -> Iterator[Callable[..., _Building]]:
    """Starts builds, and ends what is left of them after the test."""
    builds: list[_Building] = []

    def start(root: Path, *arguments: str) -> _Building:
        builds.append(_Building(root, *arguments))
        return builds[-1]

    yield start
    for item in builds:
        item.process.kill()
        for process in item.family.values():
            if process.is_running():
                process.kill()
        item.process.wait()


def _parts(root: Path) -> list[Path]:
    return [p for p in root.rglob("*") if p.suffix == ".part"]


@pytest.mark.parametrize("sleepers", [1, 5], ids=["in-process", "in-a-pool"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_nothing_running(
    number: signal.Signals, sleepers: int, tmp_path: Path, started: Callable[..., _Building]
) -> None:
    workspaces.make(tmp_path, {**_files(sleepers, 0), "essays/slow": ""})
    building = started(tmp_path)
    at_once = min(sleepers, 2)
    building.wait_for(lambda: len(list((tmp_path / "essays").glob("started-*"))) >= at_once)
    assert any("python" in p.name() for p in building.family.values())
    if number == signal.SIGINT:
        os.killpg(building.process.pid, number)
    else:
        building.process.send_signal(number)
    out, _ = building.process.communicate(timeout=10)
    assert building.process.returncode == 128 + number, out
    assert "Traceback" not in out
    assert _wait(lambda: not building.left_over(), 3), building.left_over()
    assert _parts(tmp_path) == []
    assert not list((tmp_path / "public").rglob("sleeper*"))


def test_a_killed_build_is_completed_by_the_next(
    tmp_path: Path, started: Callable[..., _Building]
) -> None:
    root = tmp_path / "Wörk späce"
    made = workspaces.make(root, {**_files(1, 24), "essays/slow": ""})
    building = started(root, "--to", "all")
    pages = root / "public"
    building.wait_for(
        lambda: (root / "essays/started-0").exists() and len(list(pages.rglob("*.html"))) > 2
    )
    building.process.kill()
    building.process.wait()
    assert _wait(lambda: not building.left_over(), 4), building.left_over()
    (root / "essays/slow").unlink()
    (pages / ".half.html.x.part").write_text("<!DOC")
    assert build(made, wanted="all").ok
    clean = workspaces.make(tmp_path / "clean", _files(1, 24))
    assert build(clean, wanted="all").ok
    assert workspaces.digests(root / "public") == workspaces.digests(clean.output)
    assert len(workspaces.digests(clean.output)) > 50
    assert _parts(root) == []


def test_two_builds_at_once(tmp_path: Path, started: Callable[..., _Building]) -> None:
    made = workspaces.make(tmp_path / "both", _files(0, 12))
    builds = [started(made.root), started(made.root)]
    for item in builds:
        out, _ = item.process.communicate(timeout=40)
        assert item.process.returncode == 0, out
    clean = workspaces.make(tmp_path / "clean", _files(0, 12))
    assert build(clean).ok
    assert workspaces.digests(made.output) == workspaces.digests(clean.output)


def test_line_ends_and_bom_change_nothing(tmp_path: Path) -> None:
    text = workspaces.essay(
        "Words [@knuth1984].[^1]\n\n[^1]: Note.\n\n```python\nprint(1)\n\nprint(2)\n```\n\n"
        "| a |\n|---|\n| b |\n"
    )
    pages = []
    for n, data in enumerate(
        (
            text.encode(),
            text.replace("\n", "\r\n").encode(),
            b"\xef\xbb\xbf" + text.encode(),
            b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        )
    ):
        made = workspaces.make(tmp_path / str(n), {"essays/a.md": data})
        if n:
            shutil.copytree(tmp_path / "0/.octavo/runs", made.cache / "runs")
        assert build(made, wanted="all").diagnostics == ()
        pages.append(workspaces.digests(made.output))
    assert pages[1:] == pages[:1] * 3
    runs = {len(list((tmp_path / str(n) / ".octavo/runs").iterdir())) for n in range(4)}
    assert runs == {1}, "the same code is the same run"


def test_odd_files(tmp_path: Path) -> None:
    deep = "> " * 1200 + "deep\n"
    nested = "".join(f"{'  ' * n}- item\n" for n in range(120))
    divs = "".join(f"{':' * 3} {{.d}}\n" for _ in range(1000))
    odd: dict[str, str | bytes] = {
        "empty.md": b"",
        "blank.md": b"\n\n  \n",
        "bom-only.md": b"\xef\xbb\xbf",
        "binary.md": bytes(range(256)) * 40,
        "latin.md": workspaces.essay("Gr\u00fc\u00dfe.").encode("latin-1"),
        "void.ipynb": b"",
        "broken.ipynb": b'{"cells": [',
        "list.ipynb": b"[1, 2]",
        "old.ipynb": b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}',
        "deep.md": workspaces.essay(deep),
        "nested.md": workspaces.essay(nested),
        "divs.md": workspaces.essay(divs),
        "brackets.md": workspaces.essay("[" * 8),
        "ticks.md": workspaces.essay("`" * 801 + " $" * 800),
        "link.md": workspaces.essay(
            "[a](http://[broken) ![b](http://[x) <http://[y> [[]] [[|]] [[#]]"
        ),
        "good.md": workspaces.essay("Words."),
        "control.md": workspaces.essay("Form\x0cfeed, esc \x1b[0m, del \x7f."),
        "name ünd spaces & (more).md": workspaces.essay("Words."),
    }
    made = workspaces.make(tmp_path, {f"essays/{k}": v for k, v in odd.items()})
    (made.essays / "folder.md").mkdir()
    (made.essays / "dangling.md").symlink_to("nowhere.md")
    ran = workspaces.octavo("build", "--json", cwd=tmp_path, timeout=100)
    said = ran.json()
    assert ran.status == 1
    assert "good" in said["built"]
    spoken = {Path(d["path"]).name for d in said["diagnostics"]}
    silent = set(odd) - spoken - {f"{slug}.md" for slug in said["built"]}
    assert silent == set(), "each has a page or a diagnostic"
    assert {"binary.md", "broken.ipynb", "latin.md", "dangling.md", "empty.md"} <= spoken
    assert workspaces.octavo("check", cwd=tmp_path, timeout=100).status == 1


def test_pandoc_is_given_up_and_started_again() -> None:
    worker = Worker(patience=1)
    try:
        with pytest.raises(PandocError, match="brackets"):
            worker.read("[" * 40, "markdown")
        assert worker.read("Words.")["blocks"][0]["t"] == "Para"
    finally:
        worker.close()


def test_five_megabytes(tmp_path: Path) -> None:
    part = (
        "## Heading {0}\n\nWords of an *essay* that go on [@knuth1984, p. {0}] and on `code` for "
        "$x_{0}$ a while.[^n{0}] " + "More words follow here. " * 400 + "\n\n[^n{0}]: Note {0}.\n\n"
    )
    text = "".join(part.format(n) for n in range(5_000_000 // len(part)))
    made = workspaces.make(tmp_path, {"essays/long.md": workspaces.essay(text)})
    report = build(made)
    assert report.built == ("long",), report.diagnostics
