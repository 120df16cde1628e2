"""``octavo init``: a new workspace."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from octavo.cli.console import OctavoCommand, fail


@click.command(cls=OctavoCommand, examples="octavo init ~/writing")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
def command(path: Path) -> None:
    """Make a new workspace: folders, settings, a first essay, a first note, a small bibliography.

    Nothing that is there is overwritten.
    """
    from octavo import scaffold  # noqa: PLC0415

    try:
        written = scaffold.init(path)
    except FileExistsError as error:
        fail(f"{path} has files of these names already: {error}")
    except OSError as error:
        fail(f"{path} can't be made: {error.strerror}")
    click.echo(f"{len(written)} files in {path}. Next: cd {shlex.quote(str(path))} && octavo build")
