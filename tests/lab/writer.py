"""What a writer does in JupyterLab, for tests to read well."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.running import put

LIST = ".octavo-completions"
CELL = ".jp-NotebookPanel:visible .jp-MarkdownCell"
RENDERED = ".jp-NotebookPanel:visible .jp-MarkdownOutput"


@dataclass(frozen=True)
class Writer:
    """A page of a running JupyterLab, and the workspace behind it."""

    page: Any
    root: Path
    url: str

    def run(self, command: str, **arguments: object) -> None:
        """Execute one of JupyterLab's commands."""
        self.page.evaluate(
            """async ([command, given]) => {
              await window.jupyterapp.commands.execute(command, given);
            }""",
            [command, arguments],
        )

    def open(self, path: str, factory: str = "") -> None:
        """Open a document, and wait until it can be written in."""
        given = {"path": path, "factory": factory} if factory else {"path": path}
        self.run("docmanager:open", **given)
        self.page.wait_for_function(
            """async path => {
              const widget = window.jupyterapp.shell.currentWidget;
              if (!widget?.context || widget.context.path !== path) { return false; }
              await widget.context.ready;
              return widget.node.querySelector('.cm-content, .jp-RenderedMarkdown') !== null;
            }""",
            arg=path,
        )
        self.page.wait_for_timeout(600)

    def cell(self, number: int) -> None:
        """Go into a cell, the cursor at its end."""
        cell = self.page.locator(".jp-NotebookPanel:visible .jp-Notebook .jp-Cell").nth(number)
        cell.click()
        self.page.keyboard.press("Enter")
        cell.locator(".cm-content:focus").wait_for()
        self.page.keyboard.press("Control+End")

    def end_of_file(self) -> None:
        """Go to the end of the file that is open as text."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget.content.editor.focus()")
        self.page.keyboard.press("Control+End")

    def type(self, text: str) -> None:
        """Type as a quick writer does."""
        self.page.keyboard.type(text, delay=25)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def source(self) -> str:
        """The text of the active cell, or of the file."""
        return str(
            self.page.evaluate(
                """() => {
                  const content = window.jupyterapp.shell.currentWidget.content;
                  const editor = content.activeCell?.editor ?? content.editor;
                  return editor.model.sharedModel.getSource();
                }"""
            )
        )

    def start(self, command: str, **arguments: object) -> None:
        """Execute a command that waits for an answer of the writer's."""
        self.page.evaluate(
            """([command, given]) => {
              void window.jupyterapp.commands.execute(command, given);
            }""",
            [command, arguments],
        )

    def save(self) -> None:
        """Ask for a save, which may ask something in turn."""
        self.start("docmanager:save")

    def put(self, name: str, text: str, *, paired: bool = True) -> Path:
        """Another program writes an essay; ``paired`` writes its notebook too."""
        return put(self.root, name, text, paired=paired)

    def read(self, name: str) -> str:
        """What a file of the workspace holds now."""
        return (self.root / name).read_text(encoding="utf-8")

    def toast(self, text: str) -> Any:
        """A notification, once it is shown."""
        found = self.page.locator(".jp-toastContainer .Toastify__toast", has_text=text).last
        found.wait_for()
        return found

    def button(self, name: str) -> Any:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def at(self, start: str) -> None:
        """Wait until the cursor is in a line that starts so."""
        self.page.wait_for_function(
            """start => {
              const content = window.jupyterapp.shell.currentWidget?.content;
              const editor = content?.activeCell?.editor ?? content?.editor;
              return editor?.getLine(editor.getCursorPosition().line)?.startsWith(start);
            }""",
            arg=start,
        )

    def list_shown(self) -> Any:
        """The list of sources, once it is there."""
        found = self.page.locator(LIST)
        found.wait_for()
        return found

    def shot(self, name: str) -> None:
        """A screenshot for people, where OCTAVO_SHOTS names a folder."""
        if folder := os.environ.get("OCTAVO_SHOTS"):
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"))
