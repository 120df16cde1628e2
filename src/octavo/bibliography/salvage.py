"""What can be kept of an entry that breaks the syntax: every field that closes by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = re.compile(r"\s*@\s*(\w+)\s*[{(]\s*([^\s,{}()\"=]+)\s*,")
_FIELD = re.compile(r"(?:^|,)[ \t]*([A-Za-z][\w:+.-]*)\s*=\s*", re.MULTILINE)

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
    """Read the fields of a broken entry one by one, and say which is at fault.

    ``text`` starts with the entry's ``@`` and may run on to the next entry.
    """
    head = _HEAD.match(text)
    if head is None:
        return Salvaged()
    kind, key = head.group(1).lower(), head.group(2)
    fields, bad = _closed_fields(text, head.end())
    name, place = bad or ("", head.end())
    what = f"the field {name} does not close" if name else "a closing brace or comma is missing"
    return Salvaged(
        key=key,
        type=kind,
        fields=fields,
        text=_as_entry(kind, key, fields),
        fault_line=text.count("\n", 0, place),
        message=f"the entry {key} is broken: {what}",
        hint='It is read without what could not be understood. Look for an unpaired { or ".',
    )


def _closed_fields(
    text: str, start: int
) -> tuple[tuple[tuple[str, str], ...], tuple[str, int] | None]:
    fields: list[tuple[str, str]] = []
    bad: tuple[str, int] | None = None
    position = start - 1
    while match := _FIELD.search(text, position):
        end = _value_end(text, match.end())
        if end is None:
            bad = bad or (match.group(1), match.start(1))
            position = match.end()
        else:
            fields.append((match.group(1), text[match.end() : end].strip()))
            position = end
    return tuple(fields), bad


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
