"""``octavo refs add``: a reference by its identifier, into a bibliography file and the lock."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from octavo.cli.console import (
    EXIT_FAULTS,
    OctavoCommand,
    fail,
    find_workspace,
    print_json,
    show,
    workspace_option,
)
from octavo.cli.refs import json_option, open_library
from octavo.workspace import Workspace

if TYPE_CHECKING:
    from octavo.bibliography.adding import Added, Adder


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo refs add doi:10.1093/comjnl/27.2.97
    octavo refs add isbn:9780262510875 arxiv:1706.03762 pmid:12345
    octavo refs add https://example.org/essay paper.pdf
    """,
)
@click.argument("identifiers", nargs=-1, required=True, metavar="IDENTIFIER...")
@click.option("--to", "target", type=click.Path(path_type=Path), help="The file to add to.")
@click.option("--key", default="", help="The citekey (default: by the workspace's pattern).")
@click.option("--dry-run", is_flag=True, help="Show the entry, and write nothing.")
@click.option("--offline", is_flag=True, help="Ask nothing of the network.")
@json_option
@workspace_option
@click.pass_context
def add(
    ctx: click.Context,
    /,
    identifiers: tuple[str, ...],
    target: Path | None,
    as_json: bool,
    folder: Path,
    **given: Any,
) -> None:
    """Fetch references by DOI, ISBN, arXiv or PubMed number, address or PDF, and add them."""
    from octavo.bibliography.citekeys import PatternError  # noqa: PLC0415
    from octavo.bibliography.sources.http import Web  # noqa: PLC0415

    key, dry_run = given["key"], given["dry_run"]
    if key and len(identifiers) > 1:
        fail("--key is for one identifier")
    workspace = find_workspace(folder)
    adder = _adder(workspace, target)
    done: list[Added] = []
    failed = False
    with Web(email=workspace.settings.email, offline=given["offline"]) as web:
        for identifier in identifiers:
            try:
                outcome = adder.add(identifier, web, key=key, write=not dry_run)
            except PatternError as error:
                fail(f"{error}; it is citekey in [tool.octavo]")
            show(outcome.diagnostics)
            failed = failed or not outcome.ok
            if outcome.value:
                done.append(outcome.value)
    if as_json:
        print_json([_as_json(one, written=not dry_run) for one in done])
    else:
        for one in done:
            click.echo(one.text)
            if one.new:
                where = "would be added to" if dry_run else "added to"
                click.secho(f"{one.citekey} {where} {adder.path}", fg="green", err=True)
    if failed:
        ctx.exit(EXIT_FAULTS)


def _adder(workspace: Workspace, target: Path | None) -> Adder:
    from octavo.bibliography.adding import Adder  # noqa: PLC0415

    files = [path for path in workspace.bibliography if path.name != "zotero.bib"]
    path = target or (files[0] if files else workspace.root / "bibliography" / "references.bib")
    return Adder(
        library=open_library(workspace).value,
        path=path,
        lock_path=workspace.root / "bibliography" / "refs.lock",
        pattern=workspace.settings.citekey,
        today=datetime.date.today(),
    )


def _as_json(one: Added, *, written: bool) -> dict[str, Any]:
    return {
        "key": one.citekey, "identifier": one.identifier, "path": str(one.path), "new": one.new,
        "written": written and one.new, "entry": one.text, "item": dict(one.item),
    }  # fmt: skip
