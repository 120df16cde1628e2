"""``octavo refs format`` and ``octavo refs styles``: references as a style prints them."""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavo.cli.console import (
    EXIT_FAULTS,
    OctavoCommand,
    find_workspace,
    print_json,
    show,
    workspace_option,
)
from octavo.cli.refs import json_option, open_library
from octavo.workspace import Workspace

if TYPE_CHECKING:
    from octavo.bibliography.csl.records import CslItem, Entry, Run

_HTML = {
    "italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub", "underline": "u",
}  # fmt: skip


@click.command(
    "format",
    cls=OctavoCommand,
    examples="""
    octavo refs format knuth1984 doe2019 --style apa
    octavo refs format --style nature --html
    """,
)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--style", default="", help="A CSL style (default: the workspace's).")
@click.option("--html", "as_html", is_flag=True, help="Print HTML.")
@json_option
@workspace_option
@click.pass_context
def format_(
    ctx: click.Context,
    keys: tuple[str, ...],
    style: str,
    as_html: bool,
    as_json: bool,
    folder: Path,
) -> None:
    """Print the bibliography of some entries, or of all, in a style."""
    workspace = find_workspace(folder)
    library = open_library(workspace).value
    resolved = library.resolve([key.removeprefix("@") for key in keys] or library.keys())
    show(resolved.diagnostics)
    entries = _entries(workspace, resolved.value, style)
    if as_json:
        print_json(
            [{"key": e.id, "text": as_text(e.runs), "html": as_html_(e.runs)} for e in entries]
        )
    else:
        for entry in entries:
            click.echo(
                f"<div>{as_html_(entry.runs)}</div>"
                if as_html
                else as_text(entry.runs, terminal=True)
            )
    if not resolved.ok:
        ctx.exit(EXIT_FAULTS)


@click.command("styles", cls=OctavoCommand, examples="octavo refs styles chicago")
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "--limit", default=20, show_default=True, help="How many at most.")
@json_option
@workspace_option
def styles(words: tuple[str, ...], limit: int, as_json: bool, folder: Path) -> None:
    """Find a CSL style by words of its name or title, the workspace's own among them."""
    from octavo.bibliography.styles import search_styles  # noqa: PLC0415

    found = search_styles(" ".join(words), (find_workspace(folder).styles,), limit)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        parent = f", as {one.parent}" if one.parent else ""
        click.echo(
            f"{click.style(one.name, fg='cyan')}  {one.title} ({one.citation_format}{parent})"
        )
    if not found:
        click.echo("Nothing found.", err=True)


def reference(workspace: Workspace, items: Mapping[str, CslItem], style: str) -> str:
    """The references of some items as text for a terminal, one a line."""
    entries = _entries(workspace, items, style)
    return "\n".join(as_text(entry.runs, terminal=True) for entry in entries)


def _entries(workspace: Workspace, items: Mapping[str, CslItem], style: str) -> tuple[Entry, ...]:
    from octavo.bibliography import csl, styles  # noqa: PLC0415

    found = styles.find_style(style or workspace.settings.csl, (workspace.styles,))
    show(found.diagnostics)
    if found.value is None:
        sys.exit(EXIT_FAULTS)
    locale = styles.load_locale(workspace.settings.lang)
    return csl.format(found.value, locale, items, ()).bibliography


def as_text(runs: Iterable[Run], *, terminal: bool = False) -> str:
    """Runs as plain text, or with a terminal's italics and bold."""
    return "".join(_text(run, terminal) for run in runs).strip()


def _text(run: Run, terminal: bool) -> str:
    if isinstance(run, str):
        return run
    inner = "".join(_text(child, terminal) for child in run.children)
    formatting = getattr(run, "formatting", "")
    if not terminal or formatting not in ("italic", "bold"):
        return inner
    return click.style(inner, italic=formatting == "italic", bold=formatting == "bold")


def as_html_(runs: Iterable[Run]) -> str:
    """Runs as HTML."""
    return "".join(_html(run) for run in runs)


def _html(run: Run) -> str:
    if isinstance(run, str):
        return html.escape(run, quote=False)
    inner = as_html_(run.children)
    if href := getattr(run, "href", ""):
        return f'<a href="{html.escape(href)}">{inner}</a>'
    tag = _HTML.get(getattr(run, "formatting", ""))
    if getattr(run, "formatting", "") == "small-caps":
        return f'<span style="font-variant: small-caps">{inner}</span>'
    return f"<{tag}>{inner}</{tag}>" if tag else inner
