"""nbconvert's exporters: an essay as a page and as a paper, in File > Save and Export.

The entry points are ``Essay`` and ``EssayPDF``; JupyterLab shows an entry point's name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.exporters.exporter import ResourcesDict

from octavo.lab import drafts, preview
from octavo.lab.desk import Desk, open_desk
from octavo.records import Outcome
from octavo.workspace import WorkspaceError


class ExportError(Exception):
    """An essay can't be exported; the message is every fault, readable."""


class _EssayExporter(Exporter):  # type: ignore[misc] # nbconvert has no types
    """The shared half: a notebook node becomes a draft in its workspace."""

    def from_notebook_node(
        self, nb: Any, resources: ResourcesDict | None = None, **kw: Any
    ) -> tuple[Any, ResourcesDict]:
        """Export a notebook by the pipeline of the site; nothing is run.

        Its outputs are those of the kept run of its code, or else its own.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        metadata = resources["metadata"]
        folder = Path(metadata.get("path") or Path.cwd())
        try:
            desk = open_desk(folder)
        except WorkspaceError as error:
            raise ExportError(str(error)) from error
        body = {
            "path": f"{metadata.get('name') or 'essay'}.ipynb",
            "cells": [
                {
                    "kind": c.cell_type,
                    "source": c.source,
                    "tags": c.metadata.get("tags", []),
                    "outputs": c.get("outputs", []),
                }
                for c in notebook.cells
            ],
        }
        made = self.convert(desk, drafts.read(desk, body))
        if not made.value:
            raise ExportError("\n".join(map(str, made.diagnostics)) or "nothing came of it")
        return made.value, resources

    def convert(self, desk: Desk, draft: drafts.Draft) -> Outcome[Any]:
        """The exported form."""
        raise NotImplementedError


class Essay(_EssayExporter):
    """The page as one HTML file."""

    output_mimetype = "text/html"
    export_from_notebook = "Essay"

    def _file_extension_default(self) -> str:
        return ".html"

    def convert(self, desk: Desk, draft: drafts.Draft) -> Outcome[Any]:
        """The page, its style and pictures inside."""
        return preview.page(desk, draft)


class EssayPDF(_EssayExporter):
    """The paper as PDF."""

    output_mimetype = "application/pdf"
    export_from_notebook = "EssayPDF"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def convert(self, desk: Desk, draft: drafts.Draft) -> Outcome[Any]:
        """The paper, set by Typst."""
        return preview.paper(desk, draft)
