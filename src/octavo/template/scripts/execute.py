"""Execute essays, and write the outputs into their notebooks: scripts/execute.py [ESSAY]..."""

from __future__ import annotations

import sys
from pathlib import Path

import octavo


def main(slugs: list[str]) -> int:
    """Execute the essays named, or all; returns the exit status."""
    workspace = octavo.open_workspace(Path.cwd()).value
    failed = 0
    for slug in slugs or list(workspace.essay_files()):
        done = octavo.execute(workspace, slug)
        print(*done.diagnostics, done.value or f"{slug} failed", sep="\n")
        failed += done.value is None
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
