"""Check the workspace, then build the site that can be copied to any web server."""

from __future__ import annotations

import sys
from pathlib import Path

import octavo


def main() -> int:
    """Check, build, and say where the site is; returns the exit status."""
    workspace = octavo.open_workspace(Path.cwd()).value
    faults = octavo.check(workspace)
    print(*faults, sep="\n")
    if any(fault.severity == "error" for fault in faults):
        return 1
    report = octavo.build(workspace)
    print(f"{len(report.built)} built, {report.current} up to date: {workspace.output}")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
