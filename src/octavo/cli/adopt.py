"""``octavo adopt``: take foreign Markdown and notebooks in."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from octavo.cli.console import EXIT_FAULTS, OctavoCommand, find_workspace, workspace_option


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo adopt essays/old.md       shows what would be added, and asks
    octavo adopt ~/draft.ipynb --yes
    """,
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@workspace_option
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], yes: bool, folder: Path) -> None:
    """Add what is missing to foreign Markdown files and notebooks, every byte of the text kept.

    The change is shown first. A file from elsewhere is copied into essays/.
    """
    from octavo import scaffold  # noqa: PLC0415
    from octavo.files import write_atomically  # noqa: PLC0415

    workspace = find_workspace(folder)
    refused = 0
    for path in files:
        try:
            change = scaffold.adopt(workspace, path)
        except ValueError as error:
            click.secho(f"octavo: {path}: {error}", fg="red", err=True)
            refused += 1
            continue
        if change.new == change.old:
            click.echo(f"{path} has all it needs.")
            continue
        _show(change)
        if yes or _agreed():
            write_atomically(change.target, change.new)
            click.echo(f"{change.target} written.")
            if change.note:
                click.echo(change.note)
        else:
            refused += 1
    if refused:
        ctx.exit(EXIT_FAULTS)


def _show(change: object) -> None:
    from octavo.scaffold import Adoption  # noqa: PLC0415

    assert isinstance(change, Adoption)
    name = str(change.target)
    lines = difflib.unified_diff(
        change.old.splitlines(), change.new.splitlines(), name, name, lineterm="", n=2
    )
    for line in lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.secho(line, fg=colour)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        click.echo("Nothing written: say --yes to write this.")
        return False
    return click.confirm("Write this?")
