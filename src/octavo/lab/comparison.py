"""What an editor holds beside what is on disk: before a save, nothing is overwritten unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from octavo.files import read_text, write_atomically
from octavo.lab import drafts
from octavo.lab.desk import Desk
from octavo.lab.drafts import Draft
from octavo.notebooks import pair
from octavo.notebooks.pair import Cell
from octavo.notebooks.records import Output


def compare(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft would overwrite of the files that its request names under ``newer``.

    ``same`` is true where they hold the draft's words and, for a notebook, its outputs. Otherwise
    ``path`` names the file, ``mine`` and ``disk`` are both texts, and ``outputs`` is true where
    nothing but outputs differs.
    """
    draft = drafts.read(desk, body)
    outputs = [row.get("outputs") or () for row in body["cells"]] if "cells" in body else None
    for name in body.get("newer") or ():
        path = desk.path(str(name))
        found = _difference(draft, path, outputs) if path.is_file() else None
        if found is not None:
            return {"same": False, "path": desk.address(path), **found}
    return {"same": True}


def states(desk: Desk, address: str) -> dict[str, str]:
    """The halves of a pair that are on disk, each with the digest of what it holds."""
    path = desk.path(address)
    halves = (path.with_suffix(suffix) for suffix in (".md", ".ipynb"))
    return {
        desk.address(half): hashlib.sha256(half.read_bytes()).hexdigest()
        for half in halves
        if half.is_file()
    }


def take(desk: Desk, body: Mapping[str, Any]) -> None:
    """Let the file that ``path`` names hold for its pair: its text half says the same after this.

    jupytext opens no pair whose notebook is newer and says something else.
    """
    path = desk.path(str(body.get("path", "")))
    text = path.with_suffix(".md")
    if path.suffix == ".ipynb" and path.is_file() and text.is_file():
        write_atomically(text, pair.to_text(pair.parse_notebook(read_text(path).value)))


def _difference(
    draft: Draft, path: Path, outputs: Sequence[Sequence[Output]] | None
) -> dict[str, Any] | None:
    data = read_text(path).value.replace("\r\n", "\n")
    if path.suffix == ".md":
        return _from_text(draft, data, cells=outputs is not None)
    try:
        notebook = pair.parse_notebook(data)
    except ValueError:
        return _both(draft.source.text, data)
    cells = pair.cells_of_notebook(notebook)
    if _words(cells) != _words(draft.cells):
        return _both(_text(draft.cells), _text(cells))
    if outputs is None:
        return None
    theirs = [cell.get("outputs", ()) for cell in notebook.cells]
    mine, other = _printed(draft.cells, outputs), _printed(cells, theirs)
    return {**_both(mine, other), "outputs": True} if mine != other else None


def _from_text(draft: Draft, data: str, *, cells: bool) -> dict[str, Any] | None:
    """A text counts letter by letter in a text editor, and by its cells in a notebook."""
    if not cells:
        return _both(draft.source.text, data) if data != draft.source.text else None
    theirs = pair.cells_of(data)
    if _words(theirs) == _words(draft.cells):
        return None
    return _both(_text(draft.cells), _text(theirs))


def _both(mine: str, disk: str) -> dict[str, Any]:
    return {"mine": mine, "disk": disk, "outputs": False}


def _words(cells: Iterable[Cell]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What a writer would miss; empty cells, which no text half can hold, are not missed."""
    return [(c.kind, c.source.strip("\n"), c.tags) for c in cells if c.source.strip()]


def _text(cells: Sequence[Cell]) -> str:
    return pair.to_text(drafts.notebook_of(cells))


def _printed(cells: Sequence[Cell], outputs: Sequence[Sequence[Output]]) -> str:
    """Code cells with what they show, as text that a person can compare."""
    parts = []
    for cell, shown in zip(cells, outputs, strict=True):
        if cell.kind == "code":
            parts += [cell.source, *map(_output, shown), ""]
    return "\n".join(parts)


def _output(output: Output) -> str:
    if output.get("output_type") == "error":
        return f"→ {output.get('ename')}: {output.get('evalue')}"
    if "data" not in output:
        return "→ " + _short(_joined(output.get("text", "")).strip())
    data = {kind: _joined(value).strip() for kind, value in sorted(output["data"].items())}
    return "→ " + "\n→ ".join(f"{kind}: {_short(value)}" for kind, value in data.items())


def _short(value: str) -> str:
    if len(value) <= 2000:
        return value
    digest = hashlib.sha256(value.encode()).hexdigest()[:8]
    return f"{value[:2000]}… ({len(value)} characters, {digest})"


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
