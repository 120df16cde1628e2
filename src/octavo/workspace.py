"""The workspace: find its root, read ``[tool.octavo]``, list what is there."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from octavo.records import Diagnostic, Outcome, Span

ESSAY_SUFFIXES = (".md", ".ipynb")


class WorkspaceError(Exception):
    """There is no workspace here; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``[tool.octavo]``: what holds for every essay unless its front matter says otherwise.

    ``bibliography`` are glob patterns below the root; ``csl`` is a style's name or file;
    ``url`` is where the site will live ("" while unknown); ``citekey`` is the pattern by which
    ``octavo refs add`` makes keys; ``workers`` is how many processes build (0: one a core).
    """

    title: str = "Essays"
    description: str = ""
    url: str = ""
    author: str = ""
    lang: str = "en-US"
    license: str = ""
    bibliography: tuple[str, ...] = ("bibliography/*.bib",)
    csl: str = "chicago-author-date"
    output: str = "public"
    drafts: bool = False
    citekey: str = "{author}{year}{word}"
    email: str = ""
    workers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder of essays, notes and references."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    @property
    def essays(self) -> Path:
        """Where essays are."""
        return self.root / "essays"

    @property
    def notes(self) -> Path:
        """Where reading notes are, one for each citekey."""
        return self.root / "notebooks" / "reading"

    @property
    def styles(self) -> Path:
        """Where the workspace's own CSL styles are."""
        return self.root / "bibliography" / "styles"

    @property
    def cache(self) -> Path:
        """What can be deleted at any time: indexes, runs, the build's memory."""
        return self.root / ".octavo"

    @property
    def output(self) -> Path:
        """Where the site is written."""
        return self.root / self.settings.output

    @property
    def lock(self) -> Path:
        """What was fetched for references (``octavo refs``); a build reads it, no network."""
        return self.root / "bibliography" / "refs.lock"

    @property
    def bibliography(self) -> tuple[Path, ...]:
        """The bibliography files that ``[tool.octavo]`` names, in a stable order."""
        found: dict[Path, None] = {}
        for pattern in self.settings.bibliography:
            for path in sorted(self.root.glob(pattern)):
                found[path] = None
        return tuple(found)

    def essay_files(self) -> dict[str, tuple[Path, ...]]:
        """Every essay by its slug, with the halves of its pair that exist (text first)."""
        return _pairs(self.essays)

    def note_files(self) -> dict[str, tuple[Path, ...]]:
        """Every reading note by its file's stem."""
        return _pairs(self.notes)


def _pairs(folder: Path) -> dict[str, tuple[Path, ...]]:
    pairs: dict[str, list[Path]] = {}
    for path in _documents(folder, folder):
        slug = path.relative_to(folder).with_suffix("").as_posix()
        pairs.setdefault(slug, []).append(path)
    order = {suffix: n for n, suffix in enumerate(ESSAY_SUFFIXES)}
    return {
        slug: tuple(sorted(paths, key=lambda p: order[p.suffix])) for slug, paths in pairs.items()
    }


def _documents(folder: Path, base: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            yield from _documents(path, base)
        elif path.suffix in ESSAY_SUFFIXES and path.name != "README.md":
            yield path


def find_root(start: Path) -> Path:
    """The nearest folder, from ``start`` upwards, whose ``pyproject.toml`` has ``[tool.octavo]``.

    Raises :class:`WorkspaceError` when there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        configuration = folder / "pyproject.toml"
        if configuration.is_file() and b"[tool.octavo]" in configuration.read_bytes():
            return folder
    raise WorkspaceError(
        f"no Octavo workspace at {start} or above it: make one with `octavo init PATH`, "
        "or add a [tool.octavo] table to pyproject.toml"
    )


def open_workspace(start: Path) -> Outcome[Workspace]:
    """The workspace that holds ``start``, with what is wrong in its settings.

    Raises :class:`WorkspaceError` when there is none.
    """
    root = find_root(start)
    path = root / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fault = Diagnostic(
            code="broken-settings",
            message=f"pyproject.toml can't be read: {error}",
            span=Span(path=path),
            hint="correct it; until then the default settings hold",
        )
        return Outcome(value=Workspace(root=root), diagnostics=(fault,))
    table = data.get("tool", {}).get("octavo", {})
    settings, diagnostics = read_settings(table, path)
    return Outcome(value=Workspace(root=root, settings=settings), diagnostics=diagnostics)


def read_settings(table: Mapping[str, Any], path: Path) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Settings from a ``[tool.octavo]`` table; an unknown or ill-typed one is a diagnostic."""
    known = {f.name: f for f in fields(Settings)}
    defaults = Settings()
    values: dict[str, Any] = {}
    faults: list[Diagnostic] = []
    for key, value in table.items():
        if key not in known:
            faults.append(_unknown_setting(key, tuple(known), path))
            continue
        expected = type(getattr(defaults, key))
        if expected is tuple and isinstance(value, str | list):
            values[key] = (value,) if isinstance(value, str) else tuple(map(str, value))
        elif type(value) is expected:
            values[key] = value
        else:
            faults.append(
                Diagnostic(
                    code="bad-setting",
                    message=f"[tool.octavo] {key} = {value!r} should be a {expected.__name__}",
                    span=_setting_span(path, key),
                )
            )
    return Settings(**values), tuple(faults)


def _unknown_setting(key: str, known: tuple[str, ...], path: Path) -> Diagnostic:
    near = difflib.get_close_matches(key, known, n=1)
    return Diagnostic(
        code="unknown-setting",
        message=f"[tool.octavo] has no setting {key!r}",
        span=_setting_span(path, key),
        severity="warning",
        hint=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}",
    )


def _setting_span(path: Path, key: str) -> Span:
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        if line.split("=")[0].strip() == key:
            return Span(path=path, line=number, column=1)
    return Span(path=path)
