"""What is wrong with a library, entry by entry, and what can safely be put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from octavo.bibliography import cslfiles, identifiers, required, searchtext
from octavo.bibliography.blocks import enclosed, parse_chunk
from octavo.bibliography.library import Library
from octavo.bibliography.lock import Lock, retractions
from octavo.bibliography.records import SourceEntry
from octavo.records import Diagnostic, Severity, Span

_CSL_FIELDS = {"DOI": "doi", "ISBN": "isbn", "ISSN": "issn", "URL": "url", "title": "title"}
_DATES = ("date", "urldate", "origdate", "eventdate")
_MOJIBAKE = re.compile("[ÂÃâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_SEPARATORS = re.compile(r"[;,]\s*|\s+and\s+|\s{2,}|\n")
_BOOK_TITLES = {"title": "booktitle", "subtitle": "booksubtitle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A value of an entry, as it is written, and what to write in its place."""

    entry: SourceEntry
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault, and the repair where there is a safe one."""

    diagnostic: Diagnostic
    repair: Repair | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An entry with its fields, and those that it inherits."""

    entry: SourceEntry
    fields: Mapping[str, str]
    inherited: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field's value without braces; empty when there is none."""
        return enclosed(self.fields.get(name, "")).strip()

    def place(self, name: str = "") -> Span:
        """Where the entry, or a field of it, stands."""
        match = (
            re.search(rf"(?im)(?<![\w-]){re.escape(name)}\s*=", self.entry.raw) if name else None
        )
        line = self.entry.span.line
        if match:
            line += self.entry.raw.count("\n", 0, match.start())
        return Span(path=self.entry.span.path, line=line)

    def fault(
        self,
        code: str,
        message: str,
        name: str = "",
        hint: str = "",
        severity: Severity = "warning",
    ) -> Diagnostic:
        """A diagnostic at the entry, or at one of its fields."""
        return Diagnostic(
            code=code,
            message=f"{self.entry.key}: {message}",
            span=self.place(name),
            hint=hint,
            severity=severity,
        )

    def repaired(self, diagnostic: Diagnostic, name: str, new: str) -> Finding:
        """A finding whose repair sets a field's text, within the braces or quotes it has."""
        old = self.fields.get(name, "")
        whole = old.replace(enclosed(old), new) if enclosed(old) else old
        if self.entry.kind not in ("biblatex", "bibtex") or "\n" in old or whole == old:
            return Finding(diagnostic=diagnostic)
        return Finding(
            diagnostic=diagnostic, repair=Repair(entry=self.entry, field=name, old=old, new=whole)
        )


def check(library: Library, keys: Container[str] | None = None) -> tuple[Finding, ...]:
    """Every fault of every entry, or of those with some keys, in the order of the files.

    Codes: ``missing-field``, ``malformed-doi``, ``malformed-isbn``, ``malformed-issn``,
    ``malformed-orcid``, ``malformed-url``, ``malformed-date``, ``missing-attachment``,
    ``encoding-fault``, ``unknown-macro``, ``missing-parent``, ``circular-parent``,
    ``duplicate-work``.
    """
    sources = library.every_entry()
    if keys is not None:
        needed = _with_ancestors(sources, keys)
        sources = [entry for entry in sources if entry.key in needed]
    entries = [checked(entry) for entry in sources]
    by_key: dict[str, Checked] = {}
    for one in entries:
        by_key.setdefault(one.entry.key, one)
    chosen = [
        _with_parents(one, by_key) for one in entries if keys is None or one.entry.key in keys
    ]
    macros = library.macro_names()
    findings = [finding for one in chosen for rule in ENTRY_RULES for finding in rule(one)]
    findings += [finding for one in chosen for finding in _references(one, by_key, macros)]
    circular = library.circular()
    findings += [_circular(one) for one in chosen if one.entry.key in circular]
    findings += _duplicate_works(chosen)
    return tuple(sorted(findings, key=_order))


def _with_ancestors(entries: Iterable[SourceEntry], keys: Container[str]) -> set[str]:
    parents = {entry.key: entry.parents for entry in entries}
    needed: set[str] = set()
    queue = [key for key in parents if key in keys]
    while queue:
        key = queue.pop()
        if key in parents and key not in needed:
            needed.add(key)
            queue += parents[key]
    return needed


REMARKS = frozenset({"uncited-entry", "missing-note"})
"""What is true of every library that is in use, and no fault: said when asked for."""


def check_use(library: Library, notes: Mapping[str, Path]) -> tuple[Diagnostic, ...]:
    """Entries that no essay cites, and cited entries without a reading note.

    ``notes`` are the reading notes by citekey. Nothing is said before a build has recorded what
    the essays cite.
    """
    places = library.cited()
    if not places:
        return ()
    cited = {place.key for place in places}
    found: list[Diagnostic] = []
    for key, entry in library.entries().items():
        one = Checked(entry=entry, fields={})
        if key not in cited:
            hint = "Cite it, list it under `nocite`, or let it wait."
            found.append(one.fault("uncited-entry", "no essay cites this entry", hint=hint))
        elif key not in notes:
            found.append(
                one.fault(
                    "missing-note",
                    "cited, and there is no reading note",
                    hint="Write one, or take it from Zotero: octavo refs pull zotero.",
                )
            )
    return tuple(found)


