"""Essays for the tests of publishing, taken through the real pipeline."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from octavo.bibliography.library import Library
from octavo.bibliography.styles import find_style
from octavo.essays.pipeline import make_document, prepare
from octavo.essays.records import Document
from octavo.essays.weave import Context

ESSAYS = Path(__file__).with_name("essays")
STYLE = "chicago-author-date"


@functools.cache
def document(slug: str = "margins", *, page: bool = True) -> Document:
    """An essay of :data:`ESSAYS`, woven for the page or for the paper."""
    return weave_file(slug, ESSAYS / f"{slug}.md", page=page)


def weave_text(text: str, folder: Path, *, slug: str = "case", page: bool = True) -> Document:
    """An essay given as text."""
    path = folder / f"{slug}.md"
    path.write_text(text, encoding="utf-8")
    return weave_file(slug, path, page=page)


def weave_file(slug: str, path: Path, *, page: bool) -> Document:
    """An essay of one file, cited from the samples' bibliography."""
    style = find_style(STYLE).value
    assert style is not None
    library = Library.open([ESSAYS / "references.bib"]).value
    try:
        with tempfile.TemporaryDirectory() as runs:
            prepared = prepare(slug, (path,), Path(runs), execute=False).value
        assert prepared is not None
        numbered = not page and prepared.source.front.paper.numbered
        context = Context(library=library, style=style, page=page, numbered=numbered)
        return make_document(prepared, context).value
    finally:
        library.close()
