"""What a conversion wrote, for a tab of the browser: shown where a browser can, else downloaded.

JupyterLab's own viewers would put checkpoints beside the site, and refuse a page its style sheet.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from octavo.lab.desk import Desk, OutsideError
from octavo.lab.preview import alone, small

_SHOWN = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".tex": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A file as it is answered; ``name`` is what a download is called, "" where it is shown."""

    data: bytes
    kind: str
    name: str = ""


def result(desk: Desk, address: str) -> Result:
    """A file of the site. Raises ``OutsideError`` for any other, ``ValueError`` for none."""
    path = desk.path(address)
    if not path.is_relative_to(desk.workspace.output.resolve()):
        raise OutsideError(f"{address!r} is nothing that was converted")
    if not path.is_file():
        raise ValueError(f"there is no {address}")
    kind = _SHOWN.get(path.suffix)
    if kind is None:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return Result(data=path.read_bytes(), kind=kind, name=path.name)
    if path.suffix != ".html":
        return Result(data=path.read_bytes(), kind=kind)
    html = alone(path.read_text(encoding="utf-8"), lambda name: _picture(desk, path, name))
    return Result(data=html.encode(), kind=kind)


def _picture(desk: Desk, page: Path, name: str) -> bytes:
    path = (page.parent / unquote(name)).resolve()
    return small(path) if path.is_relative_to(desk.workspace.output.resolve()) else b""
