"""``octavo build``: everything that is out of date."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from octavo.cli.console import (
    EXIT_FAULTS,
    OctavoCommand,
    complete_essay,
    fail,
    find_workspace,
    print_json,
    progress,
    show,
    summary,
    workspace_option,
)
from octavo.pandoc import worker
from octavo.workspace import Workspace


@click.command(
    cls=OctavoCommand,
    examples="""
    octavo build                     the site, and the papers that essays ask for
    octavo build start-here          one essay
    octavo build citing --to pdf     its paper
    octavo build citing --to docx    a manuscript for an editor
    octavo build --json              what was built, for another program
    """,
)
@click.argument("essays", nargs=-1, metavar="[ESSAY]...", shell_complete=complete_essay)
@click.option(
    "--to",
    "wanted",
    type=click.Choice(["auto", "all", "html", "pdf", "docx", "latex", "epub", "jats", "text"]),
    default="auto",
    show_default=True,
    help="The form; auto makes pages, and papers where the front matter asks for one; all makes"
    " pages and papers.",
)
@click.option("--drafts", is_flag=True, help="Drafts too.")
@click.option("--json", "as_json", is_flag=True, help="Print what was built as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    essays: tuple[str, ...],
    wanted: Any,
    drafts: bool,
    as_json: bool,
    folder: Path,
) -> None:
    """Build essays into pages and papers: those named, or all that are out of date."""
    workspace = find_workspace(folder)
    slugs = resolve_slugs(workspace, essays)
    if not (workspace.cache / "build.sqlite").is_file():
        # There will be something to convert: pandoc starts while Python imports.
        worker.shared().start()
    from octavo.publishing import build  # noqa: PLC0415

    begun = time.perf_counter()
    with progress("Building", quiet=as_json) as told:

        def report(done: Any, count: int, total: int) -> None:
            mark = " (failed)" if done.failed else ""
            told(f"{done.slug}{mark}", count, total)

        result = build.build(workspace, slugs, wanted=wanted, drafts=drafts, progress=report)
    seconds = time.perf_counter() - begun
    if as_json:
        print_json(
            {
                "ok": result.ok,
                "built": result.built,
                "failed": result.failed,
                "current": result.current,
                "outputs": [str(path) for path in result.outputs],
                "diagnostics": [fault.as_json() for fault in result.diagnostics],
                "seconds": round(seconds, 3),
            }
        )
    else:
        show(result.diagnostics)
        _conclude(workspace, result, slugs, seconds)
    if not result.ok:
        ctx.exit(EXIT_FAULTS)


def _conclude(workspace: Workspace, result: Any, slugs: tuple[str, ...], seconds: float) -> None:
    parts = [f"{len(result.built)} built"]
    if result.current:
        parts.append(f"{result.current} up to date")
    if result.failed:
        parts.append(f"{len(result.failed)} failed ({', '.join(result.failed)})")
    if result.drafts:
        parts.append(f"{result.drafts} drafts left out (--drafts takes them in)")
    if said := summary(result.diagnostics):
        parts.append(said)
    click.echo(f"{'; '.join(parts)} in {seconds:.1f} s.")
    if slugs:
        for path in result.outputs:
            click.echo(f"  {path}")
    else:
        papers = sum(path.suffix == ".pdf" for path in result.outputs)
        click.echo(f"The site: {workspace.output / 'index.html'}")
        if papers:
            click.echo(f"{papers} paper{'s' if papers > 1 else ''} in it as PDF.")


def resolve_slugs(workspace: Workspace, essays: tuple[str, ...]) -> tuple[str, ...]:
    """The slugs of essays named by slug or by file; an unknown one ends the command."""
    import difflib  # noqa: PLC0415

    known = workspace.essay_files()
    slugs = []
    for name in essays:
        slug = _slug(workspace, name)
        if slug not in known:
            near = difflib.get_close_matches(slug, list(known), n=1)
            hint = f"; did you mean {near[0]}?" if near else f" in {workspace.essays}"
            fail(f"there is no essay {name!r}{hint}")
        slugs.append(slug)
    return tuple(dict.fromkeys(slugs))


def _slug(workspace: Workspace, name: str) -> str:
    path = Path(name)
    if path.suffix in (".md", ".ipynb"):
        full = path.resolve()
        if full.is_relative_to(workspace.essays):
            return full.relative_to(workspace.essays).with_suffix("").as_posix()
        return path.with_suffix("").as_posix()
    return name
