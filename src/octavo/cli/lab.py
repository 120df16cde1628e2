"""``octavo lab``: JupyterLab at the workspace, with everything on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from octavo.cli.console import OctavoCommand, fail, find_workspace, workspace_option


@click.command(
    cls=OctavoCommand,
    context_settings={"ignore_unknown_options": True},
    examples="""
    octavo lab                       JupyterLab in the browser, at this workspace
    octavo lab -- --no-browser       what follows -- goes to JupyterLab
    """,
)
@click.option("--build-only", is_flag=True, help="Build the front end if need be, and stop.")
@click.argument("arguments", nargs=-1, metavar="[-- JUPYTERLAB OPTIONS]")
@workspace_option
def command(build_only: bool, arguments: tuple[str, ...], folder: Path) -> None:
    """Open JupyterLab at the workspace; in a clone, build its front end first if need be."""
    from octavo.lab import launch  # noqa: PLC0415

    build_front_end()
    if build_only:
        return
    workspace = find_workspace(folder)
    environment = {**os.environ, **launch.environment()}
    options = launch.options(workspace.root)
    lab = [sys.executable, "-m", "jupyterlab", *options, *arguments]
    if os.name == "posix":
        os.execve(sys.executable, lab, environment)  # Ctrl-C is JupyterLab's own: it asks first
    sys.exit(subprocess.run(lab, env=environment, check=False).returncode)


def build_front_end() -> None:
    """Build the front end of a clone when its sources changed; an installed one is whole."""
    from octavo.lab import frontend  # noqa: PLC0415

    sources = frontend.sources_folder()
    if sources is None or frontend.is_current(sources):
        return
    click.echo("Building the front end (its sources changed; the first time takes a minute)…")
    try:
        frontend.ensure(sources)
    except (frontend.FrontEndError, OSError) as error:
        fail(f"the front end can't be built: {error}")
