"""What an essay is woven with: the style and the bibliography that it, or the workspace, names."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from octavo.bibliography.csl.style import Style
from octavo.bibliography.library import Library
from octavo.bibliography.styles import find_style
from octavo.essays.frontmatter import key_span
from octavo.essays.links import Target
from octavo.essays.source import Source
from octavo.essays.weave import Context
from octavo.publishing.plan import Form
from octavo.publishing.scan import signature
from octavo.records import Diagnostic, Outcome
from octavo.workspace import Settings, Workspace


def of(
    workspace: Workspace, names: Mapping[str, Target], source: Source, form: Form
) -> Outcome[Context]:
    """The context of weaving: the workspace's settings and what the front matter adds."""
    style = _style(workspace, source)
    own = own_files(workspace, source.path.parent, source.front.bibliography)
    opened = _library((*own, *workspace.bibliography), workspace.cache)
    context = Context(
        library=opened.value,
        style=style.value,
        lock=workspace.lock,
        root=workspace.root,
        names=names,
        page=form == "html",
        numbered=form != "html" and source.front.paper.numbered,
    )
    missing = [_missing(path, source) for path in own if not path.is_file()]
    theirs = [d for d in opened.diagnostics if d.span and d.span.path in own and _is_there(d)]
    return Outcome(value=context, diagnostics=(*style.diagnostics, *missing, *theirs))


def own_files(workspace: Workspace, folder: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """An essay's own bibliography files: named from where it is, or from the workspace's root."""
    return tuple(
        next((p for p in (folder / n, workspace.root / n) if p.is_file()), folder / n)
        for n in names
    )


def _is_there(fault: Diagnostic) -> bool:
    return fault.span is not None and fault.span.path.is_file()


def _missing(path: Path, source: Source) -> Diagnostic:
    there = [p.name for p in path.parent.glob("*.bib")] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, there, n=1)
    return Diagnostic(
        code="missing-bibliography",
        message=f"there is no bibliography {path.name}",
        span=key_span(source.text, source.path, "bibliography"),
        hint=f"did you mean {near[0]}?" if near else f"put it into {path.parent.name}/",
    )


def _style(workspace: Workspace, source: Source) -> Outcome[Style]:
    found = style_named(workspace, source.front.csl)
    span = key_span(source.text, source.path, "csl")
    faults = tuple(replace(d, span=d.span or span) for d in found.diagnostics)
    return Outcome(value=found.value, diagnostics=faults)


def style_named(workspace: Workspace, name: str) -> Outcome[Style]:
    """A style by name or file, the workspace's own first; the default one where there is none.

    Without a name it is the workspace's.
    """
    wanted = name or workspace.settings.csl
    own = next((path for path in own_styles(workspace, wanted) if path.is_file()), None)
    found = find_style(str(own or wanted), (workspace.styles,))
    if found.value is not None:
        return Outcome(value=found.value, diagnostics=found.diagnostics)
    default = find_style(Settings().csl).value
    assert default is not None
    return Outcome(value=default, diagnostics=found.diagnostics)


def own_styles(workspace: Workspace, name: str) -> tuple[Path, ...]:
    """Where a workspace's own style of a name may be."""
    stem = name.removesuffix(".csl")
    return (workspace.styles / f"{stem}.csl", workspace.root / f"{stem}.csl")


def library(workspace: Workspace) -> Library:
    """The workspace's library as its files are now, opened once in each process."""
    return _library(workspace.bibliography, workspace.cache).value


def _library(paths: tuple[Path, ...], folder: Path) -> Outcome[Library]:
    return _opened(paths, folder, signature(paths), os.getpid())


@lru_cache(maxsize=8)
def _opened(paths: tuple[Path, ...], folder: Path, stamp: str, process: int) -> Outcome[Library]:
    del stamp, process
    return Library.open(paths, folder / "library.sqlite")
