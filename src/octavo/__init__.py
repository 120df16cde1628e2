"""Octavo: cited essays in JupyterLab, published as a blog and as papers.

The public API: open a workspace, execute an essay, build pages and papers, check everything, and
ask the library. Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from octavo.bibliography.library import Library
    from octavo.essays.pipeline import execute
    from octavo.publishing.build import build
    from octavo.publishing.check import check
    from octavo.records import Diagnostic, Outcome
    from octavo.workspace import Workspace, open_workspace

_HOMES = {
    "Diagnostic": "octavo.records",
    "Library": "octavo.bibliography.library",
    "Outcome": "octavo.records",
    "Workspace": "octavo.workspace",
    "build": "octavo.publishing.build",
    "check": "octavo.publishing.check",
    "execute": "octavo.essays.pipeline",
    "open_workspace": "octavo.workspace",
}

__all__ = [
    "Diagnostic",
    "Library",
    "Outcome",
    "Workspace",
    "build",
    "check",
    "execute",
    "open_workspace",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'octavo' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
