"""CSL-JSON and CSL-YAML files cut into items, each with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from octavo.bibliography.blocks import Chunk, Fault, Parsed, ParsedEntry, digest
from octavo.bibliography.records import FileKind

_BETWEEN = re.compile(rb"[\s,]*")
_NEXT_ITEM = re.compile(rb"\}\s*,\s*(?=\{)")
_ITEMS_START = re.compile(rb'\s*(?:\{\s*"(?:items|references)"\s*:\s*)?\[')


def split_chunks(kind: FileKind, data: bytes) -> Iterator[Chunk]:
    """Cut a CSL-JSON or CSL-YAML file into one chunk an item.

    What cannot be cut is one chunk to the next item that can, and its parsing gives the fault.
    """
    pieces = _yaml_pieces(data) if kind == "cslyaml" else _json_pieces(data)
    for line, piece in pieces:
        yield Chunk(digest=digest(piece), line=line, data=piece)


def parse_chunk(kind: FileKind, data: bytes) -> Parsed:
    """Parse the text of one item."""
    try:
        item = _load(kind, data)
    except (ValueError, yaml.YAMLError) as error:
        return _broken(_fault_line(error), f"this item cannot be read: {_short(error)}")
    if not isinstance(item, dict):
        return _broken(0, "a CSL item is a mapping of variables")
    key = item.get("id") or item.get("citation-key")
    if not isinstance(key, str | int) or key == "":
        return _broken(0, "this item has no id", "Give it an id: that is its citekey.")
    entry = ParsedEntry(
        key=str(key),
        type=str(item.get("type", "")),
        line=0,
        raw=data.decode("utf-8", "replace"),
        fields={},
        item={**item, "id": str(key)},
    )
    return Parsed(entries=(entry,))


def _load(kind: FileKind, data: bytes) -> Any:
    text = data.decode("utf-8")
    if kind == "csljson":
        return json.loads(text)
    return yaml.load(text, Loader=_Loader)


class _Loader(yaml.CSafeLoader):
    """YAML whose dates stay the text they are."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _broken(line: int, message: str, hint: str = "") -> Parsed:
    return Parsed(faults=(Fault(line=line, code="broken-entry", message=message, hint=hint),))


def _short(error: Exception) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "msg", None)
    return str(problem or error).split("\n")[0]


def _fault_line(error: Exception) -> int:
    if isinstance(error, json.JSONDecodeError):
        return error.lineno - 1
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) if mark else 0


def _json_pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    opening = _ITEMS_START.match(data)
    end = opening.end() if opening else 0
    line, counted = 1, 0
    while True:
        between = _BETWEEN.match(data, end)
        start = between.end() if between else end
        if start >= len(data) or data[start : start + 1] == b"]":
            return
        end = _json_end(data, start)
        line += data.count(b"\n", counted, start)
        counted = start
        yield line, data[start:end]


def _json_end(data: bytes, start: int) -> int:
    """Where the object at ``start`` ends; one that doesn't ends before the next that starts."""
    depth, in_string = 0, False
    for mark in re.compile(rb'\\.|["{}]', re.DOTALL).finditer(data, start):
        char = mark.group()
        if char == b'"':
            in_string = not in_string
        elif in_string or len(char) > 1:
            continue
        else:
            depth += 1 if char == b"{" else -1
            if depth == 0:
                return mark.end()
    broken = _NEXT_ITEM.search(data, start)
    return broken.start() + 1 if broken else len(data)


def _yaml_pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    text = data.decode("utf-8", "replace")
    try:
        nodes = _yaml_items(text)
    except yaml.YAMLError:
        nodes = None
    if nodes is None:
        yield 1, data
        return
    for node in nodes:
        start, end = node.start_mark, node.end_mark
        piece = " " * start.column + text[start.index : end.index].rstrip()
        yield start.line + 1, piece.encode("utf-8")


def _yaml_items(text: str) -> list[yaml.Node] | None:
    root = next(iter(yaml.compose_all(text, Loader=yaml.CSafeLoader)), None)
    if isinstance(root, yaml.MappingNode):
        for name, value in root.value:
            if name.value == "references" and isinstance(value, yaml.SequenceNode):
                return list(value.value)
        return None
    return list(root.value) if isinstance(root, yaml.SequenceNode) else None
