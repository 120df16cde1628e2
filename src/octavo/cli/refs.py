"""``octavo refs``: find, show, list and print what is in the bibliography."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from octavo.cli.console import (
    OctavoCommand,
    fail,
    find_workspace,
    print_json,
    seen,
    show,
    workspace_option,
)
from octavo.records import Span
from octavo.workspace import Workspace

if TYPE_CHECKING:
    from octavo.bibliography.library import Library
    from octavo.bibliography.records import CitedPlace, Hit
    from octavo.records import Outcome

_ELSEWHERE = {
    "add": "octavo.cli.refs_add:add",
    "check": "octavo.cli.refs_check:check",
    "fix": "octavo.cli.refs_check:fix",
    "update": "octavo.cli.refs_update:update",
    "pull": "octavo.cli.refs_update:pull",
    "format": "octavo.cli.refs_format:format_",
    "styles": "octavo.cli.refs_format:styles",
}

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = _ELSEWHERE[cmd_name].split(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Group)
def command() -> None:
    """Find, add, check and print references."""


def open_library(workspace: Workspace) -> Outcome[Library]:
    """The workspace's library with its reading notes indexed."""
    from octavo.bibliography.library import Library  # noqa: PLC0415

    opened = Library.open(workspace.bibliography, workspace.cache / "library.sqlite")
    opened.value.index_notes(workspace.notes)
    return opened


@command.command(
    cls=OctavoCommand,
    examples="""
    octavo refs search garden paths
    octavo refs search @smi 2019 garden     @ before a word: an author's name or a citekey
    """,
)
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "--limit", default=20, show_default=True, help="How many at most.")
@json_option
@workspace_option
def search(words: tuple[str, ...], limit: int, as_json: bool, folder: Path) -> None:
    """Find entries by author, title, year, journal, keywords, abstract or reading note."""
    library = open_library(find_workspace(folder)).value
    _print_hits(library.search(" ".join(words), limit), as_json)


@command.command("list", cls=OctavoCommand, examples="octavo refs list --json")
@click.option("--cited", is_flag=True, help="Only what the essays cite.")
@json_option
@workspace_option
def list_(cited: bool, as_json: bool, folder: Path) -> None:
    """List every entry, in the order of the files."""
    library = open_library(find_workspace(folder)).value
    used = {place.key for place in library.cited()}
    hits = [hit for hit in library.hits() if not cited or hit.key in used]
    _print_hits(hits, as_json)


def _print_hits(hits: list[Hit], as_json: bool) -> None:
    if as_json:
        print_json([_hit_json(hit) for hit in hits])
        return
    for hit in hits:
        who = _short_names(hit.author)
        what = ", ".join(part for part in (who, hit.year) if part)
        key = click.style(hit.key, fg="cyan")
        click.echo(f"{key}  {what}{': ' if what else ''}{hit.title}")
    if not hits:
        click.echo("Nothing found.", err=True)


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "key": hit.key, "type": hit.type, "author": hit.author, "year": hit.year,
        "title": hit.title, "container": hit.container, "path": str(hit.span.path),
        "line": hit.span.line,
    }  # fmt: skip


def _short_names(names: str) -> str:
    people = [name.split(",")[0].strip() for name in names.split(" and ") if name.strip()]
    return " and ".join(people) if len(people) < 3 else f"{people[0]} and others"


@command.command("show", cls=OctavoCommand, examples="octavo refs show knuth1984")
@click.argument("key")
@click.option("--style", default="", help="A CSL style (default: the workspace's).")
@json_option
@workspace_option
def show_(key: str, style: str, as_json: bool, folder: Path) -> None:
    """Show an entry: its reference, its file, its reading note, and where it is cited."""
    shown = _gathered(find_workspace(folder), key.removeprefix("@"), style)
    if as_json:
        print_json({**shown, "reference": click.unstyle(shown["reference"])})
        return
    click.echo(shown["reference"] or click.style("(no item)", dim=True))
    place = seen(Span(path=Path(shown["path"]), line=shown["line"]))
    click.echo(f"\n{click.style(place, dim=True)}\n{shown['entry'].strip()}")
    if note := shown["note"]:
        _section("Reading note", [f"{seen(Span(path=Path(note['path'])))}  {note['status']}"])
    _section("Quotations", [quotation["text"] for quotation in shown["quotations"]])
    _section("Cited", [_place_text(place) for place in shown["cited"]])


def _gathered(workspace: Workspace, key: str, style: str) -> dict[str, Any]:
    """All that is known of an entry, as ``--json`` prints it."""
    from octavo.bibliography.annotations import quotations  # noqa: PLC0415
    from octavo.bibliography.noteindex import read_note  # noqa: PLC0415
    from octavo.cli.refs_format import reference  # noqa: PLC0415

    library = open_library(workspace).value
    resolved = library.resolve([key])
    show(resolved.diagnostics)
    entry = library.entry(key)
    if entry is None:
        fail(f"there is no entry {key}")
    item = resolved.value.get(key)
    path = library.notes().get(key)
    note = read_note(path) if path else None
    quoted = quotations(note.text) if note else ()
    return {
        "key": key, "type": entry.type, "path": str(entry.span.path), "line": entry.span.line,
        "entry": entry.raw, "item": item,
        "reference": reference(workspace, {key: item}, style) if item else "",
        "note": None if note is None else {
            "path": str(note.path), "status": note.status, "started": note.started,
            "finished": note.finished,
        },
        "quotations": [{"text": text, "colour": colour} for text, colour in quoted],
        "cited": [_place_json(place) for place in library.cited(key)],
    }  # fmt: skip


def _section(title: str, lines: list[str]) -> None:
    if lines:
        click.secho(f"\n{title}", bold=True)
        for line in lines:
            click.echo(f"  {line}")


def _place_json(place: CitedPlace) -> dict[str, Any]:
    return {
        "essay": str(place.essay), "line": place.line, "section": place.section,
        "sentence": place.sentence, "locator": place.locator, "label": place.label,
    }  # fmt: skip


def _place_text(place: dict[str, Any]) -> str:
    where = click.style(f"{Path(place['essay']).name}:{place['line']}", fg="cyan")
    section = f" ({place['section']})" if place["section"] else ""
    return f"{where}{section}  {place['sentence']}"
