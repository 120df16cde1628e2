"""A real JupyterLab on loopback, at a workspace made for it; for the tests and the bench."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavo.lab import launch

TOKEN = "only-for-tests"
HEADER = (
    "jupyter:\n  jupytext:\n    text_representation:\n"
    "      extension: .md\n      format_name: markdown\n"
)
SETTINGS = """\
[tool.octavo]
title = "A workshop"

[tool.jupytext]
formats = "ipynb,md"
notebook_metadata_filter = "kernelspec,jupytext.text_representation.extension,\
jupytext.text_representation.format_name,-all"
cell_metadata_filter = "tags,title,region_name,-all"
"""
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

    @property
    def front(self) -> str:
        """The address of the application, with nothing open."""
        return f"{self.url}/lab?token={TOKEN}&reset"


def make_workspace(root: Path, sources: int = 0) -> Path:
    """A small workspace, with as many more sources as a test of latency wants."""
    for folder in ("essays", "bibliography", "notebooks/reading"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "bibliography/references.bib").write_text(REFERENCES, encoding="utf-8")
    more = (
        f"@book{{filler{n}, author = {{Author{n % 977}, Given}}, title = {{On Subject {n}}},"
        f" year = {{{1500 + n % 500}}}}}\n"
        for n in range(sources)
    )
    (root / "bibliography/more.bib").write_text("".join(more), encoding="utf-8")
    put(root, "essays/reading.md", ESSAY)
    put(root, "essays/plain.md", ESSAY, paired=False)
    (root / "notebooks/reading/grafton1997footnote.md").write_text(NOTE, encoding="utf-8")
    return root


def put(root: Path, name: str, text: str, *, paired: bool = True) -> Path:
    """Write a text, and its notebook."""
    from octavo.notebooks import pair  # noqa: PLC0415

    path = root / name
    path.write_text(text, encoding="utf-8")
    if paired:
        notebook = pair.notebook_json(pair.to_notebook(text))
        path.with_suffix(".ipynb").write_text(notebook, encoding="utf-8")
    return path


@contextlib.contextmanager
def running(root: Path, home: Path, more: Mapping[str, str] | None = None) -> Iterator[Lab]:
    """JupyterLab at a workspace, with everything that ``octavo lab`` turns on."""
    port = _free_port()
    environment = {
        **os.environ,
        **launch.environment(),
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        **(more or {}),
    }
    command = [
        sys.executable, "-m", "jupyterlab", *launch.options(root), "--no-browser", "--allow-root",
        "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--expose-app-in-browser",
        f"--IdentityProvider.token={TOKEN}",
    ]  # fmt: skip
    with (home / "lab.log").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=root)
        try:
            _wait(f"http://127.0.0.1:{port}/lab?token={TOKEN}", process)
            yield Lab(url=f"http://127.0.0.1:{port}", root=root)
        finally:
            process.terminate()
            process.wait(20)


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
