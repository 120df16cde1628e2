"""The memory of runs: what a kernel said, kept by the digest of what it was asked."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

from octavo.files import write_atomically
from octavo.notebooks.inline import expressions
from octavo.notebooks.records import Failure, Plan, Run


def digest(plan: Plan) -> str:
    """The digest of code, inline expressions, parameters and kernel; prose doesn't count.

    Presentation options (``#|`` lines) don't count either, but for ``eval``.
    """
    code = [
        ("code", cell.code, cell.evaluated, cell.tags)
        if cell.kind == "code"
        else ("inline", *expressions(cell.source))
        for cell in plan.cells
        if cell.kind == "code" or (cell.kind == "markdown" and expressions(cell.source))
    ]
    version = sys.version if plan.kernel.startswith("python") else ""
    asked = [code, sorted(plan.parameters), plan.kernel, version]
    return hashlib.sha256(json.dumps(asked, default=repr).encode()).hexdigest()


def load(folder: Path, plan: Plan) -> Run | None:
    """The run that a plan already had, or None; the outputs are laid to the cells of this plan."""
    wanted = digest(plan)
    path = folder / f"{wanted}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    outputs, values = iter(data["outputs"]), iter(data["values"])
    return Run(
        digest=wanted,
        outputs=tuple(tuple(next(outputs, ())) if c.kind == "code" else () for c in plan.cells),
        values=tuple(
            tuple(next(values, ())) if c.kind == "markdown" and expressions(c.source) else ()
            for c in plan.cells
        ),
        language=data["language"],
    )


def save(folder: Path, plan: Plan, run: Run) -> None:
    """Keep a run that succeeded."""
    if run.failure is not None:
        return
    pairs = list(zip(plan.cells, run.outputs, run.values, strict=True))
    data = {
        "outputs": [outputs for cell, outputs, _ in pairs if cell.kind == "code"],
        "values": [
            v for cell, _, v in pairs if cell.kind == "markdown" and expressions(cell.source)
        ],
        "language": run.language,
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    write_atomically(folder / f"{run.digest}.json", text)
