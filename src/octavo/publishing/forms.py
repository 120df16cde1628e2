"""The forms that an essay can take, by the name that ``--to`` gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from octavo.essays.records import Document
from octavo.pandoc.worker import Worker
from octavo.publishing.records import Surroundings
from octavo.records import Outcome

Write = Callable[[Document, Surroundings, Worker], Outcome[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWriter:
    """How one form is made: ``page`` says that the document is woven for the page."""

    suffix: str
    page: bool
    write: Write


def _html(document: Document, around: Surroundings, worker: Worker) -> Outcome[bytes]:
    from octavo.publishing.page import write_page  # noqa: PLC0415 - the template engine

    return Outcome(value=write_page(document, around, worker).html.encode())


def _pdf(document: Document, around: Surroundings, worker: Worker) -> Outcome[bytes]:
    from octavo.publishing.paper import write_paper  # noqa: PLC0415 - the type setter

    outcome = write_paper(document, around.masthead, worker)
    return Outcome(value=outcome.value.pdf, diagnostics=outcome.diagnostics)


def _typst(document: Document, around: Surroundings, worker: Worker) -> Outcome[bytes]:
    from octavo.publishing.paper import write_typst  # noqa: PLC0415

    return Outcome(value=write_typst(document, around.masthead, worker).encode())


FORMS: Mapping[str, FormWriter] = MappingProxyType(
    {
        "html": FormWriter(suffix=".html", page=True, write=_html),
        "pdf": FormWriter(suffix=".pdf", page=False, write=_pdf),
        "typst": FormWriter(suffix=".typ", page=False, write=_typst),
    }
)
