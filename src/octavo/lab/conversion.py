"""Converting an essay from the browser: run what must be run, write the form, say what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from octavo.essays import pipeline
from octavo.files import write_atomically
from octavo.lab.desk import Desk
from octavo.pandoc import worker
from octavo.pandoc.worker import PandocError
from octavo.publishing import work
from octavo.publishing.forms import FORMS
from octavo.publishing.records import Surroundings
from octavo.records import Diagnostic, Outcome


def convert(
    desk: Desk, address: str, form: str, style: str = "", *, execute: bool = True
) -> Outcome[Path | None]:
    """Write an essay in one of the forms of ``octavo build --to``, below the site's output.

    The value is the file; None when a cell fails or the form can't be written. Raises
    ``KeyError`` for an unknown form and :class:`octavo.lab.desk.OutsideError`.
    """
    writer = FORMS[form]
    path = desk.path(address)
    pair = tuple(p for s in (".md", ".ipynb") if (p := path.with_suffix(s)).is_file())
    slug = desk.slug(path)
    prepared = pipeline.prepare(slug, pair, desk.workspace.cache / "runs", execute=execute)
    if prepared.value is None:
        return Outcome(value=None, diagnostics=prepared.diagnostics)
    source = prepared.value.source
    front = replace(source.front, csl=style) if style else source.front
    station = desk.station()
    context = work.context_for(station, front, "html" if writer.page else "pdf")
    document = pipeline.make_document(
        replace(prepared.value, source=replace(source, front=front)), context.value
    )
    faults = (*prepared.diagnostics, *context.diagnostics, *document.diagnostics)
    around = station.survey.around.get(slug) or Surroundings(masthead=station.survey.site.masthead)
    try:
        written = writer.write(document.value, around, worker.shared())
    except PandocError as error:
        return Outcome(value=None, diagnostics=(*faults, _refused(form, error)))
    faults = (*faults, *written.diagnostics)
    if not written.value:
        return Outcome(value=None, diagnostics=faults)
    name = Path(slug).name + writer.suffix
    target = desk.workspace.output / slug / ("index.html" if form == "html" else name)
    write_atomically(target, written.value)
    if writer.page:
        for item in document.value.media:
            work.copy(item, target.parent / item.name)
    return Outcome(value=target, diagnostics=faults)


def _refused(form: str, error: PandocError) -> Diagnostic:
    return Diagnostic(
        code="not-converted",
        message=f"pandoc can't write {form}: {str(error).splitlines()[0]}",
        hint="simplify the part that it names",
    )
