"""What every command shares: finding the workspace, printing faults, showing progress."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar

import click

from octavo.records import Diagnostic, Span
from octavo.workspace import Workspace, WorkspaceError, open_workspace

F = TypeVar("F", bound=Callable[..., Any])

EXIT_FAULTS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class OctavoCommand(click.Command):
    """A command whose help ends with examples and exit statuses, and that ends cleanly."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the examples and what the exit statuses mean."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples.strip().splitlines():
                    formatter.write(f"  {line.strip()}\n")
        with formatter.section("Exit status"):
            formatter.write("  0 all is well; 1 something is wrong; 2 wrong usage\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an interruption is reported, never a traceback."""
        signal.signal(signal.SIGTERM, _terminated)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted. What was finished is kept.", err=True)
            ctx.exit(EXIT_INTERRUPTED)
        except WorkspaceError as error:
            fail(str(error))


def _terminated(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def fail(message: str, status: int = EXIT_FAULTS) -> NoReturn:
    """End the command with a message for the writer."""
    click.secho(f"octavo: {message}", fg="red", err=True)
    sys.exit(status)


def workspace_option(command: F) -> F:
    """The option that names the workspace, for every command that works in one."""
    option: Callable[[F], F] = click.option(
        "-C",
        "--workspace",
        "folder",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        default=Path(),
        help="The workspace, or a folder in it (default: here).",
    )
    return option(command)


def find_workspace(folder: Path) -> Workspace:
    """The workspace around a folder; faults of its settings are printed."""
    found = open_workspace(folder)
    show(found.diagnostics)
    return found.value


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics, their places as seen from where the writer is."""
    for fault in diagnostics:
        colour = "red" if fault.severity == "error" else "yellow"
        place = f"{seen(fault.span)}: " if fault.span else ""
        click.echo(
            f"{place}{click.style(fault.severity, fg=colour)}: {fault.message} [{fault.code}]",
            err=True,
        )
        if fault.hint:
            click.echo(f"    {fault.hint}", err=True)


def seen(span: Span) -> str:
    """A place as it is written from where the writer is."""
    here = Path.cwd()
    path = span.path
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    return str(Span(path=path, line=span.line, column=span.column))


def complete_essay(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The slugs that complete what was typed, for the shell."""
    try:
        workspace = open_workspace(Path()).value
    except WorkspaceError:
        return []
    return [slug for slug in workspace.essay_files() if slug.startswith(begun)]


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many errors and warnings there are."""
    severities = [fault.severity for fault in diagnostics]
    counts = [(severities.count(kind), kind) for kind in ("error", "warning")]
    return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for n, kind in counts if n)


def print_json(data: object) -> None:
    """Print data for another program."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, plain lines elsewhere, nothing when quiet.

    The value is called with what was done last, how many are done, and how many there are.
    """
    terminal = sys.stderr.isatty()
    bar: list[Any] = []

    def told(what: str, count: int, total: int) -> None:
        if quiet:
            return
        if not terminal:
            click.echo(f"[{count}/{total}] {what}", err=True)
            return
        if not bar:
            shown = click.progressbar(
                length=total, label=label, file=sys.stderr, item_show_func=lambda item: item
            )
            bar.append(shown.__enter__())
        bar[0].update(1, what)

    try:
        yield told
    finally:
        if bar:
            bar[0].__exit__(None, None, None)
