"""A page: the document written by pandoc, set into our template."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from octavo.essays.records import Document, Heading
from octavo.pandoc.worker import Worker
from octavo.publishing import assets, dress, inline, metadata
from octavo.publishing.records import Page, Surroundings, page_name, paper_name
from octavo.publishing.words import is_rtl, long_date, short_date, words

WORDS_A_MINUTE = 230
"""Silent reading of English non-fiction: 238 words a minute (Brysbaert 2019), a little less."""

_OPTIONS = {"html_math_method": "mathml", "wrap_text": "wrap-none"}
_NOTES = re.compile(
    r'<section id="footnotes" class="footnotes[^>]*>\s*<hr />\s*(<ol>.*</ol>)\s*</section>\s*\Z',
    re.DOTALL,
)
_PRE = re.compile(r"<pre(?=[ >])(?![^>]*tabindex)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An essay as HTML, in the parts that the template arranges."""

    text: Markup
    notes: Markup
    references: Markup


def write_page(document: Document, around: Surroundings, worker: Worker) -> Page:
    """The page of a document, with relative addresses throughout.

    Raises :class:`octavo.pandoc.worker.PandocError` where pandoc refuses the tree.
    """
    lang = document.front.lang
    front = document.front
    neighbours = (*around.series, around.follows, *around.answers, *around.linked_from)
    inline.prepare([front.title, front.subtitle, front.summary, front.series,
                    *(other.title for other in neighbours if other)])  # fmt: skip
    body = write_body(document, worker)
    html = render(
        "page.html",
        document.slug,
        around=around,
        site=around.masthead,
        front=document.front,
        title=document.front.title or posixpath.basename(document.slug),
        body=body,
        contents=contents(document),
        lang=lang,
        word=words(lang),
        count=document.words,
        minutes=max(1, round(document.words / WORDS_A_MINUTE)),
        licence=metadata.licence(document.front.license or around.masthead.license),
        meta=metadata.page_metadata(document, around.masthead),
        linked_data=metadata.linked_data(document, around.masthead),
        bibtex=metadata.bibtex(document, around.masthead),
    )
    return Page(slug=document.slug, html=html, body=f"{body.text}{body.notes}{body.references}")


def write_body(document: Document, worker: Worker) -> Body:
    """The HTML of the essay itself."""
    tree = dict(document.tree)
    tree["blocks"] = dress.dress(tree["blocks"], words(document.front.lang))
    html = worker.write(tree, "html5", options=_OPTIONS)
    html = _PRE.sub('<pre tabindex="0"', html)
    html = html.replace('<input type="checkbox"', '<input type="checkbox" disabled=""')
    html = html.replace("<img ", '<img decoding="async" ')
    text, _, rest = html.partition(dress.REFERENCES_MARK)
    notes = _NOTES.search(rest)
    references = rest[: notes.start()] if notes else rest
    return Body(
        text=Markup(text.strip()),
        notes=Markup(notes.group(1) if notes else ""),
        references=Markup(references.strip()),
    )


def contents(document: Document) -> tuple[Heading, ...]:
    """The headings for a table of contents: two levels, none where an essay is short."""
    listed = [h for h in document.outline if h.id]
    top = min((h.level for h in listed), default=1)
    listed = [h for h in listed if h.level <= top + 1]
    long_enough = sum(h.level == top for h in listed) > 2 and document.words > 600
    return tuple(listed) if long_enough else ()


def tag_id(tag: str) -> str:
    """Where a tag is on the page of tags."""
    return "tag-" + re.sub(r"[^\w]+", "-", tag.casefold()).strip("-")


def render(template: str, slug: str, **values: Any) -> str:
    """Fill a template for the page at ``slug`` ("" is the root of the site)."""
    root = "../" * (slug.count("/") + 1) if slug else ""

    def to_page(other: str) -> str:
        return root + page_name(other)

    def to_paper(other: str) -> str:
        return root + paper_name(other)

    return (
        _environment()
        .get_template(template)
        .render(
            root=root,
            to_page=to_page,
            to_paper=to_paper,
            style=f"{root}assets/{assets.name('style.css')}",
            script=f"{root}assets/{assets.name('page.js')}",
            slug=slug,
            **values,
        )
    )


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        auto_reload=False,
        bytecode_cache=jinja2.FileSystemBytecodeCache(),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    filters: Mapping[str, Any] = {
        "long_date": long_date,
        "short_date": short_date,
        "tag_id": tag_id,
        "is_rtl": is_rtl,
        "rich": inline.rich,
        "plain": inline.plain,
    }
    environment.filters.update(filters)
    return environment
