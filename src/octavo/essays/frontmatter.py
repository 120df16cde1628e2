"""Front matter: the YAML header of an essay, read against its schema.

A fault never stops an essay: the field keeps its default and the writer gets a diagnostic
with the line of the key. Dates are ISO 8601 calendar dates; ``lang`` is a BCP 47 tag.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

import yaml

from octavo.essays.records import Author, Form, FrontMatter, PaperSettings, Status
from octavo.records import Diagnostic, Severity, Span

ALIASES = {"author": "authors", "abstract": "summary", "description": "summary"}
FOREIGN = frozenset({"jupyter", "kernelspec", "execute", "note"})
"""Keys that other tools own, or that the notebook side reads."""

_FENCE = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LANG = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


class _Loader(yaml.CSafeLoader):
    """YAML whose dates stay text: an impossible one is a fault of its field, not of the header."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in resolvers if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A parsed header: its fields, its faults, and how many lines it takes in the file."""

    front: FrontMatter
    lines: int
    diagnostics: tuple[Diagnostic, ...] = ()


class _Fault(Exception):
    """A value that doesn't fit its field; the message says why, the hint what would."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


def split(text: str) -> tuple[str, str]:
    """The YAML of a text's header ("" where it has none) and the body that follows it."""
    match = _FENCE.match(text)
    return (match.group(1), text[match.end() :]) if match else ("", text)


def read(text: str, path: Path) -> Header:
    """Read the header of an essay's text; ``path`` names the file in diagnostics."""
    source, body = split(text)
    lines = text.count("\n") - body.count("\n")
    if not source:
        fault = _diagnostic(
            path,
            1,
            "no-front-matter",
            "the essay has no front matter",
            "warning",
            "start the file with `---`, a `title:` and `---`",
        )
        return Header(front=FrontMatter(), lines=0, diagnostics=(fault,))
    try:
        node = yaml.compose(source, Loader=_Loader)
        data = yaml.load(source, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        return Header(front=FrontMatter(), lines=lines, diagnostics=(_broken(error, path),))
    if data is not None and not isinstance(data, dict):
        fault = _diagnostic(
            path,
            2,
            "broken-front-matter",
            "the front matter is not a mapping",
            "error",
            "write one `key: value` a line",
        )
        return Header(front=FrontMatter(), lines=lines, diagnostics=(fault,))
    reader = _Reader(path)
    reader.lines_of(node)
    front = reader.fields(data or {})
    return Header(front=front, lines=lines, diagnostics=tuple(reader.faults))


def key_span(text: str, path: Path, key: str) -> Span:
    """Where a key stands in the header of an essay's text."""
    match = re.search(rf"^{re.escape(key)}[ \t]*:", split(text)[0], re.MULTILINE)
    line = text[: text.find("\n") + 1 + match.start()].count("\n") + 1 if match else 1
    return Span(path=path, line=line, column=1)


def _broken(error: Exception, path: Path) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or str(error)
    return Diagnostic(
        code="broken-front-matter",
        message=f"the front matter is not YAML: {problem}",
        span=Span(path=path, line=line, column=column),
        hint="a text with a colon, a quote or a leading @ needs quotation marks around it",
    )


def _diagnostic(
    path: Path, line: int, code: str, message: str, severity: Severity = "error", hint: str = ""
) -> Diagnostic:
    span = Span(path=path, line=line, column=1)
    return Diagnostic(code=code, message=message, span=span, severity=severity, hint=hint)


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        self.faults: list[Diagnostic] = []

    def lines_of(self, node: yaml.Node | None) -> None:
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            name, again = str(key.value), str(key.value) in self.lines
            # one for the opening fence, one because YAML counts from 0
            self.lines[name] = key.start_mark.line + 2
            if again:
                self.fault(
                    name,
                    "duplicate-front-matter",
                    f"`{name}` stands there twice",
                    "warning",
                    "remove one; the last one counts",
                )

    def fields(self, data: dict[Any, Any]) -> FrontMatter:
        values: dict[str, Any] = {}
        for raw, value in data.items():
            key = ALIASES.get(str(raw), str(raw))
            if key in FOREIGN:
                continue
            if key not in CONVERTERS:
                self.unknown(str(raw))
            elif value is not None:
                self.convert(str(raw), key, value, values)
        front = FrontMatter(**values)
        if not front.title and not data.get("title"):
            self.fault(
                "title",
                "missing-title",
                "the essay has no title",
                "warning",
                "add `title:` to the front matter",
            )
        return front

    def convert(self, raw: str, key: str, value: Any, values: dict[str, Any]) -> None:
        try:
            values[key] = CONVERTERS[key](value)
        except _Fault as fault:
            self.fault(raw, fault.code, f"{raw}: {fault}", "error", fault.hint)

    def unknown(self, key: str) -> None:
        near = difflib.get_close_matches(key, [*CONVERTERS, *ALIASES, *FOREIGN], n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else "see the essay “Publishing” for the list"
        self.fault(
            key, "unknown-front-matter", f"unknown front matter key `{key}`", "warning", hint
        )

    def fault(self, key: str, code: str, message: str, severity: Severity, hint: str) -> None:
        line = self.lines.get(key, 1)
        self.faults.append(_diagnostic(self.path, line, code, message, severity, hint))


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise _Fault("bad-front-matter", "a text is expected", "write words, in quotation marks")
    return str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(v) for v in value)
    return (_text(value),)


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return _texts(value)


def _date(value: Any) -> datetime.date:
    try:
        return datetime.date.fromisoformat(_text(value)[:10])
    except ValueError:
        raise _Fault("bad-date", f"{value!r} is not a date", "write it as 2026-11-23") from None


def _number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _Fault("bad-front-matter", f"{value!r} is not a whole number", "write 2, say")


def _lang(value: Any) -> str:
    tag = _text(value).replace("_", "-")
    if not _LANG.match(tag):
        raise _Fault(
            "bad-lang", f"{value!r} is not a language tag", "for example en-GB, de or fr-CA"
        )
    return tag


def _authors(value: Any) -> tuple[Author, ...]:
    people = value if isinstance(value, list) else [value]
    return tuple(_author(person) for person in people)


def _author(value: Any) -> Author:
    if isinstance(value, str):
        return Author(name=value.strip())
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise _Fault(
            "bad-author",
            "an author is a name, or a mapping with `name`",
            "for example {name: Ada Lovelace, orcid: 0000-0002-1825-0097}",
        )
    known = {f.name for f in fields(Author)}
    if extra := sorted(str(k) for k in value if k not in known):
        near = difflib.get_close_matches(extra[0], known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(known))}"
        raise _Fault("bad-author", f"an author has no `{extra[0]}`", hint)
    person = {k: _text(v) for k, v in value.items() if v is not None}
    if person.get("orcid"):
        person["orcid"] = _orcid(person["orcid"])
    return Author(**person)


