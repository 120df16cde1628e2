"""Workspaces for tests: made in a folder, built by the real program, read as a reader would."""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from octavo.workspace import Workspace, open_workspace

DATA = Path(__file__).with_name("essays")
SOURCE = Path(__file__).parents[1] / "src"
HEADER = "jupyter:\n  jupytext:\n    text_representation: {extension: .md, format_name: markdown}\n"


def make(root: Path, files: Mapping[str, str | bytes], settings: str = "") -> Workspace:
    """A workspace with these files (paths below the root) and a small bibliography."""
    root.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | bytes] = {
        "pyproject.toml": f'[tool.octavo]\ntitle = "Tests"\nauthor = "A. Writer"\n{settings}\n',
        "bibliography/references.bib": (DATA / "references.bib").read_bytes(),
        **files,
    }
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_workspace(root).value


def essay(body: str, header: str = "", *, title: str = "Case") -> str:
    """The text of an essay with a protecting header."""
    return f"---\ntitle: {title}\ndate: 2026-01-02\n{header}{HEADER}---\n\n{body}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """What ``--json`` printed."""
        return json.loads(self.out)


def environment(**more: str) -> dict[str, str]:
    """The environment in which a command runs this checkout's code."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), "NO_COLOR": "1", **more}


def octavo(*arguments: str | Path, cwd: Path, timeout: float = 60, stdin: str = "") -> Ran:
    """Run the command as a writer would."""
    done = subprocess.run(
        [sys.executable, "-m", "octavo", *map(str, arguments)],
        cwd=cwd, env=environment(), input=stdin, capture_output=True, text=True,
        timeout=timeout, check=False,
    )  # fmt: skip
    assert not re.search("^Traceback", done.stderr, re.MULTILINE), done.stderr
    return Ran(status=done.returncode, out=done.stdout, err=done.stderr)


def spaced(text: str) -> str:
    """Text with every run of white space (no-break ones too) as one space."""
    return " ".join(text.split())


def page(workspace: Workspace, slug: str) -> str:
    """The HTML of an essay's article, white space normalised."""
    path = workspace.output / slug / "index.html"
    article = path.read_text(encoding="utf-8").partition("<article>")[2].partition("</article>")[0]
    return spaced(article)


def words(markup: str) -> str:
    """What a reader of a page reads: no tags, entities resolved."""
    kept = re.sub(r"<(script|style|head)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return spaced(html.unescape(re.sub(r"<[^>]+>", "", kept)))


def pdf_words(data: bytes) -> str:
    """The words of a PDF, ligatures resolved."""
    from pypdf import PdfReader  # noqa: PLC0415 - only some tests read PDF

    pages = PdfReader(io.BytesIO(data)).pages
    return spaced(unicodedata.normalize("NFKC", "\n".join(p.extract_text() for p in pages)))


def digests(folder: Path, skip: Sequence[str] = ()) -> dict[str, str]:
    """The digest of every file below a folder, by relative path."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not (name := path.relative_to(folder).as_posix()).startswith(tuple(skip))
    }
