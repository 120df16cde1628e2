"""The fields that a type of entry must have (biblatex manual, 2.1)."""

from __future__ import annotations

from collections.abc import Mapping

_AUTHOR = ("author", "editor", "translator", "organization", "institution")
_DATE = ("date", "year", "pubstate")
_JOURNAL = ("journaltitle", "journal", "shortjournal")
_SCHOOL = ("institution", "school", "publisher")
_BOOK = ("booktitle", "maintitle", "series")

# One tuple a requirement; any one field of it will do. Its first is the one to ask for.
_REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "article": (_AUTHOR, ("title",), _JOURNAL, _DATE),
    "book": (_AUTHOR, ("title", "maintitle"), _DATE),
    "inbook": (_AUTHOR, ("title", "chapter", "pages"), _BOOK, _DATE),
    "incollection": (_AUTHOR, ("title",), _BOOK, _DATE),
    "collection": (("editor", "author"), ("title", "maintitle"), _DATE),
    "proceedings": (("title", "maintitle", "eventtitle"), _DATE),
    "inproceedings": (_AUTHOR, ("title",), ("booktitle", "eventtitle", "series"), _DATE),
    "thesis": (("author",), ("title",), _SCHOOL, _DATE),
    "report": (_AUTHOR, ("title",), ("institution", "publisher", "number"), _DATE),
    "online": (("title",), ("url", "doi", "eprint", "howpublished")),
    "misc": (("title", "howpublished", "note"),),
    "dataset": (("title",), _DATE),
    "software": (("title",),),
    "manual": (("title",),),
    "patent": (_AUTHOR, ("title",), ("number",), _DATE),
    "periodical": (("title",), _DATE),
    "unpublished": (("author", "editor"), ("title",)),
}
_ALIASES = {
    "mvbook": "book", "booklet": "misc", "bookinbook": "inbook", "suppbook": "inbook",
    "mvcollection": "collection", "suppcollection": "incollection", "reference": "collection",
    "mvreference": "collection", "inreference": "incollection", "mvproceedings": "proceedings",
    "conference": "inproceedings", "phdthesis": "thesis", "mastersthesis": "thesis",
    "techreport": "report", "electronic": "online", "www": "online", "suppperiodical": "article",
}  # fmt: skip


def missing(kind: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that an entry of this type lacks.

    >>> missing("phdthesis", {"author": "A", "title": "T", "school": "S"})
    ('date',)
    """
    required = _REQUIRED.get(_ALIASES.get(kind, kind), ())
    return tuple(
        names[0] for names in required if not any(fields.get(n, "").strip('{}" ') for n in names)
    )
