"""Plain-text cases: a construct as a writer writes it, and what must come of it.

A file holds cases, each begun by ``=== case NAME``, of sections begun by ``=== SECTION``:
``header`` (YAML lines), ``essay`` (Markdown), ``html`` and ``html-not`` (a line each, white
space normalised; looked for in the article), ``words`` and ``words-not`` (the same in the
page's text), ``pdf`` and ``pdf-not`` (in the text of the paper), ``faults`` (``LINE:COLUMN
SEVERITY CODE HINT``, all of them and nothing else; the hint may be left out).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CASE = re.compile(r"^=== case (\S+)\n", re.MULTILINE)
_SECTION = re.compile(r"^=== ([a-z-]+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case; its slug is its file's name and its own."""

    slug: str
    sections: Mapping[str, str]

    def text(self, section: str) -> str:
        """A section as it stands, "" where there is none."""
        return self.sections.get(section, "")

    def lines(self, section: str) -> tuple[str, ...]:
        """The lines of a section that say something."""
        return tuple(line.strip() for line in self.text(section).splitlines() if line.strip())


def read(folder: Path) -> dict[str, Case]:
    """Every case of a folder's text files, by slug."""
    cases: dict[str, Case] = {}
    for path in sorted(folder.glob("*.txt")):
        _, *parts = _CASE.split(path.read_text(encoding="utf-8"))
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            _, *pieces = _SECTION.split(body)
            sections = dict(zip(pieces[::2], pieces[1::2], strict=True))
            slug = f"{path.stem}-{name}"
            assert slug not in cases, f"{path}: {name} is there twice"
            cases[slug] = Case(slug=slug, sections=sections)
    return cases
