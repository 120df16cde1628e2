"""Entries of a ``.bib`` into CSL items, in batches, through pandoc's reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from octavo.bibliography import cslfiles
from octavo.bibliography.blocks import PARENT_FIELDS, digest, parse_chunk
from octavo.bibliography.names import with_plain_names
from octavo.bibliography.records import SourceEntry
from octavo.pandoc import worker

Item: TypeAlias = dict[str, Any]
Convert: TypeAlias = Callable[[str, str], list[Item]]
"""A bibliography text and its pandoc format in, CSL items out; raises ``PandocError``."""

_READER = b"1"  # goes into every digest: raise it when the same text gives another item
_STAND_IN = "octavo-entry"
_PLACE = re.compile(r"^Error at .*?\(line \d+, column \d+\):\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An entry to convert, with the macros and the parents it takes from.

    One that inherits from itself in the end is ``circular``: it is read as if it inherited nothing,
    for pandoc would follow it for ever.
    """

    entry: SourceEntry
    parents: tuple[SourceEntry, ...] = ()
    circular: bool = False
    macros: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> bytes:
        """Equal for two jobs that give the same item."""
        parts = [self.entry.kind, self.entry.raw, "circular" if self.circular else ""]
        parts += [parent.raw for parent in self.parents]
        parts += [f"{name}={value}" for name, value in self.macros]
        return digest(_READER + "\0".join(parts).encode("utf-8"))


def through_pandoc(text: str, source: str) -> list[Item]:
    """Read a bibliography with pandoc. Raises :class:`octavo.pandoc.worker.PandocError`."""
    source = "markdown" if source == "cslyaml" else source
    answer = worker.shared().convert(text, source=source, target="csljson")
    items: list[Item] = json.loads(answer)
    return items


def convert_jobs(jobs: Sequence[Job], convert: Convert = through_pandoc) -> list[Item | str]:
    """The CSL item of each job, in order, or the reason why there is none."""
    done: dict[int, Item | str] = {}
    for batch in _batches(jobs):
        _convert_batch(batch, convert, done)
    return [done[job.entry.number] for job in jobs]


def _batches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Jobs of one file together, each key once."""
    batches: dict[tuple[object, ...], dict[str, Job]] = {}
    for job in jobs:
        round_ = 0
        while job.entry.key in batches.get((job.entry.span.path, round_), {}):
            round_ += 1
        batches.setdefault((job.entry.span.path, round_), {})[job.entry.key] = job
    return (list(batch.values()) for batch in batches.values())


def _convert_batch(batch: list[Job], convert: Convert, done: dict[int, Item | str]) -> None:
    """Convert a batch; one that pandoc refuses is halved until the culprit stands alone."""
    try:
        items = convert(_text(batch), batch[0].entry.kind)
    except worker.PandocError:
        if len(batch) == 1:
            done[batch[0].entry.number] = _alone(batch[0], convert)
            return
        middle = len(batch) // 2
        _convert_batch(batch[:middle], convert, done)
        _convert_batch(batch[middle:], convert, done)
        return
    by_id: dict[str, Item] = {}
    for item in items:
        by_id.setdefault(str(item.get("id")), item)
    for job in batch:
        done[job.entry.number] = by_id.get(job.entry.key) or _alone(job, convert)


def _text(batch: list[Job]) -> str:
    if batch[0].entry.kind == "cslyaml":
        return _yaml_text(batch)
    macros = dict(pair for job in batch for pair in job.macros)
    parts = [f"@string{{{name} = {value}}}" for name, value in macros.items()]
    parts += [
        _plainly(job.entry, job.entry.key) if job.circular else _raw(job.entry) for job in batch
    ]
    known = {job.entry.key for job in batch}
    for parent in (parent for job in batch for parent in job.parents):
        if parent.key not in known:
            known.add(parent.key)
            parts.append(_raw(parent))
    return "\n\n".join(parts)


def _raw(entry: SourceEntry) -> str:
    if "{\\" not in entry.raw:
        return entry.raw
    parsed = parse_chunk(entry.raw.encode("utf-8")).entries
    return with_plain_names(entry.raw, parsed[0].fields) if parsed else entry.raw


def _yaml_text(batch: list[Job]) -> str:
    """CSL-YAML as pandoc takes it: metadata of a Markdown text, its values Markdown."""
    references = [
        item.item
        for job in batch
        for item in cslfiles.parse_chunk("cslyaml", job.entry.raw.encode("utf-8")).entries
    ]
    return f"---\n{json.dumps({'references': references}, ensure_ascii=False)}\n---\n"


def _alone(job: Job, convert: Convert) -> Item | str:
    """An entry that pandoc refuses as it is: written plainly, then without its parents."""
    if job.entry.kind == "cslyaml":
        return "pandoc cannot read this item"
    plain = _plainly(job.entry, _STAND_IN, inherits=not job.circular)
    macros = [f"@string{{{name} = {value}}}" for name, value in job.macros]
    parents = [_raw(parent) for parent in job.parents]
    reason = ""
    for parts in ([*macros, plain, *parents], [*macros, plain]):
        try:
            items = convert("\n\n".join(parts), job.entry.kind)
        except worker.PandocError as error:
            reason = reason or _PLACE.sub("", str(error)).split("\n")[0]
            continue
        for item in items:
            if item.get("id") == _STAND_IN:
                return {**item, "id": job.entry.key}
    return reason or f"an @{job.entry.type} entry describes no work"


def _plainly(entry: SourceEntry, key: str, *, inherits: bool = False) -> str:
    """The entry with braces for parentheses, no stray commas, and a key that pandoc can read."""
    parsed = parse_chunk(entry.raw.encode("utf-8")).entries
    fields = dict(parsed[0].fields) if parsed else {}
    for name in () if inherits else PARENT_FIELDS:
        fields.pop(name, None)
    body = "".join(
        f",\n  {name} = {_enclosed_words(value)}"
        for name, value in fields.items()
        if name and value
    )
    return with_plain_names(f"@{entry.type}{{{key}{body}\n}}", fields)


def _enclosed_words(value: str) -> str:
    """A value in braces where it is words without any, which no macro can be."""
    bare = value[0] not in '{"' and re.search(r"[\s,=]", value) and "#" not in value
    return f"{{{value}}}" if bare else value
