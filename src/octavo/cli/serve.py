"""``octavo serve``: build, show, rebuild on change."""

from __future__ import annotations

import threading
import webbrowser
from pathlib import Path

import click

from octavo.cli.console import (
    OctavoCommand,
    fail,
    find_workspace,
    progress,
    show,
    summary,
    workspace_option,
)


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo serve                     drafts too, at a free port
    octavo serve --port 8000 --open
    """,
)
@click.option("--port", default=0, show_default="a free one", help="The port on loopback.")
@click.option("--open", "opened", is_flag=True, help="Open a browser.")
@click.option("--drafts/--no-drafts", default=True, show_default=True, help="Drafts too.")
@workspace_option
def command(port: int, opened: bool, drafts: bool, folder: Path) -> None:
    """Build the site, serve it on this machine, and rebuild and reload it when a source changes."""
    from octavo.publishing import serve  # noqa: PLC0415

    workspace = find_workspace(folder)
    bell = serve.Bell()

    def renew() -> None:
        from octavo.publishing import build  # noqa: PLC0415

        with progress("Building") as told:
            result = build.build(
                find_workspace(folder),
                drafts=drafts,
                progress=lambda done, count, total: told(done.slug, count, total),
            )
        show(result.diagnostics)
        said = summary(result.diagnostics)
        click.echo(f"{len(result.built)} built{f', {said}' if said else ''}.")
        bell.ring()

    renew()
    workspace.output.mkdir(parents=True, exist_ok=True)
    try:
        with serve.server(workspace.output, port, bell) as address:
            click.echo(f"Serving {address} (Ctrl-C ends)")
            if opened:
                webbrowser.open(address)
            serve.watch(workspace, renew, threading.Event())
    except OSError as error:
        fail(f"port {port} can't be used: {error.strerror}")