def check_retracted(library: Library, locked: Lock) -> tuple[Diagnostic, ...]:
    """Each place that cites a retracted work (``retracted-work``), with its sentence."""
    places = library.cited()
    notices = retractions(locked, {place.key for place in places})
    return tuple(
        Diagnostic(
            code="retracted-work",
            message=f"{place.key} was retracted{_on(notice.date)}: “{place.sentence}”",
            span=Span(path=place.essay, line=place.line),
            severity="warning",
            hint=f"The notice: https://doi.org/{notice.doi}",
        )
        for place in places
        if (notice := notices.get(place.key))
    )


def _on(date: str) -> str:
    return f" on {date}" if date else ""


def checked(entry: SourceEntry) -> Checked:
    """An entry with its fields parsed."""
    data = entry.raw.encode("utf-8")
    if entry.kind in ("biblatex", "bibtex"):
        parsed = parse_chunk(data).entries
        return Checked(entry=entry, fields=parsed[0].fields if parsed else {})
    parsed = cslfiles.parse_chunk(entry.kind, data).entries
    item = parsed[0].item or {} if parsed else {}
    fields = {ours: str(item[theirs]) for theirs, ours in _CSL_FIELDS.items() if item.get(theirs)}
    year = searchtext.csl_year(item)
    return Checked(entry=entry, fields={**fields, **({"year": year} if year else {})})


def _order(finding: Finding) -> tuple[str, int, str]:
    span = finding.diagnostic.span
    return (str(span.path), span.line, finding.diagnostic.code) if span else ("", 0, "")


def _with_parents(one: Checked, by_key: Mapping[str, Checked]) -> Checked:
    inherited: dict[str, str] = {}
    for key in one.entry.parents:
        parent = by_key.get(key)
        for name, value in parent.fields.items() if parent else ():
            inherited.setdefault(_BOOK_TITLES.get(name, name), value)
            inherited.setdefault(name, value)
    return Checked(entry=one.entry, fields=one.fields, inherited=inherited)


def _missing_fields(one: Checked) -> Iterator[Finding]:
    if one.entry.kind not in ("biblatex", "bibtex") or one.entry.type == "xdata":
        return
    lacking = required.missing(one.entry.type, {**one.inherited, **one.fields})
    if lacking:
        message = f"an @{one.entry.type} needs {' and '.join(lacking)}"
        yield Finding(diagnostic=one.fault("missing-field", message))


def _doi(one: Checked) -> Iterator[Finding]:
    written = one.text("doi")
    if not written:
        return
    bare = identifiers.verbatim(written)
    known = identifiers.doi(bare)
    if known is None:
        message = f"“{written}” is no DOI"
        hint = "A DOI is 10., digits, a slash and a name."
        yield Finding(diagnostic=one.fault("malformed-doi", message, "doi", hint))
    elif len(bare) != len(known):
        fault = one.fault("malformed-doi", f"“{written}” is an address, not a DOI", "doi", _FIXABLE)
        yield one.repaired(fault, "doi", bare[-len(known) :])


def _isbn(one: Checked) -> Iterator[Finding]:
    for number in _SEPARATORS.split(one.text("isbn")):
        bare = re.sub(r"\s*\(.*?\)|^ISBN[:\s-]*", "", number).strip()
        if bare and not any(identifiers.isbn(part) for part in (bare, *bare.split())):
            wrong = (
                "it is an ISSN" if identifiers.issn(bare) else "its length or check digit is wrong"
            )
            message = f"“{number}” is no ISBN: {wrong}"
            yield Finding(diagnostic=one.fault("malformed-isbn", message, "isbn"))


def _issn(one: Checked) -> Iterator[Finding]:
    written = one.text("issn")
    for number in _SEPARATORS.split(written):
        bare = re.sub(r"\s*\(.*?\)|^e?ISSN[:\s-]*", "", number).strip()
        if not bare:
            continue
        known = identifiers.issn(bare)
        if known is None and not all(identifiers.issn(part) for part in bare.split()):
            message = f"“{number}” is no ISSN: its length or check digit is wrong"
            yield Finding(diagnostic=one.fault("malformed-issn", message, "issn"))
        elif known is not None and bare == written and "-" not in bare:
            fault = one.fault("malformed-issn", f"“{bare}” has no hyphen", "issn", _FIXABLE)
            yield one.repaired(fault, "issn", known)


def _orcid(one: Checked) -> Iterator[Finding]:
    for name in ("orcid", "orcid-numbers"):
        for number in re.findall(r"\d{4}-?\d{4}-?\d{4}-?\d{3}[\dX]", one.text(name)):
            if identifiers.orcid(number) is None:
                message = f"“{number}” is no ORCID iD: its check digit is wrong"
                yield Finding(diagnostic=one.fault("malformed-orcid", message, name))


