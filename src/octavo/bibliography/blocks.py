"""A ``.bib`` file cut into chunks, and a chunk parsed into entries, macros and faults.

A chunk reaches from one block that starts a line (``@article{``) to the next. bibtexparser ends
whatever is open when a line starts a block, so parsing chunk by chunk gives what parsing the
whole file gives, and a chunk whose bytes are known need not be parsed again.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ImplicitComment,
    ParsingFailedBlock,
    String,
)
from bibtexparser.splitter import Splitter

from octavo.bibliography.salvage import is_cut_short, is_swallowing, salvage

# bibtexparser logs what we return as diagnostics.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_BLOCK_AT_LINE_START = re.compile(rb"^[ \t\f\v]*@\w*[ \t]*(?=[{(])", re.MULTILINE)
_MONTHS = frozenset(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"))
# bibtexparser takes the brace after an escaped backslash for an escaped brace.
_TWO_BACKSLASHES = "\ufdd0\ufdd1"
PARENT_FIELDS = ("crossref", "xdata")
_QUOTED = re.compile(r'"[^"]*"|\{.*\}', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A stretch of a file: its bytes with ``\\n`` line ends, and the line it starts on."""

    digest: bytes
    line: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a chunk; ``line`` counts from 0 at the chunk's first line."""

    line: int
    code: str
    message: str
    hint: str = ""
    severity: str = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """An entry of a chunk; ``fields`` are lower-case names with values as they are written.

    ``item`` is the CSL item where the file holds CSL already.
    """

    key: str
    type: str
    line: int
    raw: str
    fields: dict[str, str]
    parents: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    item: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Everything a chunk holds."""

    entries: tuple[ParsedEntry, ...] = ()
    macros: tuple[tuple[str, str], ...] = ()
    faults: tuple[Fault, ...] = ()


def universal_newlines(data: bytes) -> bytes:
    """The bytes of a text file as UTF-8 without a mark, every line ending in ``\\n``."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def split_chunks(data: bytes) -> Iterator[Chunk]:
    """Cut the text of a ``.bib`` file, after :func:`universal_newlines`, into chunks."""
    starts = [m.start() for m in _BLOCK_AT_LINE_START.finditer(data)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    starts.append(len(data))
    line = 1
    for start, end in itertools.pairwise(starts):
        piece = data[start:end]
        yield Chunk(digest=digest(piece), line=line, data=piece)
        line += piece.count(b"\n")


def digest(data: bytes) -> bytes:
    """A short digest by which unchanged bytes are known."""
    return blake2b(data, digest_size=16).digest()


def parse_chunk(data: bytes) -> Parsed:
    """Parse one chunk; a fault costs the block that has it, or one field of it.

    As in biber and pandoc, a block on a line that starts with ``%`` is commented out.
    """
    text, encoding_faults = _decode(data)
    faults = list(encoding_faults)
    entries: list[ParsedEntry] = []
    macros: list[tuple[str, str]] = []
    blocks = [getattr(b, "ignore_error_block", b) if _is_double(b) else b for b in _blocks(text)]
    for block, after in itertools.zip_longest(blocks, blocks[1:]):
        if isinstance(block, Entry | DuplicateFieldKeyBlock) and _is_broken(block, after):
            _add_salvaged(text, block, entries, faults)
        elif isinstance(block, Entry):
            _add_entry(block, entries, faults)
        elif isinstance(block, String):
            macros.append((block.key.lower(), _restored(block.value)))
        elif isinstance(block, DuplicateFieldKeyBlock):
            _add_duplicate_field(block, entries, faults)
        elif isinstance(block, ParsingFailedBlock):
            _add_salvaged(text, block, entries, faults)
    return Parsed(entries=tuple(entries), macros=tuple(macros), faults=tuple(faults))


def _blocks(text: str) -> Iterable[Any]:
    blocks: list[Any] = Splitter(text.replace("\\\\", _TWO_BACKSLASHES)).split().blocks
    if "%" in text:
        lines = text.split("\n")
        blocks = [b for b in blocks if not lines[b.start_line].lstrip().startswith("%")]
    return blocks


def _is_double(block: Any) -> bool:
    return isinstance(block, DuplicateBlockKeyBlock)


def _is_broken(block: Entry | DuplicateFieldKeyBlock, after: Any) -> bool:
    """Whether bibtexparser took an entry that has lost fields to a missing comma or a brace."""
    inner = block.ignore_error_block if isinstance(block, DuplicateFieldKeyBlock) else block
    if isinstance(after, ImplicitComment) and is_cut_short(after.comment):
        return True
    return is_swallowing(block.raw, (field.value for field in inner.fields))


def enclosed(value: str) -> str:
    """A field's value without its braces or quotes."""
    if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        return value[1:-1]
    return value


def _decode(data: bytes) -> tuple[str, tuple[Fault, ...]]:
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        fault = Fault(
            line=data.count(b"\n", 0, error.start),
            code="encoding-fault",
            message=f"byte 0x{data[error.start]:02x} is not UTF-8; read as Windows-1252",
            hint="Save the file as UTF-8.",
            severity="warning",
        )
        return data.decode("cp1252", "replace"), (fault,)


def _add_entry(block: Entry, entries: list[ParsedEntry], faults: list[Fault]) -> None:
    if not block.key:
        faults.append(
            Fault(
                line=block.start_line,
                code="missing-citekey",
                message=f"an @{block.entry_type} entry has no citekey",
                hint="Write a key after the opening brace, followed by a comma.",
            )
        )
        return
    entries.append(_entry(block.key, block.entry_type, block.start_line, block.raw, block.fields))


def _add_duplicate_field(
    block: DuplicateFieldKeyBlock, entries: list[ParsedEntry], faults: list[Fault]
) -> None:
    inner = block.ignore_error_block
    _add_entry(inner, entries, faults)
    for name in sorted(block.duplicate_keys):
        second = [f for f in inner.fields if f.key == name][1]
        faults.append(
            Fault(
                line=second.start_line,
                code="duplicate-field",
                message=f"the field {name} stands more than once in {inner.key}",
                hint="Keep one; the last is used.",
                severity="warning",
            )
        )


def _add_salvaged(text: str, block: Any, entries: list[ParsedEntry], faults: list[Fault]) -> None:
    lines = text.split("\n")[block.start_line :]
    rest = salvage("\n".join(lines))
    faults.append(
        Fault(
            line=block.start_line + rest.fault_line,
            code="broken-entry",
            message=rest.message,
            hint=rest.hint,
        )
    )
    if rest.key:
        fields = [Field(name, value) for name, value in rest.fields]
        entries.append(_entry(rest.key, rest.type, block.start_line, rest.text, fields))


def _entry(key: str, kind: str, line: int, raw: str, fields: list[Field]) -> ParsedEntry:
    values: dict[str, str] = {field.key.lower(): field.value for field in fields}
    if restore := _TWO_BACKSLASHES in raw:
        values = {name: _restored(value) for name, value in values.items()}
    macros: tuple[str, ...] = ()
    for value in values.values():
        if value and ("#" in value or value[0] not in '{"') and not value.isdigit():
            macros += macros_in(value)
    parents: tuple[str, ...] = ()
    for name in PARENT_FIELDS:
        if name in values:
            names = enclosed(values[name]).split(",")
            parents += tuple(n.strip() for n in names if n.strip())
    return ParsedEntry(
        key=key,
        type=kind,
        line=line,
        raw=_restored(raw) if restore else raw,
        fields=values,
        parents=parents,
        macros=macros,
    )


def _restored(text: str) -> str:
    return text.replace(_TWO_BACKSLASHES, "\\\\")


def macros_in(value: str) -> tuple[str, ...]:
    bare = _QUOTED.sub(" ", value) if "{" in value or '"' in value else value
    names = (word.strip().lower() for word in bare.split("#"))
    return tuple(n for n in names if n and not n.isdigit() and n not in _MONTHS)
