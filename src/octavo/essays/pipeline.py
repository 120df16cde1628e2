"""The path of an essay from its files to a woven document, step by step.

    read_pair -> plan -> run (kept or executed) -> lower -> weave

Every step takes a record and gives a record; the disk is touched by the first, the kernel by
the third, pandoc by the last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavo.essays.lower import Lowered, lower, lower_text
from octavo.essays.records import Document
from octavo.essays.source import Source, read_pair
from octavo.essays.weave import Context, weave
from octavo.files import read_text, write_atomically
from octavo.notebooks import pair, store
from octavo.notebooks.parameters import check as check_parameters
from octavo.notebooks.records import Failure, Plan, Run
from octavo.records import Diagnostic, Outcome, Span
from octavo.workspace import Workspace

Report = Callable[[str], None]
"""Called with a line that says what is being done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An essay that was read and run: what weaving needs, for as many forms as are wanted."""

    source: Source
    lowered: Lowered


def prepare(
    slug: str,
    paths: tuple[Path, ...],
    runs: Path,
    *,
    execute: bool = True,
    report: Report | None = None,
) -> Outcome[Prepared | None]:
    """Read an essay, run its code unless that was done before, and lower it.

    ``runs`` is the folder of kept runs. Without ``execute`` a run that isn't kept leaves the
    essay's cells without outputs (for previews and checks). The value is None when the essay
    can't be read or a cell fails; the diagnostics say why.
    """
    read = read_pair(slug, paths)
    source = read.value
    if any(d.code in _UNREADABLE for d in read.diagnostics):
        return Outcome(value=None, diagnostics=read.diagnostics)
    if not source.has_code:
        prepared = Prepared(source=source, lowered=lower_text(source))
        return Outcome(value=prepared, diagnostics=read.diagnostics)
    asked = plan(source)
    ran = obtain(asked, runs, execute=execute, report=report)
    if isinstance(ran, Diagnostic):
        return Outcome(value=None, diagnostics=(*read.diagnostics, ran))
    if ran.failure is not None:
        fault = failed(source, asked, ran.failure)
        return Outcome(value=None, diagnostics=(*read.diagnostics, fault))
    prepared = Prepared(source=source, lowered=lower(asked.cells, ran))
    return Outcome(value=prepared, diagnostics=read.diagnostics)


_UNREADABLE = frozenset({"unreadable-file", "broken-notebook", "too-large"})


def make_document(prepared: Prepared, context: Context) -> Outcome[Document]:
    """Weave a prepared essay for one form."""
    return weave(prepared.source, prepared.lowered, context)


def plan(source: Source, parameters: tuple[tuple[str, object], ...] = ()) -> Plan:
    """What a kernel is asked for an essay; the header's ``kernelspec`` names the kernel."""
    notebook = pair.to_notebook(source.text)
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    return Plan(
        cells=pair.cells_of_notebook(notebook),
        folder=source.path.parent,
        kernel=str(kernel),
        parameters=parameters,
    )


def obtain(
    asked: Plan, runs: Path, *, execute: bool = True, report: Report | None = None
) -> Run | Diagnostic:
    """The kept run of a plan, or a new one that is kept when it succeeds."""
    kept = store.load(runs, asked)
    if kept is not None:
        return kept
    if not execute:
        empty = tuple(() for _ in asked.cells)
        return Run(digest=store.digest(asked), outputs=empty, values=empty)
    from octavo.notebooks import run  # noqa: PLC0415 - papermill takes half a second

    def told(number: int, total: int) -> None:
        if report is not None:
            report(f"cell {number} of {total}")

    try:
        ran = run.execute(asked, told)
    except RuntimeError as error:
        return _no_kernel(error, asked.folder)
    store.save(runs, asked, ran)
    return ran


def failed(source: Source, asked: Plan, failure: Failure) -> Diagnostic:
    """The diagnostic of a failed cell, at the faulty line of the writer's text."""
    start = -1
    for cell in asked.cells[: failure.cell]:
        start = max(start, source.text.find(cell.source, start + 1))
    span = Span(path=source.path)
    if start >= 0:
        first = source.text.count("\n", 0, start) + 1
        span = Span(path=source.path, line=first + max(failure.line, 1) - 1, column=1)
    summary = f"{failure.name}: {failure.message}".splitlines()[0]
    return Diagnostic(
        code="cell-failed",
        message=f"cell {failure.cell} failed: {summary}",
        span=span,
        hint=_indented(failure.traceback) or "the kernel died; run the essay again",
    )


def _indented(traceback: str) -> str:
    lines = [line for line in traceback.splitlines() if line.strip("- ")]
    if len(lines) > 30:
        lines[10:-15] = ["…"]
    return "\n    ".join(lines)


def execute(
    workspace: Workspace,
    slug: str,
    parameters: Mapping[str, object] | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Outcome[Path | None]:
    """Execute an essay and write its outputs into the notebook of its pair.

    ``parameters`` replace values of the cell tagged ``parameters``; ``report`` is called before
    each cell with its number and how many there are. The value is the notebook's path, None when
    a cell failed: then the notebook stays as it was. Raises ``KeyError`` for an unknown slug.
    """
    from octavo.notebooks import run  # noqa: PLC0415 - papermill takes half a second

    paths, runs = workspace.essay_files()[slug], workspace.cache / "runs"
    read = read_pair(slug, paths)
    source = read.value
    if any(d.code in _UNREADABLE for d in read.diagnostics):
        return Outcome(value=None, diagnostics=read.diagnostics)
    asked = plan(source, tuple((parameters or {}).items()))
    if unknown := check_parameters(asked, source.path):
        return Outcome(value=None, diagnostics=(*read.diagnostics, *unknown))
    try:
        ran = run.execute(asked, report)
    except RuntimeError as error:
        return Outcome(value=None, diagnostics=(*read.diagnostics, _no_kernel(error, source.path)))
    if ran.failure is not None:
        return Outcome(
            value=None, diagnostics=(*read.diagnostics, failed(source, asked, ran.failure))
        )
    store.save(runs, asked, ran)
    target = source.notebook or source.path.with_suffix(".ipynb")
    old = read_text(source.path).value if source.path == target else ""
    write_atomically(target, pair.renewed(source.text, ran.outputs, ran.language, old))
    return Outcome(value=target, diagnostics=read.diagnostics)


def _no_kernel(error: RuntimeError, path: Path) -> Diagnostic:
    return Diagnostic(
        code="no-kernel",
        message=str(error),
        span=Span(path=path),
        hint="install the kernel, or name another under `kernelspec` in the header",
    )