def _url(one: Checked) -> Iterator[Finding]:
    written = one.text("url")
    if written and not any(
        identifiers.is_url(part) for part in identifiers.verbatim(written).split()
    ):
        message = f"“{written}” is no address"
        hint = "Write it with its scheme: https://…"
        yield Finding(diagnostic=one.fault("malformed-url", message, "url", hint))


def _dates(one: Checked) -> Iterator[Finding]:
    for name in _DATES:
        written = one.text(name)
        if not written or one.fields[name][0] not in '{"' or identifiers.is_edtf(written):
            continue
        shorter = identifiers.without_zero_parts(written)
        if shorter != written:
            fault = one.fault("malformed-date", f"“{written}” has a part of zero", name, _FIXABLE)
            yield one.repaired(fault, name, shorter)
        else:
            hint = "Write YYYY-MM-DD, YYYY-MM or YYYY, or two with / between."
            message = f"“{written}” is no date"
            yield Finding(diagnostic=one.fault("malformed-date", message, name, hint))


def _attachments(one: Checked) -> Iterator[Finding]:
    names = attachments(one.text("file"))
    base = one.entry.span.path.parent
    for name in names:
        if "://" not in name and not _exists(base, name):
            message = f"the attached file “{name}” does not exist"
            yield Finding(diagnostic=one.fault("missing-attachment", message, "file"))


def _exists(base: Path, name: str) -> bool:
    try:
        return (base / Path(name).expanduser()).exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, a home of nobody
        return False


def _mojibake(one: Checked) -> Iterator[Finding]:
    for name, value in one.fields.items():
        if "\ufffd" in value:
            message = f"{name} has characters that were lost (\ufffd)"
            yield Finding(diagnostic=one.fault("encoding-fault", message, name))
        elif _MOJIBAKE.search(value):
            fixed = _decoded_once_more(enclosed(value))
            message = f"{name} was decoded wrongly once"
            fault = one.fault("encoding-fault", message, name, _FIXABLE if fixed else "")
            yield one.repaired(fault, name, fixed) if fixed else Finding(diagnostic=fault)


def _decoded_once_more(value: str) -> str:
    for codec in ("cp1252", "latin-1"):
        try:
            return value.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return ""


_FIXABLE = "octavo refs fix can put this right."
ENTRY_RULES: tuple[Callable[[Checked], Iterable[Finding]], ...] = (
    _missing_fields, _doi, _isbn, _issn, _orcid, _url, _dates, _attachments, _mojibake,
)  # fmt: skip


def attachments(value: str) -> tuple[str, ...]:
    r"""The paths in a ``file`` field: plain, with ``;`` between, or JabRef's ``name:path:type``.

    >>> attachments(r"a.pdf;:C\:/x y.pdf:application/pdf")
    ('a.pdf', 'C:/x y.pdf')
    """
    paths: list[str] = []
    for part in re.split(r"(?<!\\);", value):
        pieces = [re.sub(r"\\([:;\\_&])", r"\1", p) for p in re.split(r"(?<!\\):(?!//|\\)", part)]
        named = len(pieces) >= 3 and re.fullmatch(r"[\w.+-]*(?:/[\w.+-]+)?", pieces[-1])
        path = ":".join(pieces[1:-1]) if named else ":".join(pieces)
        if path.strip():
            paths.append(path.strip())
    return tuple(paths)


def _references(
    one: Checked, by_key: Mapping[str, Checked], macros: frozenset[str]
) -> Iterator[Finding]:
    for name in one.entry.macros:
        if name not in macros:
            message = f"no @string defines “{name}”"
            hint = "Put the value in braces, or define it."
            yield Finding(diagnostic=one.fault("unknown-macro", message, hint=hint))
    for key in one.entry.parents:
        if key not in by_key:
            message = f"it inherits from {key}, which no file has"
            yield Finding(diagnostic=one.fault("missing-parent", message, "crossref"))


def _circular(one: Checked) -> Finding:
    message = "it inherits, in the end, from itself; it is read as if it inherited nothing"
    return Finding(diagnostic=one.fault("circular-parent", message, "crossref"))


def _duplicate_works(entries: Iterable[Checked]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Checked] = {}
    for one in entries:
        for mark in _marks(one):
            first = seen.setdefault(mark, one)
            if first.entry.key != one.entry.key:
                same = "DOI" if mark[0] == "doi" else "author, title and year"
                message = f"the same {same} as {first.entry.key} ({first.entry.span})"
                hint = "Keep one, and cite its key."
                yield Finding(diagnostic=one.fault("duplicate-work", message, hint=hint))
                break


def _marks(one: Checked) -> Iterator[tuple[str, ...]]:
    doi = identifiers.doi(identifiers.verbatim(one.text("doi")))
    kind = one.entry.type
    if doi:
        yield ("doi", doi, kind)
    title = identifiers.normal_title(searchtext.plain(one.text("title")))
    year = re.search(r"\d{4}", one.text("date") or one.text("year"))
    names = one.text("author") or one.text("editor")
    if len(title) > 12 and year:
        lead = identifiers.normal_title(searchtext.family(searchtext.plain(names)))
        part = one.text("volume") + "/" + one.text("number") + "/" + one.text("pages")
        yield ("title", title, year.group(), lead, kind, part)
