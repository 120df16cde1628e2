"""The ``octavo`` command; each subcommand is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("octavo.cli.init:command", "Make a new workspace."),
    "new": ("octavo.cli.new:command", "Begin an essay or a reading note."),
    "build": ("octavo.cli.build:command", "Build what is out of date into pages and papers."),
    "check": ("octavo.cli.check:command", "Report everything that is wrong; write nothing."),
    "serve": ("octavo.cli.serve:command", "Show the site, rebuild and reload it on change."),
    "lab": ("octavo.cli.lab:command", "Open JupyterLab with everything on."),
    "run": ("octavo.cli.run:command", "Execute an essay; write outputs into its notebook."),
    "refs": ("octavo.cli.refs:command", "Find, add, check and print references."),
    "adopt": ("octavo.cli.adopt:command", "Take foreign Markdown and notebooks in."),
    "clean": ("octavo.cli.clean:command", "Remove what can be made again."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="octavo")
def main() -> None:
    """Octavo: cited essays in JupyterLab, published as a blog and as papers."""
