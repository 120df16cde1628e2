"""``octavo refs check`` and ``octavo refs fix``: what is wrong in the bibliography."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavo.cli.console import (
    EXIT_FAULTS,
    OctavoCommand,
    fail,
    find_workspace,
    print_json,
    show,
    summary,
    workspace_option,
)
from octavo.cli.refs import json_option, open_library

if TYPE_CHECKING:
    from octavo.records import Diagnostic

_MANY = 5  # so many of one code are shown; --all shows the rest


@click.command(cls=OctavoCommand, examples="octavo refs check --all")
@click.option("--all", "all_", is_flag=True, help=f"Show more than {_MANY} faults of one kind.")
@json_option
@workspace_option
@click.pass_context
def check(ctx: click.Context, all_: bool, as_json: bool, folder: Path) -> None:
    """Report what is wrong in the bibliography files, each with its line; write nothing."""
    from octavo.bibliography import checks, lock  # noqa: PLC0415

    workspace = find_workspace(folder)
    opened = open_library(workspace)
    library = opened.value
    locked = lock.read(workspace.root / "bibliography" / "refs.lock")
    faults = [
        *opened.diagnostics,
        *locked.diagnostics,
        *(finding.diagnostic for finding in checks.check(library)),
        *checks.check_use(library, library.notes()),
        *checks.check_retracted(library, locked.value),
    ]
    failed = any(fault.severity == "error" for fault in faults)
    if as_json:
        print_json({"ok": not failed, "diagnostics": [fault.as_json() for fault in faults]})
    else:
        show(faults if all_ else _first_of_each(faults))
        click.echo(f"{summary(faults)}." if faults else "Nothing is wrong.")
        _tell_of_more(faults, all_)
    if failed:
        ctx.exit(EXIT_FAULTS)


def _first_of_each(faults: list[Diagnostic]) -> list[Diagnostic]:
    seen: Counter[str] = Counter()
    kept: list[Diagnostic] = []
    for fault in faults:
        seen[fault.code] += 1
        if fault.severity == "error" or seen[fault.code] <= _MANY:
            kept.append(fault)
    return kept


def _tell_of_more(faults: list[Diagnostic], all_: bool) -> None:
    counts = Counter(fault.code for fault in faults)
    for code, count in counts.most_common():
        click.echo(f"  {count:6} {code}")
    if not all_ and any(count > _MANY for count in counts.values()):
        click.echo("Show every one: octavo refs check --all")


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo refs fix              show what can safely be put right
    octavo refs fix --write      and write it
    """,
)
@click.option("--write", is_flag=True, help="Write the files.")
@json_option
@workspace_option
def fix(write: bool, as_json: bool, folder: Path) -> None:
    """Put right what can safely be: shown as a diff, written with --write."""
    from octavo.bibliography import checks, fixes  # noqa: PLC0415

    library = open_library(find_workspace(folder)).value
    repairs = [found.repair for found in checks.check(library) if found.repair]
    try:
        plan = fixes.plan(repairs)
        for one in plan if write else ():
            one.write()
    except OSError as error:
        fail(str(error))
    if as_json:
        print_json(
            [
                {"path": str(r.entry.span.path), "key": r.entry.key, "field": r.field,
                 "before": r.old, "after": r.new, "written": write}
                for r in repairs
            ]
        )  # fmt: skip
        return
    for one in plan:
        click.echo(one.diff(), nl=False)
    what = f"{len(repairs)} value{'s' if len(repairs) != 1 else ''} in {len(plan)} files"
    if not plan:
        click.echo("Nothing to put right.")
    else:
        click.echo(f"{what} written." if write else f"{what}. Write them: octavo refs fix --write")
