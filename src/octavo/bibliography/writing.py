"""References written into bibliography files: every other byte stays."""

from __future__ import annotations

import json
import re
from pathlib import Path

from octavo.bibliography.blocks import parse_chunk
from octavo.bibliography.conversion import through_pandoc
from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.records import file_kind
from octavo.files import write_atomically
from octavo.pandoc import worker

_HEAD = re.compile(r"\A@(\w+)\{[^,]*,")


def as_entry(item: CslItem) -> str:
    """A CSL item as a BibLaTeX entry. Raises :class:`octavo.pandoc.worker.PandocError`."""
    entry = _with_its_title(_biblatex({**item, "id": "key"}), str(item.get("title", "")))
    return _HEAD.sub(lambda head: f"@{head.group(1)}{{{item['id']},", entry, count=1)


def _biblatex(item: CslItem) -> str:
    text = worker.shared().convert(json.dumps([item]), source="csljson", target="biblatex")
    return text.decode("utf-8").strip()


def _with_its_title(entry: str, title: str) -> str:
    """The entry with its title in double braces where its capitals would not come back else."""
    written = _title(entry)
    if not written or through_pandoc(entry, "biblatex")[0].get("title", "") == title:
        return entry
    # In a language other than English pandoc leaves the capitals alone.
    as_is = _title(_biblatex({"id": "key", "type": "book", "title": title, "language": "de"}))
    return entry.replace(f"title = {written}", f"title = {{{as_is}}}", 1)


def _title(entry: str) -> str:
    return parse_chunk(entry.encode("utf-8")).entries[0].fields.get("title", "")


def append(path: Path, item: CslItem) -> str:
    """Append a reference to a bibliography file, and return its text there.

    A ``.bib`` is made where there is none; a CSL-JSON file gets it as its last item. Raises
    ``OSError``, ``ValueError`` for a file that cannot be added to, and ``PandocError``.
    """
    before = path.read_bytes() if path.exists() else b""
    kind = file_kind(path)
    if kind == "cslyaml":
        raise ValueError(f"{path} is CSL-YAML; add to a .bib or a CSL-JSON file")
    if kind == "csljson":
        text = json.dumps(item, ensure_ascii=False, indent=2)
        after = _with_item(path, before, text)
    else:
        text = as_entry(item)
        after = _with_entry(before, text)
    write_atomically(path, after)
    return text


def _with_entry(before: bytes, text: str) -> bytes:
    newline = "\r\n" if b"\r\n" in before else "\n"
    gap = "" if not before else "\n" if before.endswith(b"\n") else "\n\n"
    return before + f"{gap}{text}\n".replace("\n", newline).encode("utf-8")


def _with_item(path: Path, before: bytes, text: str) -> bytes:
    if not before.strip():
        return f"[\n{text}\n]\n".encode()
    head, bracket, tail = before.rpartition(b"]")
    if not bracket or tail.strip(b" \t\r\n}"):
        raise ValueError(f"{path} is not a list of CSL items")
    kept = head.rstrip()
    comma = b"" if kept.endswith(b"[") else b","
    return kept + comma + b"\n" + text.encode("utf-8") + head[len(kept) :] + bracket + tail
