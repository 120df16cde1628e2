"""New essays, new reading notes, new references, from the browser."""

from __future__ import annotations

import datetime

from octavo import scaffold
from octavo.bibliography.adding import Adder
from octavo.bibliography.sources.http import Web
from octavo.bibliography.sources.services import Services
from octavo.lab.desk import Desk
from octavo.records import Diagnostic, Outcome


def note(desk: Desk, key: str, today: datetime.date) -> Outcome[str]:
    """The address of a source's reading note, begun where there is none."""
    library = desk.library()
    found = library.notes().get(key)
    if found is not None:
        return Outcome(value=desk.address(found))
    item = library.get(key)
    if item is None:
        return Outcome(value="", diagnostics=(library.unknown(key),))
    try:
        path, _ = scaffold.new_reading_note(desk.workspace, key, item, today)
    except FileExistsError as error:
        return Outcome(value="", diagnostics=(_taken(error),))
    return Outcome(value=desk.address(path))


def essay(desk: Desk, title: str, today: datetime.date) -> Outcome[str]:
    """The address of a new essay's notebook."""
    try:
        _, notebook = scaffold.new_essay(desk.workspace, title, today)
    except FileExistsError as error:
        return Outcome(value="", diagnostics=(_taken(error),))
    return Outcome(value=desk.address(notebook))


def reference(
    desk: Desk, identifier: str, today: datetime.date, services: Services | None = None
) -> Outcome[str]:
    """The citekey of a reference fetched by DOI, ISBN, arXiv number or address, and added.

    The one thing here that asks the network, because the writer asked for it.
    """
    workspace = desk.workspace
    files = [path for path in workspace.bibliography if path.name != "zotero.bib"]
    adder = Adder(
        library=desk.library(),
        path=files[0] if files else workspace.root / "bibliography" / "references.bib",
        lock_path=workspace.lock,
        pattern=workspace.settings.citekey,
        today=today,
        services=services or Services(),
    )
    with Web(email=workspace.settings.email) as web:
        outcome = adder.add(identifier, web)
    return Outcome(
        value=outcome.value.citekey if outcome.value else "", diagnostics=outcome.diagnostics
    )


def _taken(error: FileExistsError) -> Diagnostic:
    return Diagnostic(
        code="name-taken",
        message=f"{str(error).rpartition('/')[2]} is there already",
        hint="open it, or choose another title",
    )
