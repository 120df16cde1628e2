"""The command line: print, exit and progress happen here and nowhere else."""

from __future__ import annotations

from octavo.cli.app import main

__all__ = ["main"]
