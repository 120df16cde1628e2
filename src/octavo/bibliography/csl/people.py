"""One person or institution as CSL-JSON gives it: particles, suffixes, initials and script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from octavo.bibliography.csl.values import as_text

_ROMANESQUE = re.compile(
    r"^[\s\d!-~\u00a0-\u052f\u0590-\u05ff\u0600-\u06ff\u1d00-\u1fff\u2000-\u206f\u20a0-\u20cf\u2c60-\u2c7f\ua720-\ua7ff]*$"
)
_LETTER = re.compile(r"[A-Za-z\u00c0-\u1fff\u2c60-\u2dff]")
_FRONT = re.compile(r"((?:['’]?[^\W\d_]+\.?(?:[^\W\d_]+\.)*(?:['’]\s*|-|\s+))+)(?=\S)")
_LEAD = re.compile(r"['’]?[^\W\d_]+\.?(?:[^\W\d_]+\.)*(?:['’]\s*|-|\s+)")
_WORD_OR_GAP = re.compile(r"(\s+|-|[–])")


class Name(NamedTuple):
    """The parts of a name."""

    family: str = ""
    given: str = ""
    dropping: str = ""
    non_dropping: str = ""
    suffix: str = ""
    comma_suffix: bool = False
    literal: str = ""
    reversed: bool = False

    @property
    def western(self) -> bool:
        """Whether the given name stands first and spaces part the words."""
        text = self.family + self.given
        return bool(_ROMANESQUE.match(text))


def read_names(value: Any) -> tuple[Name, ...]:
    """The names of a name variable; what is not a name is left out."""
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return ()
    names = [_read(person) for person in value if isinstance(person, (Mapping, str))]
    return tuple(name for name in names if name.family or name.given or name.literal)


def _read(person: Mapping[str, Any] | str) -> Name:
    if isinstance(person, str):
        return Name(literal=person)
    get = person.get
    literal = as_text(get("literal"))
    if literal:
        return Name(literal=literal)
    flag = get("comma-suffix")
    return _parsed(
        Name(
            family=as_text(get("family")).strip(" "),
            given=as_text(get("given")).strip(),
            dropping=as_text(get("dropping-particle")).strip(),
            non_dropping=as_text(get("non-dropping-particle")).strip(),
            suffix=as_text(get("suffix")).strip(),
            comma_suffix=bool(flag) and flag not in ("0", "false"),
            reversed=bool(get("static-ordering")),
        )
    )


@lru_cache(maxsize=8192)
def _parsed(name: Name) -> Name:
    """A name with the particles and suffixes that stand inside its parts taken out."""
    family, given = name.family, name.given
    if len(family) > 2 and family[0] == family[-1] == '"':
        return name._replace(family=family[1:-1])
    if not name.non_dropping and (lead := _leading_particles(family)):
        name = name._replace(non_dropping=lead.strip(), family=family[len(lead) :])
    if not name.suffix and "," in given:
        name = _with_suffix(name)
    if not name.dropping and not name.reversed:
        words = name.given.split(" ")
        kept = len(words)
        while kept > 1 and words[kept - 1].islower():
            kept -= 1
        if kept < len(words):
            name = name._replace(dropping=" ".join(words[kept:]), given=" ".join(words[:kept]))
    return name


def _leading_particles(family: str) -> str:
    """The words in small letters before a family name, with what parts them from it."""
    end = 0
    while (found := _LEAD.match(family, end)) and found[0].islower() and found.end() < len(family):
        end = found.end()
    return family[:end]


def _with_suffix(name: Name) -> Name:
    """A suffix after a comma in the given name, unless it is a dropping particle."""
    given, _, rest = name.given.partition(",")
    rest = rest.strip()
    if rest.startswith("!"):
        return name._replace(given=given.strip(), suffix=rest[1:].strip(), comma_suffix=True)
    if rest[:1].islower() and not re.fullmatch(r"(?:jr|sr|[ivx]+)\.?", rest):
        return name._replace(given=f"{given}, {rest}")
    comma = name.comma_suffix or bool(re.match(r"(?:jr|sr)\b", rest, re.IGNORECASE))
    return name._replace(given=given.strip(), suffix=rest, comma_suffix=comma)


def attach(particle: str, word: str) -> str:
    """A particle before its name: no space after an apostrophe or a hyphen."""
    if not particle or not word:
        return particle or word
    if particle[-1] in "'’-–":
        return f"{particle}{word}"
    return f"{particle} {word}"


_TAGS = re.compile(r"(<[^<>]+>)")


@lru_cache(maxsize=8192)
def initials(given: str, mark: str, initialize: bool, hyphens: bool) -> str:
    """A given name by its initials, each followed by ``mark`` (CSL 1.0.2, ``initialize-with``)."""
    if "<" not in given:
        return _initials(given, mark, initialize, hyphens)
    out = ""
    for piece in _TAGS.split(given):
        if piece.startswith("<") or not piece.strip():
            out += piece
            continue
        short = _initials(piece, mark, initialize, hyphens)
        out += (" " if piece[0].isspace() and mark.endswith(" ") else "") + short
    return out


def _initials(given: str, mark: str, initialize: bool, hyphens: bool) -> str:
    given = re.sub(r"\.(?=[^\s\-.,])", ". ", given.strip())
    out = ""
    hyphen = False
    for token in _WORD_OR_GAP.split(given):
        if not token or token.isspace():
            continue
        if token in "-–":
            hyphen = True
            continue
        out = _with_word(out, token, mark, (initialize, hyphens, hyphen))
        hyphen = False
    return re.sub(r"\s+", " ", out).strip()


def _with_word(out: str, word: str, mark: str, how: tuple[bool, bool, bool]) -> str:
    initialize, hyphens, after_hyphen = how
    stem = word.rstrip(".")
    if not stem:
        return out
    join = "-" if after_hyphen else ""
    lowered = not stem[0].isupper() and (stem[0].islower() or not stem[0].isalpha())
    if lowered and after_hyphen and initialize:
        return out
    abbreviated = word.endswith(".")
    whole = lowered or (not initialize and not abbreviated and len(stem) > 1)
    if whole:
        gap = "" if not out or out.endswith(" ") or after_hyphen else " "
        return f"{out.rstrip() if after_hyphen else out}{gap}{join}{word} "
    short = stem if (abbreviated or not initialize) else _initial(stem)
    if after_hyphen and (hyphens or not initialize):
        out = out.rstrip() + "-"
    return f"{out}{short}{mark}"


def _initial(word: str) -> str:
    """The first letter; with a digraph in capitals (``TSeren``) both."""
    found = re.match(r"([^\W\d_])([^\W\d_]*)", word)
    if not found:
        return word[:1]
    capitals = re.match(r"[A-Z\u00c0-\u00de]+(?=[a-z\u00df-\u00ff]{3})", word)
    if capitals and len(capitals[0]) == 2:
        return capitals[0][0] + capitals[0][1].lower()
    return found[1]
