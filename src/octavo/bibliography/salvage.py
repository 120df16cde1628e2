"""What can be kept of an entry that breaks the syntax: every field that closes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEAD = re.compile(r"@\s*(\w+)\s*[{(]\s*(?:([^\s,{}()\"=]++)(?!\s*=)[ \t]*(,?))?")
_FIELD = re.compile(r"(?:^|,)[ \t]*([A-Za-z][\w:+.-]*)\s*=\s*", re.MULTILINE)
_SWALLOWED = re.compile(r"[}\"][ \t]*\n[ \t]*[A-Za-z][\w-]*[ \t]*=[ \t]*[{\"\w]")
_FIELDS_AFTER = re.compile(r"[\s,}]*[A-Za-z][\w-]*\s*=\s*[{\"\w]")
_BRACE_OR_LINE = re.compile(r"\\.|[{}\n]")
_BARE_END = re.compile(r"[,}\n]")
_FIELD_LINE = re.compile(r"\n[ \t]*[A-Za-z][\w-]*[ \t]*=[ \t]*[{\"\w]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """The readable part of a broken entry; ``key`` is empty when nothing can be read.

    ``text`` is the part written as an entry again; ``fault_line`` counts from 0 at the entry.
    """

    key: str = ""
    type: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    text: str = ""
    fault_line: int = 0
    message: str = "this entry cannot be read"
    hint: str = "An entry is @type{key, field = {value}, ...}."


def salvage(text: str) -> Salvaged:
    """Read the fields of a broken entry one by one, and say what is at fault.

    ``text`` holds the entry's ``@`` and may run on to the next entry.
    """
    head = _HEAD.search(text)
    if head is None:
        return Salvaged()
    kind, key = head.group(1).lower(), head.group(2)
    if kind in ("string", "preamble", "comment"):
        return Salvaged(message=f"this @{kind} does not close", hint='Look for an unpaired { or ".')
    if not key:
        return Salvaged(
            message=f"an @{kind} entry has no citekey",
            hint="Write a key after the opening brace, followed by a comma.",
        )
    fields, bad = _closed_fields(text, head.end())
    if not head.group(3):
        bad = ("a comma is missing after the citekey", head.end(2))
    what, place = bad or ("its closing brace is missing", head.end())
    return Salvaged(
        key=key,
        type=kind,
        fields=fields,
        text=_as_entry(kind, key, fields),
        fault_line=text.count("\n", 0, place),
        message=f"the entry {key} is broken: {what}",
        hint="It is read without what could not be understood.",
    )


def is_swallowing(raw: str, values: Iterable[str]) -> bool:
    """Whether a field of an entry reaches over the next one, for want of a comma between."""
    if _SWALLOWED.search(raw) is None:
        return False
    return any(
        _SWALLOWED.search(value) and not value[end:].lstrip().startswith("#")
        for value in values
        if (end := _value_end(value, 0)) is not None and end < len(value)
    )


def is_cut_short(after: str) -> bool:
    """Whether the text behind an entry looks like fields that an extra brace cut off."""
    return _FIELDS_AFTER.match(after) is not None


def _closed_fields(
    text: str, start: int
) -> tuple[tuple[tuple[str, str], ...], tuple[str, int] | None]:
    """The fields that close, and the first fault: what it is and where."""
    fields: list[tuple[str, str]] = []
    bad: tuple[str, int] | None = None
    position = start
    while match := _FIELD.search(text, max(position - 1, 0)):
        bad = bad or _gap(text, position, match, first=not fields)
        end = _value_end(text, match.end())
        if end is None:
            bad = bad or (f"the field {match.group(1)} does not close", match.start(1))
            position = match.end()
        else:
            fields.append((match.group(1), text[match.end() : end].strip()))
            position = end
    return tuple(fields), bad


def _gap(text: str, position: int, match: re.Match[str], *, first: bool) -> tuple[str, int] | None:
    """What is wrong between the end of a value and the next field."""
    between = text[position : match.start(1)]
    junk = between.strip(" \t\r\n,")
    if junk:
        return f"“{junk.split(chr(10))[0][:30]}” is not understood", text.index(junk, position)
    if "," not in between and not first:
        return f"a comma is missing before {match.group(1)}", match.start(1)
    if between.count(",") > 1:
        return "there is a comma too many", position
    return None


def _value_end(text: str, start: int) -> int | None:
    """Where a value that closes ends; ``None`` when it swallows the next field first."""
    if start >= len(text):
        return None
    opening = text[start]
    if opening == "{":
        return _closing_brace(text, start)
    if opening == '"':
        end = text.find('"', start + 1)
        return end + 1 if end > 0 else None
    end_match = _BARE_END.search(text, start)
    return end_match.start() if end_match else len(text)


def _closing_brace(text: str, start: int) -> int | None:
    depth = 0
    for mark in _BRACE_OR_LINE.finditer(text, start):
        char = mark.group()
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return mark.end()
        elif char == "\n" and _FIELD_LINE.match(text, mark.start()):
            return None
    return None


def _as_entry(kind: str, key: str, fields: tuple[tuple[str, str], ...]) -> str:
    body = "".join(f",\n  {name} = {value}" for name, value in fields)
    return f"@{kind}{{{key}{body}\n}}"
