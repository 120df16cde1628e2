"""``octavo refs update`` and ``octavo refs pull``: what changed at the sources."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from octavo.cli.console import (
    EXIT_FAULTS,
    OctavoCommand,
    fail,
    find_workspace,
    print_json,
    progress,
    show,
    workspace_option,
)
from octavo.cli.refs import json_option, open_library

if TYPE_CHECKING:
    from octavo.bibliography.adding import Refreshed
    from octavo.bibliography.library import Library


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo refs update              show what changed at the sources, field by field
    octavo refs update --write      and write it into bibliography/refs.lock
    octavo refs update --cited      look at every cited entry that has a DOI, too
    """,
)
@click.option("--write", is_flag=True, help="Write bibliography/refs.lock.")
@click.option("--cited", is_flag=True, help="Lock every cited entry that has a DOI.")
@click.option("--offline", is_flag=True, help="Ask nothing of the network.")
@json_option
@workspace_option
@click.pass_context
def update(
    ctx: click.Context, write: bool, cited: bool, offline: bool, as_json: bool, folder: Path
) -> None:
    """Ask the sources of locked references again; fetch the identifiers that essays cite."""
    from octavo.bibliography import adding, lock  # noqa: PLC0415
    from octavo.bibliography.sources.http import Web  # noqa: PLC0415

    workspace = find_workspace(folder)
    library = open_library(workspace).value
    path = workspace.root / "bibliography" / "refs.lock"
    locked = lock.read(path)
    show(locked.diagnostics)
    if not locked.ok:
        ctx.exit(EXIT_FAULTS)
    wanted = dict(_wanted(library, cited))
    total = len(locked.value.references.keys() | wanted.keys())
    found: list[Refreshed] = []
    failed = False
    with (
        Web(email=workspace.settings.email, offline=offline) as web,
        progress("Asking", quiet=as_json) as told,
    ):
        results = adding.refresh(locked.value, wanted.items(), web, datetime.date.today())
        for count, outcome in enumerate(results, 1):
            show(outcome.diagnostics)
            failed = failed or not outcome.ok
            if outcome.value:
                told(outcome.value.entry.identifier, count, total)
                found.append(outcome.value)
    changed = [one for one in found if one.new or one.changes or one.notices]
    if write:
        after = {one.entry.identifier: one.entry for one in found}
        lock.write(path, lock.Lock(references={**locked.value.references, **after}))
    if as_json:
        print_json([_as_json(one) for one in changed])
    else:
        for one in changed:
            _print(one)
        _tell(len(found), len(changed), write)
    if failed:
        ctx.exit(EXIT_FAULTS)


def _wanted(library: Library, cited: bool) -> Iterator[tuple[str, str]]:
    """Identifiers cited as such, and with ``--cited`` the DOIs of cited entries."""
    from octavo.bibliography import checks, identifiers, lock  # noqa: PLC0415

    keys = dict.fromkeys(place.key for place in library.cited())
    for key in keys:
        if lock.is_identifier(key):
            yield key, ""
    for key, entry in library.entries(keys).items() if cited else ():
        doi = identifiers.doi(identifiers.verbatim(checks.checked(entry).text("doi")))
        if doi:
            yield f"doi:{doi}", key


def _print(one: Refreshed) -> None:
    name = one.entry.citekey or one.entry.identifier
    click.secho(f"{name}  {'new' if one.new else 'changed'}", bold=True)
    for change in one.changes:
        click.echo(f"  {change.variable}")
        for sign, value, colour in (("-", change.before, "red"), ("+", change.after, "green")):
            if value is not None:
                click.secho(f"    {sign} {_shown(value)}", fg=colour)
    for notice in one.entry.updates if one.notices else ():
        click.secho(f"  {notice.type} {notice.date} doi:{notice.doi}", fg="red")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tell(asked: int, changed: int, written: bool) -> None:
    if not changed:
        click.echo(f"{asked} asked, nothing changed.")
    else:
        rest = "written" if written else "not written: octavo refs update --write"
        click.echo(f"{asked} asked, {changed} changed, {rest}.")


def _as_json(one: Refreshed) -> dict[str, Any]:
    return {
        "identifier": one.entry.identifier, "key": one.entry.citekey, "new": one.new,
        "changes": [
            {"variable": c.variable, "before": c.before, "after": c.after} for c in one.changes
        ],
        "updates": [{"type": u.type, "doi": u.doi, "date": u.date} for u in one.entry.updates],
    }  # fmt: skip


@click.group()
def pull() -> None:
    """Take references and annotations from another program."""


@pull.command(
    "zotero",
    cls=OctavoCommand,
    examples="""
    octavo refs pull zotero
    octavo refs pull zotero --collection "Commonplace books"
    """,
)
@click.option("--collection", default="", help="Only this collection, by name or key.")
@click.option(
    "--api", default="", metavar="URL", help="Where Zotero listens, if not on port 23119."
)
@json_option
@workspace_option
@click.pass_context
def zotero_(ctx: click.Context, collection: str, api: str, as_json: bool, folder: Path) -> None:
    """Take items and annotations from Zotero 7, which has to run on this machine.

    Items go into bibliography/zotero.bib unless another file has them; annotations become
    quotations in the reading notes. What you wrote there stays.
    """
    from octavo.bibliography.notes import new_note  # noqa: PLC0415
    from octavo.bibliography.pulling import pull_into  # noqa: PLC0415
    from octavo.bibliography.sources import zotero  # noqa: PLC0415
    from octavo.bibliography.sources.http import FetchError, Patience, Web  # noqa: PLC0415

    workspace = find_workspace(folder)
    try:
        with Web(patience=Patience(tries=1)) as web:  # on this machine: it is there or it isn't
            found = zotero.pull(web, api or zotero.LOCAL, collection)
        pulled = pull_into(
            open_library(workspace).value,
            found,
            workspace.root / "bibliography" / "zotero.bib",
            workspace.notes,
            pattern=workspace.settings.citekey,
            new_note=lambda key, item: new_note(
                key, item, datetime.date.today(), workspace.settings.lang
            ),
        )
    except FetchError as error:
        show([error.diagnostic])
        ctx.exit(EXIT_FAULTS)
    except OSError as error:
        fail(str(error))
    show(pulled.diagnostics)
    if as_json:
        print_json(
            {
                "items": dict(pulled.citekeys),
                "written": [str(path) for path in pulled.written],
                "diagnostics": [fault.as_json() for fault in pulled.diagnostics],
            }
        )
        return
    for path in pulled.written:
        click.echo(path)
    click.echo(f"{len(pulled.citekeys)} items, {len(pulled.written)} files written.")
