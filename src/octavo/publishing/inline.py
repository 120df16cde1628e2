"""The short texts of front matter as the page prints them: titles and summaries are Markdown.

A site has thousands of them, most without any markup: those cost nothing, the others are
converted together in one call and remembered.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from octavo.pandoc import worker
from octavo.publishing.typst import string as typst_string

_DIALECT = (
    "markdown-raw_html-raw_tex-raw_attribute-native_spans-native_divs-citations-footnotes"
    "-inline_notes-auto_identifiers-header_attributes-implicit_header_references"
    "-yaml_metadata_block-pandoc_title_block-example_lists-autolink_bare_uris"
)
_OPTIONS = {"html_math_method": "mathml", "wrap_text": "wrap-none"}
_PLAIN = re.compile(r"[\w\s,;:!?()/+%=–—’‘“”…·.]*", re.ASCII | re.DOTALL)
_LETTER = re.compile(r"[^\W_]")
_LINKS = re.compile(r"</?(?:a|img)\b[^>]*>")
_TAGS = re.compile(r"<annotation.*?</annotation>|<[^>]*>", re.DOTALL)
_REMEMBERED = 50_000

_memory: dict[str, str] = {}


def prepare(texts: Iterable[str]) -> None:
    """Convert the texts that a page is about to print, in one call."""
    new = [text for text in dict.fromkeys(texts) if text not in _memory]
    if len(_memory) + len(new) > _REMEMBERED:
        _memory.clear()
    marked = [text for text in new if not _is_plain(text)]
    _memory.update((text, html.escape(text, quote=False)) for text in new)
    _memory.update(_convert(marked))


def rich(text: str) -> Markup:
    """A text as HTML: emphasis, code, formulas and typographic quotes, no links."""
    if text not in _memory:
        prepare([text])
    return Markup(_memory[text])


def plain(text: str) -> str:
    """A text without any markup."""
    return html.unescape(_TAGS.sub("", rich(text)))


def typst(texts: Sequence[str]) -> list[str]:
    """Each text as Typst content, brackets included."""
    source = "\n\n".join(_heading(text) for text in texts)
    made = worker.shared().convert(source, source=_DIALECT, target="typst", options=_OPTIONS)
    lines = [line[2:] for line in made.decode().splitlines() if line.startswith("= ")]
    if len(lines) == len(texts):
        return [f"[{line}]" for line in lines]
    return [f"[#{typst_string(plain(text))}]" for text in texts]


def _is_plain(text: str) -> bool:
    """Whether Markdown would leave a text as it is."""
    bare = _LETTER.sub("", text)
    return "_" not in bare and "..." not in bare and bool(_PLAIN.fullmatch(bare))


def _heading(text: str) -> str:
    line = " ".join(text.split())
    if (len(line) - len(line.rstrip("\\"))) % 2:
        line += "\\"  # a backslash that ends a line would break it
    bare = line.rstrip("#")  # a heading may be closed by number signs: these are not such
    return f"# {bare}" + "\\#" * (len(line) - len(bare))


def _convert(texts: list[str]) -> dict[str, str]:
    """Each text as a heading of one document, so that no text can be anything but a line."""
    if not texts:
        return {}
    source = "\n\n".join(_heading(text) for text in texts)
    made = worker.shared().convert(source, source=_DIALECT, target="html5", options=_OPTIONS)
    lines = re.findall(r"<h1[^>]*>(.*?)</h1>", made.decode(), re.DOTALL)
    if len(lines) == len(texts):
        return {text: _LINKS.sub("", line) for text, line in zip(texts, lines, strict=True)}
    if len(texts) == 1:
        return {}
    # one of them is no line after all: each alone tells which
    return {key: value for text in texts for key, value in _convert([text]).items()}
