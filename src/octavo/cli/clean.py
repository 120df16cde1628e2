"""``octavo clean``: remove what can be made again."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from octavo.cli.console import OctavoCommand, fail, find_workspace, workspace_option


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo clean                     the site and the build's memory
    octavo clean --all               the kept runs and indexes too
    """,
)
@click.option("--all", "everything", is_flag=True, help="Also kept runs and indexes.")
@workspace_option
def command(everything: bool, folder: Path) -> None:
    """Remove the site and the build's memory; sources are never touched."""
    workspace = find_workspace(folder)
    output = workspace.output.resolve()
    sources = (workspace.root, workspace.essays, workspace.notes, workspace.root / "bibliography")
    if not output.is_relative_to(workspace.root) or any(
        source.resolve().is_relative_to(output) for source in sources
    ):
        fail(f"the output folder {output} holds more than outputs; it is left alone")
    removed = [output]
    removed += [workspace.cache] if everything else sorted(workspace.cache.glob("build.*"))
    for path in removed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        click.echo(f"removed {path}")
