"""``octavo check``: every diagnostic, and nothing written."""

from __future__ import annotations

from pathlib import Path

import click

from octavo.cli.build import resolve_slugs
from octavo.cli.console import (
    EXIT_FAULTS,
    OctavoCommand,
    complete_essay,
    find_workspace,
    print_json,
    show,
    summary,
    workspace_option,
)


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo check                     the whole workspace
    octavo check citing              one essay
    octavo check --json              for an editor
    """,
)
@click.argument("essays", nargs=-1, metavar="[ESSAY]...", shell_complete=complete_essay)
@click.option("--all", "everything", is_flag=True, help="Also what is uncited or has no note.")
@click.option("--json", "as_json", is_flag=True, help="Print the diagnostics as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, essays: tuple[str, ...], as_json: bool, everything: bool, folder: Path
) -> None:
    """Report everything that is wrong, with file, line and column; write nothing.

    Exits with 1 when there is an error, with 0 when there are only warnings.
    """
    from octavo.bibliography.checks import REMARKS  # noqa: PLC0415
    from octavo.publishing import check  # noqa: PLC0415

    workspace = find_workspace(folder)
    found = check.check(workspace, resolve_slugs(workspace, essays), remarks=True)
    faults = [fault for fault in found if everything or fault.code not in REMARKS]
    failed = any(fault.severity == "error" for fault in faults)
    if as_json:
        print_json({"ok": not failed, "diagnostics": [fault.as_json() for fault in faults]})
    else:
        show(faults)
        click.echo(f"{summary(faults)}." if faults else "Nothing is wrong.")
        if len(found) > len(faults):
            count = len(found) - len(faults)
            click.echo(f"{count} remarks on what is cited and noted: octavo check --all")
    if failed:
        ctx.exit(EXIT_FAULTS)
