"""Convert essays into pages and papers: scripts/convert.py ESSAY... (both forms of each)."""

from __future__ import annotations

import sys
from pathlib import Path

import octavo


def main(slugs: list[str]) -> int:
    """Convert the essays named into HTML and PDF; returns the exit status."""
    workspace = octavo.open_workspace(Path.cwd()).value
    report = octavo.build(workspace, slugs or workspace.essay_files(), wanted="all")
    print(*report.diagnostics, *report.outputs, sep="\n")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
