"""Scanning: what the site needs to know of an essay before, and without, converting it."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from octavo.essays import links
from octavo.essays.records import FrontMatter
from octavo.essays.source import Source, read_pair
from octavo.essays.text import prose
from octavo.records import Diagnostic

_KEY = re.compile(r"(?<![\w@])-?@(?:\{([^}\s]+)\}|(\w[\w:.#$%&\-+?<>~/]*\w|\w))")
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a source says of itself.

    ``signature`` tells without reading whether the files changed; ``keys`` are all that may be
    citekeys; ``wants`` the normal names of pages that it links to; ``images`` local pictures.
    """

    slug: str
    signature: str
    digest: str
    title: str
    subtitle: str
    date: str
    updated: str
    summary: str
    authors: tuple[str, ...]
    lang: str
    tags: tuple[str, ...]
    series: str
    part: int | None
    status: str
    follows: str
    aliases: tuple[str, ...]
    license: str
    csl: str
    bibliography: tuple[str, ...]
    nocite: tuple[str, ...]
    publish: tuple[str, ...]
    keys: tuple[str, ...]
    wants: tuple[str, ...]
    images: tuple[str, ...]
    has_code: bool
    words: int

    def as_json(self) -> dict[str, Any]:
        """Plain data, for the memory."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Scan:
        """From plain data. Raises ``TypeError`` when the memory is of another version."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return cls(**values)

    @property
    def target(self) -> links.Target:
        """What others need to link here."""
        return links.Target(slug=self.slug, title=self.title, aliases=self.aliases)

    @property
    def day(self) -> datetime.date | None:
        """The date of publication."""
        return datetime.date.fromisoformat(self.date) if self.date else None


def signature(paths: Iterable[Path]) -> str:
    """Size and time of change of some files, without reading them."""
    parts = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - called a thousand times, twice as fast
        except OSError:
            parts.append(f"{path.name}:gone")
            continue
        parts.append(f"{path.name}:{status.st_size}:{status.st_mtime_ns}")
    return "|".join(parts)


def scan(slug: str, paths: tuple[Path, ...]) -> tuple[Scan, tuple[Diagnostic, ...]]:
    """Read a source and say what the site needs to know of it."""
    stamp = signature(paths)
    read = read_pair(slug, paths)
    return _scan(read.value, stamp), read.diagnostics


def _scan(source: Source, stamp: str) -> Scan:
    front = source.front
    words = prose(source.body)
    copied: dict[str, Any] = {name: getattr(front, name) for name in _COPIED}
    return Scan(
        slug=source.slug,
        signature=stamp,
        digest=source.digest,
        title=front.title or source.slug,
        subtitle=front.subtitle,
        date=front.date.isoformat() if front.date else "",
        updated=front.updated.isoformat() if front.updated else "",
        summary=front.summary,
        authors=tuple(author.name for author in front.authors),
        keys=_keys(words, front),
        wants=links.wanted(words),
        images=tuple(dict.fromkeys(_IMAGE.findall(words))),
        has_code=source.has_code,
        words=len(words.split()),
        **copied,
    )


_COPIED = (
    "lang", "tags", "series", "part", "status", "follows", "aliases", "license", "csl",
    "bibliography", "nocite", "publish",
)  # fmt: skip


def _keys(words: str, front: FrontMatter) -> tuple[str, ...]:
    found = dict.fromkeys(braced or bare for braced, bare in _KEY.findall(words))
    return (*found, *(key for key in front.nocite if key not in found))
