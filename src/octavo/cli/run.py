"""``octavo run``: execute an essay and write the outputs into its notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from octavo.cli.build import resolve_slugs
from octavo.cli.console import (
    OctavoCommand,
    complete_essay,
    fail,
    find_workspace,
    progress,
    show,
    workspace_option,
)


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo run executing             renew the outputs in executing.ipynb
    octavo run executing -p years=3  with another value for a parameter
    """,
)
@click.argument("essay", shell_complete=complete_essay)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value for a name of the cell tagged `parameters`; read as YAML (3, 0.5, true, text).",
)
@workspace_option
def command(essay: str, parameters: tuple[str, ...], folder: Path) -> None:
    """Execute an essay in a kernel of its own and write the outputs into the pair's notebook.

    This is the one command that writes outputs into a notebook; the text is not touched.
    """
    from octavo.essays import pipeline  # noqa: PLC0415

    workspace = find_workspace(folder)
    (slug,) = resolve_slugs(workspace, (essay,))
    values = tuple(_parameter(given) for given in parameters)
    with progress(f"Running {slug}") as told:

        def report(number: int, total: int) -> None:
            told(f"cell {number}", number, total)

        done = pipeline.execute(workspace, slug, dict(values), report)
    show(done.diagnostics)
    if done.value is None:
        fail(f"{slug} stopped; its notebook is as it was")
    click.echo(f"{done.value} holds the outputs.")


def _parameter(given: str) -> tuple[str, Any]:
    import yaml  # noqa: PLC0415

    name, separator, value = given.partition("=")
    if not separator or not name.isidentifier():
        raise click.BadParameter(f"{given!r} is not NAME=VALUE", param_hint="-p")
    try:
        return name, yaml.safe_load(value)
    except yaml.YAMLError:
        return name, value
