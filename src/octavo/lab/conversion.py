"""Converting an essay from the browser: run what must be run, write the form, say what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

from octavo.essays import pipeline
from octavo.lab.desk import Desk
from octavo.pandoc.worker import PandocError
from octavo.publishing import work
from octavo.publishing.plan import Form
from octavo.records import Diagnostic, Outcome

FORMS: tuple[Form, ...] = get_args(Form)
"""Every form of ``octavo build --to`` that is one."""


def convert(
    desk: Desk, address: str, form: str, style: str = "", *, execute: bool = True
) -> Outcome[Path | None]:
    """Write an essay in one of :data:`FORMS` below the site's output, from one thread at a time.

    The value is the file; None when a cell fails or the form can't be written. Raises
    ``ValueError`` for an unknown form and :class:`octavo.lab.desk.OutsideError`.
    """
    wanted = next((known for known in FORMS if known == form), None)
    if wanted is None:
        raise ValueError(f"there is no form {form!r}; there are {', '.join(FORMS)}")
    path = desk.path(address)
    pair = tuple(p for s in (".md", ".ipynb") if (p := path.with_suffix(s)).is_file())
    if not pair:
        raise ValueError(f"there is no essay {address!r}")
    runs = desk.workspace.cache / "runs"
    prepared = pipeline.prepare(desk.slug(path), pair, runs, execute=execute)
    if prepared.value is None:
        return Outcome(value=None, diagnostics=prepared.diagnostics)
    source = prepared.value.source
    if style:
        source = replace(source, front=replace(source.front, csl=style))
    work.start(replace(desk.station(), execute=execute))
    made = work.make(replace(prepared.value, source=source), wanted)
    faults = tuple(dict.fromkeys((*prepared.diagnostics, *made.diagnostics)))
    try:
        written = work.write(made.value, wanted)
    except PandocError as error:
        return Outcome(value=None, diagnostics=(*faults, _refused(form, error)))
    faults = (*faults, *written.diagnostics)
    if written.value is None:
        return Outcome(value=None, diagnostics=faults)
    return Outcome(value=desk.workspace.output / written.value[0][0], diagnostics=faults)


def _refused(form: str, error: PandocError) -> Diagnostic:
    return Diagnostic(
        code="not-converted",
        message=f"pandoc can't write {form}: {str(error).splitlines()[0]}",
        hint="simplify the part that it names",
    )