def _orcid(value: str) -> str:
    from octavo.bibliography.identifiers import orcid  # noqa: PLC0415 - few authors give one

    found = orcid(value)
    if found is None:
        raise _Fault("bad-orcid", f"{value!r} is not an ORCID iD", "its last digit is a checksum")
    return found


def _choice(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        if value in allowed:
            return str(value)
        near = difflib.get_close_matches(str(value), allowed, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(allowed)}"
        raise _Fault("bad-front-matter", f"{value!r} is not known", hint)

    return convert


def _forms(value: Any) -> tuple[str, ...]:
    return tuple(_choice(get_args(Form))(form) for form in _words(value))


def _paper(value: Any) -> PaperSettings:
    if not isinstance(value, dict):
        raise _Fault("bad-front-matter", "a mapping is expected, such as {size: a4}")
    defaults = PaperSettings()
    for key, given in value.items():
        if key not in (known := [f.name for f in fields(PaperSettings)]):
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
            raise _Fault("bad-front-matter", f"no paper setting `{key}`", hint)
        if type(given) is not type(getattr(defaults, key)):
            default = repr(getattr(defaults, key))
            raise _Fault(
                "bad-front-matter", f"`{key}` can't be {given!r}", f"for example {default}"
            )
    return PaperSettings(**value)


def _nocite(value: Any) -> tuple[str, ...]:
    return tuple(re.findall(r"@?\{?([\w*][^\s,;{}\[\]]*)", " ".join(_texts(value))))


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "title": _text,
    "subtitle": _text,
    "date": _date,
    "updated": _date,
    "authors": _authors,
    "lang": _lang,
    "summary": _text,
    "tags": _words,
    "series": _text,
    "part": _number,
    "status": _choice(get_args(Status)),
    "follows": _text,
    "aliases": _texts,
    "license": _text,
    "bibliography": _texts,
    "csl": _text,
    "nocite": _nocite,
    "publish": _forms,
    "paper": _paper,
}
