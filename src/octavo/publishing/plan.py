"""Planning: which pages and papers are out of date, without converting anything."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import octavo
from octavo.essays import links
from octavo.publishing.memory import Made, Memory
from octavo.publishing.records import Card, Masthead, Site, Surroundings
from octavo.publishing.scan import Scan, scan, signature
from octavo.publishing.site import surroundings
from octavo.records import Diagnostic
from octavo.workspace import Workspace

Form = Literal["html", "pdf", "docx", "latex", "epub", "jats", "text"]
Wanted = Literal["auto", "all"] | Form
"""What is asked for: ``auto`` is pages, and papers where essays ask; ``all`` pages and papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All essays as they are now, and how they hang together.

    ``names`` finds an essay by slug, title or alias; ``site`` is what is shown, ``around`` what
    each page shows of the others. ``faults`` are those of files that could not be read.
    """

    scans: Mapping[str, Scan]
    paths: Mapping[str, tuple[Path, ...]]
    names: Mapping[str, links.Target]
    site: Site
    around: Mapping[str, Surroundings]
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One essay to convert: the forms that are out of date, and the key of each."""

    slug: str
    keys: Mapping[Form, str] = field(default_factory=dict)


def survey(workspace: Workspace, memory: Memory, *, drafts: bool = False) -> Survey:
    """Scan what changed since the memory's last scan; everything else is remembered."""
    paths = workspace.essay_files()
    known = memory.scans()
    scans: dict[str, Scan] = {}
    fresh: list[Scan] = []
    faults: list[Diagnostic] = []
    for slug, files in paths.items():
        kept = known.get(slug)
        if kept is not None and kept["signature"] == signature(files):
            scans[slug] = Scan.from_json(kept)
            continue
        new, found = scan(slug, files)
        faults += found
        fresh.append(new)
        scans[slug] = new
    gone = known.keys() - paths.keys()
    if fresh or gone:
        memory.keep_scans([(s.slug, s.as_json()) for s in fresh], gone)
    names = links.directory({slug: s.target for slug, s in scans.items()})
    shown = visible(scans, drafts=drafts)
    site = Site(
        masthead=_masthead(workspace), cards=tuple(_card(item, names) for item in shown.values())
    )
    return Survey(
        scans=scans,
        paths=paths,
        names=names,
        site=site,
        around=surroundings(site),
        faults=tuple(faults),
    )


def _masthead(workspace: Workspace) -> Masthead:
    settings = workspace.settings
    return Masthead(
        title=settings.title,
        description=settings.description,
        url=settings.url,
        author=settings.author,
        lang=settings.lang,
        license=settings.license,
    )


def _card(item: Scan, names: Mapping[str, links.Target]) -> Card:
    follows = names.get(links.normal(item.follows)) if item.follows else None
    found = (names[name].slug for name in item.wants if name in names)
    return Card(
        slug=item.slug,
        title=item.title,
        subtitle=item.subtitle,
        date=item.day,
        updated=datetime.date.fromisoformat(item.updated) if item.updated else None,
        authors=item.authors,
        lang=item.lang,
        summary=item.summary,
        tags=item.tags,
        series=item.series,
        part=item.part,
        status=item.status,
        has_paper="paper" in item.publish,
        words=item.words,
        follows=follows.slug if follows else "",
        links=tuple(dict.fromkeys(found)),
    )


def visible(scans: Mapping[str, Scan], *, drafts: bool) -> dict[str, Scan]:
    """The essays that the site shows."""
    return {slug: s for slug, s in scans.items() if drafts or s.status == "published"}


def forms(item: Scan, wanted: Wanted) -> tuple[Form, ...]:
    """The forms an essay is made in: HTML always, PDF where the front matter asks for a paper."""
    if wanted != "auto" and wanted != "all":  # noqa: PLR1714 - mypy narrows this, not `in`
        return (wanted,)
    if wanted == "all" or "paper" in item.publish:
        return ("html", "pdf")
    return ("html",)


def jobs(
    workspace: Workspace,
    found: Survey,
    made: Mapping[tuple[str, str], Made],
    chosen: Mapping[str, tuple[Form, ...]],
    entry_digests: Callable[[Iterable[str]], Mapping[str, str]],
) -> list[Job]:
    """The essays whose outputs are missing or were made of something else.

    ``chosen`` gives the forms that are wanted of each slug; ``entry_digests`` the digest of
    each citekey's item, for the keys that exist.
    """
    wanted_keys = dict.fromkeys(k for slug in chosen for k in found.scans[slug].keys)
    digests = entry_digests(wanted_keys)
    lock = signature([workspace.lock]) if workspace.lock.is_file() else ""
    settings = _digest([engine(), json.dumps(_settings(workspace), default=str), lock])
    result = []
    for slug, wanted in chosen.items():
        base = _inputs(workspace, found, slug, digests)
        keys = {form: _digest([settings, form, base]) for form in wanted}
        stale = {
            f: k for f, k in keys.items() if not _is_current(workspace, made.get((slug, f)), k)
        }
        if stale:
            result.append(Job(slug=slug, keys=stale))
    return result


def _is_current(workspace: Workspace, made: Made | None, key: str) -> bool:
    return (
        made is not None
        and made.key == key
        and all((workspace.output / name).is_file() for name in made.outputs[:1])
    )


def _inputs(
    workspace: Workspace,
    found: Survey,
    slug: str,
    digests: Mapping[str, str],
) -> str:
    """The digest of everything that an essay's page is made of, whatever its form."""
    item = found.scans[slug]
    folder = found.paths[slug][0].parent
    style = item.csl or workspace.settings.csl
    parts = [
        item.digest,
        json.dumps([(key, digests.get(key, "")) for key in item.keys]),
        repr(found.around.get(slug)),
        repr([found.names.get(name) for name in item.wants]),
        signature(folder / image for image in item.images),
        signature(_own_files(workspace, folder, item)),
        style + signature(_own_styles(workspace, style)),
    ]
    return _digest(parts)


def _own_files(workspace: Workspace, folder: Path, item: Scan) -> list[Path]:
    return [base / name for name in item.bibliography for base in (folder, workspace.root)]


def _own_styles(workspace: Workspace, name: str) -> list[Path]:
    stem = name.removesuffix(".csl")
    return [workspace.styles / f"{stem}.csl", workspace.root / f"{stem}.csl"]


def _settings(workspace: Workspace) -> list[object]:
    settings = workspace.settings
    return [
        settings.title, settings.description, settings.url, settings.author, settings.lang,
        settings.license, settings.csl,
    ]  # fmt: skip


@cache
def engine() -> str:
    """The digest of the program itself: a new version makes every page anew."""
    folder = Path(octavo.__file__).parent
    files = (p for p in sorted(folder.rglob("*")) if p.suffix != ".pyc" and p.is_file())
    ours = (p for p in files if "lab" not in p.relative_to(folder).parts[:1])
    return _digest([signature(ours)])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
