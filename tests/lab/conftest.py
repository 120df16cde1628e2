"""A real JupyterLab on loopback and a real browser, once for all tests of the session."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.lab.writer import Writer

from octavo.lab import frontend, launch

TOKEN = "only-for-tests"
HEADER = (
    "jupyter:\n  jupytext:\n    text_representation:\n"
    "      extension: .md\n      format_name: markdown\n"
)
REFERENCES = """\
@book{grafton1997footnote, author = {Grafton, Anthony}, title = {The Footnote: A Curious History},
  year = {1997}, publisher = {Harvard University Press},
  abstract = {How the footnote became the historian's proof.}}
@article{knuth1984literate, author = {Knuth, Donald E.}, title = {Literate Programming},
  journaltitle = {The Computer Journal}, year = {1984}, pages = {97--111}}
@book{knuth1984texbook, author = {Knuth, Donald E.}, title = {The {TeX}book}, year = {1984},
  publisher = {Addison-Wesley}}
@article{perez2007ipython, author = {P{\\'e}rez, Fernando and Granger, Brian},
  title = {{IPython}: A System for Interactive Scientific Computing}, year = {2007},
  journaltitle = {Computing in Science \\& Engineering}}
"""
CODE = "```python\nprint(6 * 7)\n```"
ESSAY = f"""\
---
title: On reading
lang: en-US
{HEADER}---

# On reading

Two works of one year [@knuth1984literate, p. 97; @knuth1984texbook].[^one]


A second cell

[^one]: A note that stands in another place.

{CODE}

::: {{#refs}}
:::
"""
NOTE = f"""\
---
title: Notes on The Footnote
source: grafton1997footnote
status: reading
lang: en-US
{HEADER}---

## Quotations

> Footnotes exist to perform two other functions. [@grafton1997footnote, p. 22]
"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, and the workspace that it shows."""

    url: str
    root: Path


def make_workspace(root: Path, sources: int = 0) -> Path:
    """A small workspace, with as many more sources as a test of latency wants."""
    from octavo.notebooks import pair  # noqa: PLC0415

    for folder in ("essays", "bibliography", "notebooks/reading"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text(
        '[tool.octavo]\ntitle = "A workshop"\n\n[tool.jupytext]\nformats = "ipynb,md"\n'
        'notebook_metadata_filter = "kernelspec,jupytext.text_representation.extension,'
        'jupytext.text_representation.format_name,-all"\n'
        'cell_metadata_filter = "tags,title,region_name,-all"\n',
        encoding="utf-8",
    )
    (root / "bibliography/references.bib").write_text(REFERENCES, encoding="utf-8")
    more = (
        f"@book{{filler{n}, author = {{Author{n % 977}, Given}}, title = {{On Subject {n}}},"
        f" year = {{{1500 + n % 500}}}}}\n"
        for n in range(sources)
    )
    (root / "bibliography/more.bib").write_text("".join(more), encoding="utf-8")
    for name in ("reading", "busy", "plain", "twice", "second"):
        text = root / f"essays/{name}.md"
        text.write_text(ESSAY, encoding="utf-8")
        if name != "plain":
            notebook = pair.notebook_json(pair.to_notebook(ESSAY))
            text.with_suffix(".ipynb").write_text(notebook, encoding="utf-8")
    (root / "notebooks/reading/grafton1997footnote.md").write_text(NOTE, encoding="utf-8")
    return root


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab at a workspace of 10,000 sources."""
    sources = frontend.sources_folder()
    if sources is not None and not frontend.is_current(sources):
        pytest.skip("the front end is not built: octavo lab --build-only")
    root = make_workspace(tmp_path_factory.mktemp("lab") / "workspace", 10_000)
    home = tmp_path_factory.mktemp("home")
    port = _free_port()
    environment = {
        **os.environ,
        **launch.environment(),
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", *launch.options(root), "--no-browser", "--allow-root",
        "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--expose-app-in-browser",
        f"--IdentityProvider.token={TOKEN}",
    ]  # fmt: skip
    log = home / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=root)
        try:
            _wait(f"http://127.0.0.1:{port}/lab?token={TOKEN}", process)
            yield Lab(url=f"http://127.0.0.1:{port}", root=root)
        finally:
            process.terminate()
            process.wait(20)
            if kept := os.environ.get("OCTAVO_LAB_LOG"):
                shutil.copy(log, kept)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def _page(browser: Any, lab: Lab) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1500, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(6_000)
    page.goto(f"{lab.url}/lab?token={TOKEN}&reset")
    page.wait_for_selector(".jp-Launcher, .jp-NotebookPanel", timeout=60_000)
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate(
        "fetch('/octavo/sources').then(answer => answer.text()).then(text => text.length)"
    )
    page.wait_for_timeout(1500)
    yield page
    context.close()


@pytest.fixture
def writer(_page: Any, lab: Lab) -> Iterator[Writer]:
    """One page for all tests; each begins with nothing open, and leaves nothing unsaved."""
    yield Writer(page=_page, root=lab.root, url=lab.url)
    _page.keyboard.press("Escape")
    _page.evaluate(
        """async () => {
          const app = window.jupyterapp;
          for (const widget of Array.from(app.shell.widgets('main'))) {
            if (widget.context) { widget.context.model.dirty = false; }
            widget.close();
          }
          await new Promise(done => setTimeout(done, 150));
        }"""
    )
