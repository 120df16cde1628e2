"""Annotations from a reader (Zotero) as quotations in a reading note.

Each stands in a fenced div of its own, whose attributes name the annotation and hold a digest of
what was written into it; so a later pull knows its own words from the writer's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

_OPENING = re.compile(r"^:{3,}[ \t]*\{(?=[^}\n]*\.annotation\b)([^}\n]*)\}[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^:{3,}[ \t]*(\S?).*$", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>@$^~|])")
_BEGINNING = re.compile(r"^(\d*)([-+#=:.)])")  # of a list, a heading, a div
_PAGE = re.compile(r"[\divxlcdm]+(?:\s*[-–]\s*[\divxlcdm]+)?", re.IGNORECASE)
_SIMPLE_KEY = re.compile(r"\w(?:[\w]|[:.#$%&+?<>~/-](?=\w))*")
_HEADING = "## Quotations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A passage that was marked: its ``text``, the reader's ``comment`` on it, page and colour."""

    key: str
    text: str
    comment: str = ""
    page: str = ""
    colour: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A note's text with annotations in it, and the keys of those that the writer has edited."""

    text: str
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    key: str
    start: int
    body: int
    end: int
    digest: str


def merge(note: str, citekey: str, annotations: Sequence[Annotation]) -> Merged:
    """Put annotations into a note: new ones in, changed ones up to date, all else as it is.

    A quotation that the writer has edited stays edited, and what they wrote below one, in its
    div or out of it, is never touched. Nothing is removed.
    """
    edited: list[str] = []
    order = {one.key: one.order for one in annotations}
    for one in sorted(annotations, key=lambda a: (a.order, a.key)):
        block = next((b for b in _blocks(note) if b.key == one.key), None)
        if block is None:
            note = _inserted(note, one, citekey, order)
            continue
        updated = _updated(note, block, one, citekey)
        if updated is None:
            edited.append(one.key)
        else:
            note = updated
    return Merged(text=note, edited=tuple(edited))


def quotations(note: str) -> tuple[tuple[str, str], ...]:
    """The blockquotes of a note as plain lines, each with its colour where it has one."""
    coloured = {
        b.body: re.search(r'colour="([^"]*)"', note[b.start : b.body]) for b in _blocks(note)
    }
    found: list[tuple[str, str]] = []
    for match in re.finditer(r"^>.*(?:\n>.*)*", note, re.MULTILINE):
        lines = (line.lstrip("> ").strip() for line in match.group().split("\n"))
        colour = coloured.get(match.start())
        found.append((" ".join(line for line in lines if line), colour.group(1) if colour else ""))
    return tuple(found)


def _written(one: Annotation, citekey: str) -> str:
    """The words of an annotation as they are written between the fences."""
    parts: list[str] = []
    cited = _citation(citekey, one.page)
    if one.text.strip():
        lines = _paragraphs(one.text)
        lines[-1] = f"{lines[-1]} {cited}"
        parts.append("\n>\n".join(f"> {line}" for line in lines))
    if one.comment.strip():
        comment = "\n\n".join(_paragraphs(one.comment))
        parts.append(comment if parts else f"{comment} {cited}")
    return "\n\n".join(parts) + "\n"


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text as Markdown that means just these words."""
    words = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))
    escaped = (_SPECIAL.sub(r"\\\1", part) for part in words if part)
    return [_BEGINNING.sub(r"\1\\\2", part) for part in escaped]


def _citation(citekey: str, page: str) -> str:
    key = citekey if _SIMPLE_KEY.fullmatch(citekey) else f"{{{citekey}}}"
    page = page.strip()
    if not _PAGE.fullmatch(page):
        return f"[@{key}]"
    label = "pp." if re.search(r"[-–]", page) else "p."
    return f"[@{key}, {label} {page}]"


def _opening(one: Annotation, words: str) -> str:
    colour = f' colour="{one.colour}"' if re.fullmatch(r"#?\w+", one.colour) else ""
    return f'::: {{.annotation #zotero-{one.key}{colour} digest="{_digest(words)}"}}\n'


def _digest(words: str) -> str:
    return blake2b(words.strip().encode("utf-8"), digest_size=4).hexdigest()


def _blocks(note: str) -> list[_Block]:
    found: list[_Block] = []
    for match in _OPENING.finditer(note):
        key = re.search(r"#zotero-(\w+)", match.group(1))
        digest = re.search(r'digest="(\w+)"', match.group(1))
        if key:
            body = min(match.end() + 1, len(note))
            end = _closing(note, body)
            mark = digest.group(1) if digest else ""
            found.append(_Block(key.group(1), match.start(), body, end, mark))
    return found


def _closing(note: str, start: int) -> int:
    """Where the fence that closes a div begins; divs inside it are passed over."""
    depth = 1
    for fence in _FENCE.finditer(note, start):
        depth += 1 if fence.group(1) else -1
        if depth == 0:
            return fence.start()
    return len(note)


def _updated(note: str, block: _Block, one: Annotation, citekey: str) -> str | None:
    """The note with a block's own words made new; ``None`` where the writer changed those."""
    body = note[block.body : block.end]
    own = _own_words(body, block.digest)
    if own is None:
        return None
    words = _written(one, citekey)
    rest = body[len(own) :]
    new = _opening(one, words) + words + (rest if rest.strip() else "")
    return note[: block.start] + new + note[block.end :]


def _own_words(body: str, digest: str) -> str | None:
    lines = body.splitlines(keepends=True)
    for count in range(len(lines), 0, -1):
        own = "".join(lines[:count])
        if _digest(own) == digest and (count == 1 or lines[count - 1].strip()):
            return own
    return None


def _inserted(note: str, one: Annotation, citekey: str, order: Mapping[str, str]) -> str:
    words = _written(one, citekey)
    text = f"{_opening(one, words)}{words}:::\n"
    known = [block for block in _blocks(note) if block.key in order]
    before = [block for block in known if order[block.key] <= one.order]
    if before:
        end = note.find("\n", before[-1].end)
        place = len(note) if end < 0 else end + 1
    elif known:
        return f"{note[: known[0].start]}{text}\n{note[known[0].start :]}"
    else:
        note, place = _section_end(note)
    head = note[:place].rstrip("\n")
    tail = note[place:].lstrip("\n")
    return f"{head}\n\n{text}" + (f"\n{tail}" if tail else "")


def _section_end(note: str) -> tuple[str, int]:
    """The note with a section for quotations, and where that ends."""
    start = re.search(rf"^{_HEADING}[ \t]*$", note, re.MULTILINE)
    if start is None:
        note = f"{note.rstrip()}\n\n{_HEADING}\n"
        return note, len(note)
    following = re.compile(r"^#{1,2} ", re.MULTILINE).search(note, start.end())
    return note, following.start() if following else len(note)
