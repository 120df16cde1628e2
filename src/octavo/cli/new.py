"""``octavo new``: a new essay, a new reading note."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from octavo.cli.console import OctavoCommand, fail, find_workspace, show, workspace_option


@click.group()
def command() -> None:
    """Begin an essay or a reading note."""


@command.command(cls=OctavoCommand, examples="octavo new essay 'On commonplace books'")
@click.argument("title")
@workspace_option
def essay(title: str, folder: Path) -> None:
    """A new essay, text and notebook, in essays/."""
    from octavo import scaffold  # noqa: PLC0415

    workspace = find_workspace(folder)
    try:
        written = scaffold.new_essay(workspace, title, datetime.date.today())
    except FileExistsError as error:
        fail(f"{error} is there already: give the essay another title")
    for path in written:
        click.echo(path)


@command.command(cls=OctavoCommand, examples="octavo new note knuth1984")
@click.argument("citekey")
@workspace_option
def note(citekey: str, folder: Path) -> None:
    """A new reading note for a citekey, filled from the entry, in notebooks/reading/."""
    from octavo import scaffold  # noqa: PLC0415
    from octavo.bibliography.library import Library  # noqa: PLC0415

    workspace = find_workspace(folder)
    key = citekey.removeprefix("@")
    workspace.cache.mkdir(parents=True, exist_ok=True)
    library = Library.open(workspace.bibliography, workspace.cache / "library.sqlite").value
    resolved = library.resolve([key])
    show(resolved.diagnostics)
    if key not in resolved.value:
        fail(f"no note without an entry: add {key} to the bibliography first")
    try:
        written = scaffold.new_reading_note(
            workspace, key, resolved.value[key], datetime.date.today()
        )
    except FileExistsError as error:
        fail(f"there is a note already: {error}")
    for path in written:
        click.echo(path)
